// SPDX-License-Identifier: Apache-2.0
#include "support/cpu_cgroup.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <csignal>
#include <optional>
#include <utility>

#include "support/clocks.hpp"
#include "support/files.hpp"

namespace procledger::test {
namespace {

struct Hierarchy {
  std::string root;
  bool v2{};
};

std::uint64_t to_number(std::string_view text) {
  std::uint64_t value{};
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

// cpuacct first: cpuacct has nanoseconds, and on a hybrid host the kernel may charge tasks only there.
Result<Hierarchy> find_hierarchy() {
  const auto mounts = read_file("/proc/self/mounts");
  if (!mounts) return tl::unexpected{mounts.error()};
  std::optional<Hierarchy> v2;
  for (const std::string& line : words(*mounts, "\n")) {
    const auto fields = words(line, " ");
    if (fields.size() < 4) continue;
    if (fields[2] == "cgroup2" && !v2) v2 = Hierarchy{fields[1], true};
    const auto options = words(fields[3], ",");
    if (fields[2] == "cgroup" && std::find(options.begin(), options.end(), "cpuacct") != options.end()) return Hierarchy{fields[1], false};
  }
  if (v2) return *v2;
  return fail(ErrorKind::kUnsupported, "no cpuacct and no cgroup v2 hierarchy is mounted");
}

}  // namespace

std::string hierarchy_root() {
  const auto hierarchy = find_hierarchy();
  return hierarchy ? hierarchy->root : std::string{};
}

Result<CpuCgroup> CpuCgroup::create(const std::string& name) {
  const auto hierarchy = find_hierarchy();
  if (!hierarchy) return tl::unexpected{hierarchy.error()};
  std::string directory = hierarchy->root + "/" + name;
  if (mkdir(directory.c_str(), 0755) != 0) return tl::unexpected{system_error("mkdir " + directory, errno)};
  return CpuCgroup{std::move(directory), hierarchy->v2};
}

CpuCgroup::CpuCgroup(CpuCgroup&& other) noexcept : directory_{std::exchange(other.directory_, {})}, v2_{other.v2_} {}

CpuCgroup::~CpuCgroup() {
  if (directory_.empty()) return;
  // The directory can be removed when the last zombie inside is reaped, possibly by init.
  const bool removed = eventually(std::chrono::seconds{30}, [this] {
    for (const pid_t pid : members()) kill(pid, SIGKILL);
    return rmdir(directory_.c_str()) == 0 || errno == ENOENT;
  });
  if (!removed) std::perror(("cannot remove " + directory_).c_str());
}

std::uint64_t CpuCgroup::number(const char* file) const { return to_number(read_file(directory_ + "/" + file).value_or("")); }

std::uint64_t CpuCgroup::stat(const std::string& key) const {
  for (const std::string& line : words(read_file(directory_ + "/cpu.stat").value_or(""), "\n")) {
    if (line.starts_with(key + " ")) return to_number(line.substr(key.size() + 1));
  }
  return 0;
}

std::uint64_t CpuCgroup::usage_ns() const { return v2_ ? stat("usage_usec") * 1000 : number("cpuacct.usage"); }

CgroupSplit CpuCgroup::split() const {
  if (v2_) return {stat("user_usec") * 1000, stat("system_usec") * 1000};
  return {number("cpuacct.usage_user"), number("cpuacct.usage_sys")};
}

std::vector<pid_t> CpuCgroup::members() const {
  std::vector<pid_t> pids;
  for (const std::string& line : words(read_file(procs_file()).value_or(""), "\n")) {
    if (const auto pid = static_cast<pid_t>(to_number(line)); pid > 0) pids.push_back(pid);
  }
  return pids;
}

}  // namespace procledger::test
