// SPDX-License-Identifier: Apache-2.0
#include "host/spawn/launcher.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

#include "host/spawn/helper.hpp"

namespace procledger::spawn {

std::string program_name(const std::string& file) {
  const auto slash = file.find_last_of('/');
  return slash == std::string::npos ? file : file.substr(slash + 1);
}

Result<Launcher> Launcher::start(const std::vector<std::string>& command) {
  std::vector<char*> argv;
  argv.reserve(command.size() + 1);
  for (const std::string& argument : command) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  const std::string name = program_name(command.front());

  // A socket of packets delivers each message whole.
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    return tl::unexpected{system_error("starting the helper process of the command", errno)};
  }
  UniqueFd ours{ends[0]};
  UniqueFd theirs{ends[1]};
  const pid_t parent = ::getpid();
  const pid_t helper = ::fork();
  if (helper < 0) return tl::unexpected{system_error("starting the helper process of the command", errno)};
  if (helper == 0) {
    ::close(ours.get());
    help(theirs.get(), parent, name.c_str(), argv);
  }
  // A closed standard descriptor must stay free: otherwise output to it would reach this socket.
  UniqueFd control{::fcntl(ours.get(), F_DUPFD_CLOEXEC, STDERR_FILENO + 1)};
  if (!control) return tl::unexpected{system_error("starting the helper process of the command", errno)};
  return Launcher{helper, std::move(control)};
}

Launcher::Launcher(Launcher&& other) noexcept : helper_{std::exchange(other.helper_, -1)}, control_{std::move(other.control_)} {}

Launcher::~Launcher() {
  if (helper_ < 0) return;
  control_ = UniqueFd{};
  while (::waitpid(helper_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

Result<Launched> Launcher::launch() {
  const char order = 1;
  Answer answer;
  const bool asked = ::send(control_.get(), &order, 1, MSG_NOSIGNAL) == 1;
  ssize_t got = -1;
  while (asked && (got = ::recv(control_.get(), &answer, sizeof(answer), 0)) < 0 && errno == EINTR) {
  }
  if (got != sizeof(answer)) return fail(ErrorKind::kIo, "starting the command: the helper process exited too early");
  if (answer.pid < 0) return tl::unexpected{system_error("starting the command", static_cast<int>(-answer.pid))};
  return Launched{
      .pid = static_cast<pid_t>(answer.pid), .began_ns = answer.began_ns, .exec_errno = static_cast<std::int32_t>(answer.exec_errno)};
}

}  // namespace procledger::spawn
