// SPDX-License-Identifier: Apache-2.0
#include "support/load.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <random>
#include <set>
#include <sstream>
#include <string_view>
#include <tuple>

#include "support/clocks.hpp"
#include "support/files.hpp"

namespace procledger::test {
namespace {

struct Pipe {
  UniqueFd read_end;
  UniqueFd write_end;
};

Result<Pipe> make_pipe() {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) return tl::unexpected{system_error("pipe2", errno)};
  return Pipe{UniqueFd{ends[0]}, UniqueFd{ends[1]}};
}

constexpr int kReadyFd = 10;
constexpr int kLaunchFd = 11;

}  // namespace

// Never twice in one program: a daemon goes on counting for the names that an earlier load had. A test that draws forty of 65,536 names
// would have two equal ones in 1 of 84 runs.
UniqueNames::UniqueNames() {
  static std::set<std::string> given;
  constexpr std::string_view kDigits = "0123456789abcdefghijklmnopqrstuvwxyz";
  std::random_device random;
  std::uniform_int_distribution<std::size_t> digit{0, kDigits.size() - 1};
  do {
    prefix_ = "pl";
    for (int i = 0; i < 4; ++i) prefix_ += kDigits[digit(random)];
    prefix_ += '-';
  } while (!given.insert(prefix_).second);
}

// Reads the program, so that it is in the page cache: a process that starts it reads nothing from storage, neither before nor after its
// exec.
std::string UniqueNames::link(const std::string& name, const std::string& target) const {
  const std::filesystem::path link = directory_.path() / comm(name);
  std::error_code exists_already;
  std::filesystem::create_symlink(target.starts_with('/') ? target : std::string{PROCLEDGER_TESTPROGS} + "/" + target, link,
                                  exists_already);
  std::ignore = read_file(link);
  return link.string();
}

Result<Load> Load::prepare(const UniqueNames& names, std::uint64_t count, std::uint64_t parallel, std::vector<std::string> argv,
                           std::optional<int> cpu) {
  auto cgroup = CpuCgroup::create("procledger-test-" + names.prefix() + std::to_string(monotonic_ns()));
  if (!cgroup) return tl::unexpected{cgroup.error()};
  auto ready = make_pipe();
  if (!ready) return tl::unexpected{ready.error()};
  auto go = make_pipe();
  if (!go) return tl::unexpected{go.error()};

  std::vector<std::string> command{names.link("launch", "launch"), std::to_string(kReadyFd), std::to_string(kLaunchFd),
                                   std::to_string(count), std::to_string(parallel)};
  command.insert(command.end(), argv.begin(), argv.end());
  auto launcher = Child::spawn({.argv = std::move(command),
                                .cgroup_procs = cgroup->procs_file(),
                                .cpu = cpu,
                                .inherit = {{ready->write_end.get(), kReadyFd}, {go->read_end.get(), kLaunchFd}}});
  if (!launcher) return tl::unexpected{launcher.error()};
  ready->write_end = UniqueFd{};
  char byte{};
  if (read(ready->read_end.get(), &byte, 1) != 1) return fail(ErrorKind::kIo, "the launcher did not start: " + launcher->err());
  // The launcher reports that it is ready, and then blocks.
  if (!launcher->falls_asleep()) return fail(ErrorKind::kIo, "the launcher does not wait");
  return Load{std::make_unique<CpuCgroup>(std::move(*cgroup)), std::move(*launcher), std::move(ready->read_end), std::move(go->write_end)};
}

void Load::go() {
  const char byte{'g'};
  if (write(go_.get(), &byte, 1) != 1) std::perror("write to the launcher");
}

Result<LoadResult> Load::wait(std::chrono::milliseconds deadline) {
  auto outcome = launcher_.wait(deadline);
  if (!outcome) return fail(ErrorKind::kIo, "the load did not exit in time");
  if (outcome->exit_code() != 0) return fail(ErrorKind::kIo, "the launcher failed: " + outcome->err);
  // The cgroup may still have orphans, for which the launcher does not wait.
  if (!eventually(kHangDeadline, [this] { return cgroup_->members().empty(); })) {
    return fail(ErrorKind::kIo, "the cgroup of the load is not empty");
  }
  std::array<char, 128> text{};
  if (read(ready_.get(), text.data(), text.size() - 1) <= 0) return fail(ErrorKind::kIo, "the launcher printed nothing: " + outcome->err);
  LoadResult result{.out = std::move(outcome->out)};
  std::istringstream{text.data()} >> result.ok >> result.error >> result.signal;
  return result;
}

}  // namespace procledger::test
