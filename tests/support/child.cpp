// SPDX-License-Identifier: Apache-2.0
#include "support/child.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <cerrno>
#include <csignal>

#include "support/clocks.hpp"
#include "support/files.hpp"

namespace procledger::test {
namespace {

// Runs between fork and exec in a process that may have other threads: only system calls are safe.
[[noreturn]] void become(const SpawnOptions& options, const std::vector<char*>& argv, int out, int err) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  setpgid(0, 0);  // so that a signal to the group also ends children: perf bench leaves a child behind
  const int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
  dup2(nothing, STDIN_FILENO);
  dup2(out, STDOUT_FILENO);
  dup2(err, STDERR_FILENO);
  // Move descriptors out of the way first: a number for the child may be in use here.
  constexpr int kAboveAll = 100;
  for (const auto& [ours, theirs] : options.inherit) dup2(ours, theirs + kAboveAll);
  for (const auto& [ours, theirs] : options.inherit) {
    dup2(theirs + kAboveAll, theirs);
    close(theirs + kAboveAll);
  }
  if (options.cpu) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(static_cast<std::size_t>(*options.cpu), &set);
    if (sched_setaffinity(0, sizeof(set), &set) != 0) _exit(126);
  }
  if (!options.cgroup_procs.empty()) {
    const int procs = open(options.cgroup_procs.c_str(), O_WRONLY | O_CLOEXEC);
    if (procs < 0 || write(procs, "0", 1) != 1) _exit(126);
    close(procs);
  }
  execvp(argv[0], argv.data());
  _exit(127);
}

}  // namespace

int Outcome::exit_code() const { return WIFEXITED(status) ? WEXITSTATUS(status) : -1; }

Result<Child> Child::spawn(const SpawnOptions& options) {
  Child child;
  child.out_ = memory_file("stdout");
  child.err_ = memory_file("stderr");
  if (!child.out_ || !child.err_) return tl::unexpected{system_error("memfd_create", errno)};
  std::vector<std::string> args = options.argv;
  std::vector<char*> argv;
  for (std::string& arg : args) argv.push_back(arg.data());
  argv.push_back(nullptr);

  child.started_ = std::chrono::steady_clock::now();
  child.pid_ = fork();
  if (child.pid_ < 0) return tl::unexpected{system_error("fork", errno)};
  if (child.pid_ == 0) become(options, argv, child.out_.get(), child.err_.get());
  child.pidfd_ = UniqueFd{static_cast<int>(syscall(SYS_pidfd_open, child.pid_, 0))};
  if (!child.pidfd_) return tl::unexpected{system_error("pidfd_open", errno)};
  return child;
}

Child::Child(Child&& other) noexcept
    : pid_{std::exchange(other.pid_, -1)},
      started_{other.started_},
      pidfd_{std::move(other.pidfd_)},
      out_{std::move(other.out_)},
      err_{std::move(other.err_)} {}

Child& Child::operator=(Child&& other) noexcept {
  if (this == &other) return *this;
  put_down();
  pid_ = std::exchange(other.pid_, -1);
  started_ = other.started_;
  pidfd_ = std::move(other.pidfd_);
  out_ = std::move(other.out_);
  err_ = std::move(other.err_);
  return *this;
}

Child::~Child() { put_down(); }

void Child::put_down() {
  if (pid_ < 0) return;
  kill(-pid_, SIGKILL);
  kill(pid_, SIGKILL);
  while (waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
}

void Child::send(int signal) const {
  if (pid_ > 0) kill(pid_, signal);
}

bool Child::reaches(char state) const {
  const std::string stat = "/proc/" + std::to_string(pid_) + "/stat";
  const std::string wanted = std::string{") "} + state + " ";
  return eventually(kHangDeadline, [&] { return read_file(stat).value_or("").find(wanted) != std::string::npos; });
}

std::optional<Outcome> Child::wait(std::chrono::milliseconds deadline) {
  if (pid_ < 0) return std::nullopt;
  pollfd end{.fd = pidfd_.get(), .events = POLLIN, .revents = 0};
  const auto until = std::chrono::steady_clock::now() + deadline;
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
    const int ready = poll(&end, 1, left.count() > 0 ? static_cast<int>(left.count()) : 0);
    if (ready > 0) break;
    if (ready == 0 || errno != EINTR) return std::nullopt;
  }
  Outcome outcome;
  while (waitpid(pid_, &outcome.status, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
  outcome.took = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - started_);
  outcome.out = out();
  outcome.err = err();
  return outcome;
}

std::string Child::out() const { return contents(out_); }
std::string Child::err() const { return contents(err_); }

Result<Outcome> run_command(std::vector<std::string> argv, std::chrono::milliseconds deadline) {
  const std::string name = argv.front();
  auto child = Child::spawn({.argv = std::move(argv), .cgroup_procs = {}, .cpu = {}, .inherit = {}});
  if (!child) return tl::unexpected{child.error()};
  auto outcome = child->wait(deadline);
  if (!outcome) return fail(ErrorKind::kIo, name + " did not exit in time");
  if (outcome->exit_code() == 127) return fail(ErrorKind::kIo, name + " cannot be run");
  return std::move(*outcome);
}

}  // namespace procledger::test
