// SPDX-License-Identifier: Apache-2.0
#include <sys/capability.h>
#include <sys/resource.h>
#include <unistd.h>

#include <memory>
#include <type_traits>

#include "host/procfs/file.hpp"
#include "sources/probe/gather.hpp"
#include "sources/probe/parts.hpp"
#include "sources/probe/sysfs_text.hpp"

namespace procledger::probe {
namespace {

struct FreeCapabilities {
  void operator()(cap_t set) const noexcept { cap_free(set); }
};
using OwnedCapabilities = std::unique_ptr<std::remove_pointer_t<cap_t>, FreeCapabilities>;

std::optional<std::uint64_t> memlock_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_MEMLOCK, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return std::nullopt;
  return limit.rlim_cur;
}

}  // namespace

probe::CapabilitySet held_capabilities() {
  probe::CapabilitySet held;
  const OwnedCapabilities now{cap_get_proc()};
  for (const probe::Capability each : probe::kCapabilities) {
    cap_flag_value_t value = CAP_CLEAR;
    if (now && cap_get_flag(now.get(), static_cast<cap_value_t>(probe::number_of(each)), CAP_EFFECTIVE, &value) == 0 && value == CAP_SET) {
      held.add(each);
    }
  }
  return held;
}

probe::Rights read_rights(const std::string& procfs) {
  probe::Rights rights{.uid = ::geteuid(), .effective = held_capabilities(), .seccomp = {}, .memlock_bytes = memlock_limit()};
  if (const auto status = procfs::read_file(procfs + "/self/status")) rights.seccomp = parse_seccomp(*status);
  return rights;
}

}  // namespace procledger::probe
