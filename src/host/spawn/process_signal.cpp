// SPDX-License-Identifier: Apache-2.0
#include "host/spawn/process_signal.hpp"

#include <sys/syscall.h>
#include <unistd.h>

#include "base/unique_fd.hpp"
#include "host/procfs/process_dir.hpp"

namespace procledger::spawn {

// The descriptor first: who has the number after that is who gets the signal.
bool send_signal(const std::string& procfs, std::uint32_t tgid, std::uint64_t birth_ns, int signal) {
  const UniqueFd process{static_cast<int>(::syscall(SYS_pidfd_open, static_cast<pid_t>(tgid), 0))};
  if (!process || !procfs::ProcessDir::open(procfs, tgid, birth_ns)) return false;
  return ::syscall(SYS_pidfd_send_signal, process.get(), signal, nullptr, 0) == 0;
}

}  // namespace procledger::spawn
