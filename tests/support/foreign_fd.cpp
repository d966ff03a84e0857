// SPDX-License-Identifier: Apache-2.0
#include "support/foreign_fd.hpp"

#include <bpf/bpf.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <filesystem>

#include "base/unique_fd.hpp"
#include "support/files.hpp"

namespace procledger::test {
namespace {

std::string name_of_program(__u32 id) {
  const UniqueFd program{bpf_prog_get_fd_by_id(id)};
  bpf_prog_info info{};
  __u32 size = sizeof(info);
  return program && bpf_obj_get_info_by_fd(program.get(), &info, &size) == 0 ? info.name : "";
}

/// The program of a link, from the text of its fdinfo.
std::optional<__u32> program_of_link(const std::string& text) {
  if (text.find("link_type:") == std::string::npos) return std::nullopt;
  const auto at = text.find("prog_id:");
  if (at == std::string::npos) return std::nullopt;
  const auto digits = text.find_first_of("0123456789", at);
  __u32 id = 0;
  std::from_chars(text.data() + digits, text.data() + text.size(), id);
  return id;
}

#ifdef __x86_64__

constexpr unsigned long kSyscallInstruction = 0x050f;  // 0f 05, as a little-endian word

/// Stops a process; the destructor lets it run again.
class Stopped {
 public:
  explicit Stopped(pid_t pid) : pid_{ptrace(PTRACE_ATTACH, pid, nullptr, nullptr) == 0 ? pid : -1} {
    if (pid_ > 0) waitpid(pid_, nullptr, __WALL);
  }
  Stopped(const Stopped&) = delete;
  Stopped& operator=(const Stopped&) = delete;
  ~Stopped() {
    if (pid_ > 0) ptrace(PTRACE_DETACH, pid_, nullptr, nullptr);
  }
  [[nodiscard]] bool good() const { return pid_ > 0; }

 private:
  pid_t pid_;
};

#endif

}  // namespace

std::optional<int> link_of_program(pid_t pid, const std::string& program) {
  const std::string directory = "/proc/" + std::to_string(pid) + "/fdinfo";
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator{directory, error}) {
    const auto id = program_of_link(read_file(entry.path()).value_or(""));
    if (id && name_of_program(*id) == program) return std::stoi(entry.path().filename());
  }
  return std::nullopt;
}

#ifdef __x86_64__

// Replaces the next instruction of the stopped process by a system call, runs that, and puts the instruction back.
Result<void> lose_in(pid_t pid, int fd) {
  const Stopped stopped{pid};
  user_regs_struct before{};
  if (!stopped.good() || ptrace(PTRACE_GETREGS, pid, nullptr, &before) != 0) return tl::unexpected{system_error("ptrace", errno)};
  errno = 0;
  const long code = ptrace(PTRACE_PEEKTEXT, pid, before.rip, nullptr);
  if (errno != 0) return tl::unexpected{system_error("reading the code", errno)};
  user_regs_struct call = before;
  call.rax = SYS_dup2;
  call.orig_rax = ~0ULL;  // do not restart an interrupted system call
  call.rdi = STDIN_FILENO;
  call.rsi = static_cast<unsigned long long>(fd);
  const unsigned long changed = (static_cast<unsigned long>(code) & ~0xffffUL) | kSyscallInstruction;
  ptrace(PTRACE_POKETEXT, pid, before.rip, changed);
  ptrace(PTRACE_SETREGS, pid, nullptr, &call);
  ptrace(PTRACE_SINGLESTEP, pid, nullptr, nullptr);
  waitpid(pid, nullptr, __WALL);
  user_regs_struct after{};
  ptrace(PTRACE_GETREGS, pid, nullptr, &after);
  ptrace(PTRACE_POKETEXT, pid, before.rip, code);
  ptrace(PTRACE_SETREGS, pid, nullptr, &before);
  if (after.rax != call.rsi) return fail(ErrorKind::kIo, "dup2(0, " + std::to_string(fd) + ") did not succeed");
  return {};
}

#else

Result<void> lose_in(pid_t /*pid*/, int /*fd*/) { return fail(ErrorKind::kUnsupported, "not written for this architecture"); }

#endif

}  // namespace procledger::test
