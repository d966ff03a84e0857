// SPDX-License-Identifier: Apache-2.0
// The directory of the test process in the real /proc.
#pragma once

#include <unistd.h>

#include <string>
#include <string_view>

#include "host/procfs/process_dir.hpp"
#include "support/files.hpp"
#include "support/proc_tree.hpp"

namespace procledger::test {

[[nodiscard]] inline Result<procfs::ProcessDir> own_process_dir() {
  const auto stat = read_file("/proc/self/stat");
  if (!stat) return tl::unexpected{stat.error()};
  const auto fields = words(std::string_view{*stat}.substr(stat->rfind(')') + 1), " ");
  return procfs::ProcessDir::open("/proc", static_cast<std::uint32_t>(::getpid()), ProcTree::start_boottime_ns(std::stoull(fields.at(19))));
}

}  // namespace procledger::test
