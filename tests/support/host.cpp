// SPDX-License-Identifier: Apache-2.0
#include "support/host.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <system_error>

#include "support/files.hpp"

namespace procledger::test {
namespace {

Result<std::set<long>> object_ids(const std::string& kind) {
  const auto shown = run_command({"bpftool", "-j", kind, "show"});
  if (!shown) return tl::unexpected{shown.error()};
  const auto list = nlohmann::json::parse(shown->out, nullptr, false);
  if (!list.is_array()) return fail(ErrorKind::kMalformed, "bpftool " + kind + " show: " + shown->out + shown->err);
  std::set<long> ids;
  for (const auto& entry : list) {
    if (entry.contains("id")) ids.insert(entry["id"].get<long>());
  }
  return ids;
}

// Runs in a separate process, which outlives the test to restore the value. Files under /proc/sys accept a number only at offset 0
// (kernel.sysctl_writes_strict).
[[noreturn]] void guard(int lifeline, int file, const std::string& value) {
  signal(SIGINT, SIG_IGN);
  signal(SIGTERM, SIG_IGN);
  signal(SIGHUP, SIG_IGN);
  char byte{};
  while (read(lifeline, &byte, 1) < 0 && errno == EINTR) {
  }
  _exit(pwrite(file, value.data(), value.size(), 0) == static_cast<ssize_t>(value.size()) ? 0 : 1);
}

}  // namespace

std::string why_no_bpf() {
  if (geteuid() != 0) return "needs root";
  if (!std::filesystem::exists("/sys/kernel/btf/vmlinux")) return "this kernel has no BTF";
  return {};
}

bool sanitized() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  return true;
#else
  return false;
#endif
}

Result<KernelSetting> KernelSetting::set(const std::string& path, const std::string& value) {
  const auto before = read_file(path);
  if (!before) return tl::unexpected{before.error()};
  UniqueFd file{open(path.c_str(), O_WRONLY | O_CLOEXEC)};
  if (!file) return tl::unexpected{system_error("open " + path, errno)};
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) return tl::unexpected{system_error("pipe2", errno)};
  UniqueFd read_end{ends[0]};
  UniqueFd lifeline{ends[1]};

  const pid_t guardian = fork();
  if (guardian < 0) return tl::unexpected{system_error("fork", errno)};
  if (guardian == 0) {
    lifeline = UniqueFd{};
    guard(read_end.get(), file.get(), *before);
  }
  KernelSetting setting{guardian, std::move(lifeline)};
  if (pwrite(file.get(), value.data(), value.size(), 0) != static_cast<ssize_t>(value.size())) {
    return tl::unexpected{system_error("write " + path, errno)};
  }
  return setting;
}

KernelSetting::~KernelSetting() {
  if (!lifeline_) return;
  lifeline_ = UniqueFd{};
  int status{};
  while (waitpid(guardian_, &status, 0) < 0 && errno == EINTR) {
  }
  if (status != 0) std::fputs("a kernel setting could not be restored\n", stderr);
}

bool BpfObjects::has_any_of(const BpfObjects& others) const {
  const auto common = [](const std::set<long>& ours, const std::set<long>& theirs) {
    return std::ranges::any_of(theirs, [&ours](long id) { return ours.contains(id); });
  };
  return common(programs, others.programs) || common(maps, others.maps);
}

BpfObjects bpf_objects_of(pid_t pid) {
  BpfObjects held;
  std::error_code gone;
  for (const auto& descriptor : std::filesystem::directory_iterator("/proc/" + std::to_string(pid) + "/fdinfo", gone)) {
    for (const std::string& line : words(read_file(descriptor.path()).value_or(""), "\n")) {
      if (line.starts_with("prog_id:")) held.programs.insert(std::strtol(line.c_str() + 8, nullptr, 10));
      if (line.starts_with("map_id:")) held.maps.insert(std::strtol(line.c_str() + 7, nullptr, 10));
    }
  }
  return held;
}

Result<BpfObjects> bpf_objects() {
  const auto programs = object_ids("prog");
  if (!programs) return tl::unexpected{programs.error()};
  const auto maps = object_ids("map");
  if (!maps) return tl::unexpected{maps.error()};
  BpfObjects objects{.programs = *programs, .maps = *maps, .pins = {}};
  std::error_code ignored;
  for (const auto& pin : std::filesystem::recursive_directory_iterator("/sys/fs/bpf", ignored)) objects.pins.insert(pin.path().string());
  return objects;
}

std::chrono::nanoseconds run_queue_wait(const std::string& pid) {
  std::chrono::nanoseconds sum{};
  std::error_code ended;
  for (const auto& task : std::filesystem::directory_iterator{"/proc/" + pid + "/task", ended}) {
    const auto numbers = words(read_file(task.path() / "schedstat").value_or(""), " ");
    if (numbers.size() >= 2) sum += std::chrono::nanoseconds{std::stoll(numbers[1])};
  }
  return sum;
}

}  // namespace procledger::test
