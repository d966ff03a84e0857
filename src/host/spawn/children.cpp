// SPDX-License-Identifier: Apache-2.0
#include "host/spawn/children.hpp"

#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <string>

#include "base/unique_fd.hpp"
#include "host/procfs/process_dir.hpp"

namespace procledger::spawn {
namespace {

std::uint64_t ns_of(const timeval& time) {
  return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000 + static_cast<std::uint64_t>(time.tv_usec) * 1000;
}

ReapedUsage usage_of(const rusage& usage) {
  constexpr std::uint64_t kBlock = 512;
  const auto number = [](long value) { return static_cast<std::uint64_t>(std::max(value, 0L)); };
  return {.total = {.cpu_ns = ns_of(usage.ru_utime) + ns_of(usage.ru_stime),
                    .user_ticks_ns = ns_of(usage.ru_utime),
                    .system_ticks_ns = ns_of(usage.ru_stime),
                    .voluntary_switches = number(usage.ru_nvcsw),
                    .involuntary_switches = number(usage.ru_nivcsw),
                    .minor_faults = number(usage.ru_minflt),
                    .major_faults = number(usage.ru_majflt),
                    .storage_read_bytes = number(usage.ru_inblock) * kBlock,
                    .storage_written_bytes = number(usage.ru_oublock) * kBlock},
          .largest_bytes = number(usage.ru_maxrss) * 1024};
}

// Encodes the exit code or the signal as a wait status (wait(2)).
std::uint32_t status_of(const siginfo_t& info) {
  const auto value = static_cast<std::uint32_t>(info.si_status);
  if (info.si_code == CLD_EXITED) return value << 8;
  return info.si_code == CLD_DUMPED ? value | 0x80 : value;
}

}  // namespace

ReapedUsage& ReapedUsage::operator+=(const ReapedUsage& more) {
  total += more.total;
  largest_bytes = std::max(largest_bytes, more.largest_bytes);
  return *this;
}

UniqueFd open_process(pid_t pid) { return UniqueFd{static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))}; }

std::optional<std::uint32_t> ended(pid_t pid) {
  siginfo_t info{};
  if (::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid != pid) return std::nullopt;
  return status_of(info);
}

void reap(pid_t pid, ReapedUsage& sum) {
  rusage usage{};
  int status = 0;
  pid_t got = 0;
  while ((got = ::wait4(pid, &status, 0, &usage)) < 0 && errno == EINTR) {
  }
  if (got == pid) sum += usage_of(usage);
}

// Lists the children in /proc: a wait for any child without reaping would return the same child each time.
std::set<pid_t> children() {
  std::ifstream list{"/proc/self/task/" + std::to_string(::getpid()) + "/children"};
  std::set<pid_t> found;
  for (pid_t child = 0; list >> child;) found.insert(child);
  return found;
}

Strangers Strangers::present() {
  Strangers all;
  all.children_ = children();
  for (const pid_t child : all.children_) {
    if (const pid_t session = ::getsid(child); session > 0 && session != ::getsid(0)) all.sessions_.insert(session);
  }
  return all;
}

// The kernel keeps the session of an exited child until the child is reaped. The session of a daemon that has called setsid since has the
// PID of the daemon.
bool Strangers::contains(pid_t child) const {
  const pid_t session = ::getsid(child);
  return children_.contains(child) || children_.contains(session) || sessions_.contains(session);
}

// The kernel does not reuse the PID of a session while the session has a process.
void Strangers::note_end(pid_t child) {
  if (children_.erase(child) > 0 && ::getsid(child) == child) sessions_.insert(child);
}

void reap_others(pid_t but, pid_t nor, Strangers& strangers, ReapedUsage& sum) {
  for (const pid_t child : children()) {
    if (child == but || child == nor || !ended(child)) continue;
    ReapedUsage ignored;
    const bool strange = strangers.contains(child);
    strangers.note_end(child);
    reap(child, strange ? ignored : sum);
  }
}

// Opens the descriptor before the check: the signal then goes to the process that has the PID at the check.
bool send_signal(const std::string& procfs, std::uint32_t tgid, std::uint64_t start_boottime_ns, int signal) {
  const UniqueFd process{static_cast<int>(::syscall(SYS_pidfd_open, static_cast<pid_t>(tgid), 0))};
  if (!process || !procfs::ProcessDir::open(procfs, tgid, start_boottime_ns)) return false;
  return ::syscall(SYS_pidfd_send_signal, process.get(), signal, nullptr, 0) == 0;
}

}  // namespace procledger::spawn
