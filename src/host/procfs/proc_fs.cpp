// SPDX-License-Identifier: Apache-2.0
#include "host/procfs/proc_fs.hpp"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <optional>
#include <string_view>

#include "host/procfs/file.hpp"
#include "host/procfs/process_dir.hpp"

namespace procledger::procfs {
namespace {

/// include/linux/proc_ns.h: PROC_PID_INIT_INO, the same on every kernel since 3.8.
constexpr ino_t kInitialPidNamespace = 0xEFFFFFFC;

std::uint64_t system_value(int name, std::uint64_t otherwise) {
  const long value = ::sysconf(name);
  return value > 0 ? static_cast<std::uint64_t>(value) : otherwise;
}

std::optional<std::uint64_t> count_fds(const std::string& path) {
  const DirStream dir{::opendir(path.c_str())};
  if (!dir) return std::nullopt;
  std::uint64_t count = 0;
  while (const dirent* entry = ::readdir(dir.get())) {
    if (std::string_view{entry->d_name}.front() != '.') ++count;
  }
  return count > 0 ? count - 1 : 0;  // without the descriptor of `dir`
}

}  // namespace

Result<CpuTimes> parse_cpu_times(std::string_view text, std::uint64_t user_hz) {
  // cpu  user nice system idle iowait irq softirq steal guest guest_nice
  std::string_view line = take_until(text, '\n');
  std::array<std::uint64_t, 8> ticks{};
  bool good = take_word(line) == "cpu";
  for (auto& value : ticks) {
    const auto number = to_number<std::uint64_t>(take_word(line));
    good = good && number.has_value();
    value = number.value_or(0);
  }
  if (!good) return fail(ErrorKind::kMalformed, "/proc/stat has no line \"cpu\" with eight numbers");
  const std::uint64_t tick_ns = 1'000'000'000 / user_hz;
  return CpuTimes{.idle_ns = (ticks[3] + ticks[4]) * tick_ns,
                  .irq_ns = ticks[5] * tick_ns,
                  .softirq_ns = ticks[6] * tick_ns,
                  .steal_ns = ticks[7] * tick_ns};
}

Result<CpuTimes> ProcFs::cpu_times() const {
  return read_file(root_ + "/stat").and_then([](const std::string& text) { return parse_cpu_times(text, user_hz()); });
}

Result<CgroupSetup> ProcFs::cgroup_setup() const {
  return read_file(root_ + "/self/mountinfo").map([this](const std::string& mountinfo) {
    const auto cgroups = read_file(root_ + "/cgroups");
    return CgroupSetup{parse_cgroup_mode(mountinfo), cgroups && has_cpuacct_in_v1(*cgroups)};
  });
}

OwnUsage ProcFs::own_values() const {
  const std::string self = root_ + "/self";
  OwnUsage own;
  const auto times = read_file(self + "/stat").and_then([](const std::string& text) { return parse_stat_times(text, user_hz()); });
  if (times) {
    own.cpu_ns = times->cpu_ns;
    own.start_boottime_ns = times->start_boottime_ns;
  }
  const std::uint64_t page_bytes = system_value(_SC_PAGESIZE, 4096);
  const auto memory = read_file(self + "/statm").and_then([page_bytes](const std::string& text) { return parse_statm(text, page_bytes); });
  if (memory) {
    own.virtual_bytes = memory->virtual_bytes;
    own.resident_bytes = memory->resident_bytes;
  }
  own.open_fds = count_fds(self + "/fd");
  const auto max_fds = read_file(self + "/limits").and_then([](const std::string& text) { return parse_max_fds(text); });
  if (max_fds) own.max_fds = *max_fds;
  return own;
}

Result<bool> ProcFs::in_initial_pid_namespace() const {
  const std::string path = root_ + "/self/ns/pid";
  struct stat info{};
  if (::stat(path.c_str(), &info) != 0) return tl::unexpected{system_error("reading " + path, errno)};
  return info.st_ino == kInitialPidNamespace;
}

}  // namespace procledger::procfs
