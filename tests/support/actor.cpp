// SPDX-License-Identifier: Apache-2.0
#include "support/actor.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <utility>

#include "support/clocks.hpp"
#include "support/files.hpp"

namespace procledger::test {
namespace {

constexpr int kGoFd = 10;
constexpr int kParkedFd = 11;

bool all_tasks_sleep(pid_t pid) {
  std::error_code gone;
  for (const auto& task : std::filesystem::directory_iterator("/proc/" + std::to_string(pid) + "/task", gone)) {
    if (read_file(task.path() / "stat").value_or("").find(") S ") == std::string::npos) return false;
  }
  return !gone;
}

}  // namespace

Result<Actor> Actor::start(const std::string& program, const std::vector<std::string>& steps, const CpuCgroup& cgroup) {
  std::array<int, 2> go{};
  std::array<int, 2> parked{};
  if (pipe2(go.data(), O_CLOEXEC) != 0) return tl::unexpected{system_error("pipe2", errno)};
  const UniqueFd go_end{go[0]};
  UniqueFd our_go{go[1]};
  if (pipe2(parked.data(), O_CLOEXEC) != 0) return tl::unexpected{system_error("pipe2", errno)};
  const UniqueFd parked_end{parked[0]};
  UniqueFd our_parked{parked[1]};
  std::vector<std::string> argv{program};
  argv.insert(argv.end(), steps.begin(), steps.end());
  auto child = Child::spawn({.argv = std::move(argv),
                             .cgroup_procs = cgroup.procs_file(),
                             .cpu = {},
                             .inherit = {{go_end.get(), kGoFd}, {parked_end.get(), kParkedFd}}});
  if (!child) return tl::unexpected{child.error()};
  Actor actor{std::move(*child), std::move(our_go), std::move(our_parked), cgroup};
  if (!actor.reached(1)) return fail(ErrorKind::kIo, "the actor did not start: " + actor.child_.out() + actor.child_.err());
  return actor;
}

bool Actor::rests() const {
  const auto members = cgroup_->members();
  return std::ranges::all_of(members, all_tasks_sleep);
}

bool Actor::reached(std::size_t pauses) const {
  return eventually(kHangDeadline, [&] { return words(child_.out(), "\n").size() >= pauses && rests(); });
}

Result<void> Actor::to_pause(std::size_t pauses) {
  pauses_ = words(child_.out(), "\n").size() + pauses;
  if (write(go_.get(), "g", 1) != 1) return tl::unexpected{system_error("write to the actor", errno)};
  if (!reached(pauses_)) return fail(ErrorKind::kIo, "the actor did not reach its pause: " + child_.out() + child_.err());
  return {};
}

Result<void> Actor::to_end() {
  const std::string all(64, 'g');
  if (write(go_.get(), all.data(), all.size()) < 0) return tl::unexpected{system_error("write to the actor", errno)};
  parked_ = UniqueFd{};
  const auto outcome = child_.wait(kHangDeadline);
  if (!outcome) return fail(ErrorKind::kIo, "the actor did not end: " + child_.out() + child_.err());
  if (outcome->exit_code() != 0) return fail(ErrorKind::kIo, "the actor failed: " + outcome->err);
  if (!eventually(kHangDeadline, [this] { return cgroup_->members().empty(); })) return fail(ErrorKind::kIo, "the cgroup is not empty");
  return {};
}

}  // namespace procledger::test
