// SPDX-License-Identifier: Apache-2.0
#include "commands/serve/privileges.hpp"

#include <sys/capability.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <linux/securebits.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <tuple>
#include <type_traits>
#include <vector>

#include "base/text.hpp"
#include "exposition/listener.hpp"

namespace procledger::commands {
namespace {

using probe::Capability;
using probe::CapabilitySet;

struct FreeCapabilities {
  void operator()(cap_t set) const noexcept { cap_free(set); }
};
using OwnedCapabilities = std::unique_ptr<std::remove_pointer_t<cap_t>, FreeCapabilities>;

// All securebits but SECBIT_KEEP_CAPS, which does the opposite: capabilities would survive a change of user.
constexpr unsigned kUserIdsGiveNothing = SECBIT_NOROOT | SECBIT_NOROOT_LOCKED | SECBIT_NO_SETUID_FIXUP | SECBIT_NO_SETUID_FIXUP_LOCKED |
                                         SECBIT_KEEP_CAPS_LOCKED | SECBIT_NO_CAP_AMBIENT_RAISE | SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED;

Error refused(const char* what) { return system_error(std::string{"dropping capabilities: "} + what, errno); }

bool privileged(const std::string& listen_address) {
  constexpr int kFirstFree = 1024;
  const auto address = exposition::parse_listen_address(listen_address);
  const int port = address ? to_number<int>(address->port).value_or(0) : 0;
  return port > 0 && port < kFirstFree;  // port 0 means any free port, and the kernel picks none below 1024
}

bool may_set_up(const cap_t held) {
  cap_flag_value_t value = CAP_CLEAR;
  return cap_get_flag(held, CAP_SETPCAP, CAP_EFFECTIVE, &value) == 0 && value == CAP_SET;
}

// libbpf raises the limit when it loads programs, but by then the capability for it is dropped.
void raise_memlock() {
  const rlimit unlimited{.rlim_cur = RLIM_INFINITY, .rlim_max = RLIM_INFINITY};
  std::ignore = ::setrlimit(RLIMIT_MEMLOCK, &unlimited);  // on failure, loading the programs reports what is missing
}

Result<void> forbid_gains(bool set_up) {
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return tl::unexpected{refused("no_new_privs")};
  if (cap_reset_ambient() != 0) return tl::unexpected{refused("ambient capabilities")};
  if (!set_up) return {};  // without CAP_SETPCAP, no_new_privs alone covers every exec
  for (cap_value_t each = 0; cap_get_bound(each) >= 0; ++each) {
    if (cap_drop_bound(each) != 0) return tl::unexpected{refused("the bounding set")};
  }
  if (cap_set_secbits(kUserIdsGiveNothing) != 0) return tl::unexpected{refused("securebits")};
  return {};
}

}  // namespace

CapabilitySet kept_rights(const ServeOptions& options, const CapabilitySet& held) {
  CapabilitySet wanted{Capability::kSysPtrace, Capability::kDacReadSearch};
  if (options.source == "auto" || options.source == "bpf") {
    wanted.add(Capability::kBpf);
    wanted.add(Capability::kPerfmon);
    // CAP_SYS_ADMIN replaces the two capabilities above where only CAP_SYS_ADMIN is granted.
    if (!held.has(Capability::kBpf) || !held.has(Capability::kPerfmon)) wanted.add(Capability::kSysAdmin);
  }
  if (options.source == "auto" || options.source == "taskstats") wanted.add(Capability::kNetAdmin);
  if (std::ranges::any_of(options.listen_addresses, privileged)) wanted.add(Capability::kNetBindService);
  CapabilitySet kept;
  for (const Capability each : probe::kCapabilities) {
    if (wanted.has(each) && held.has(each)) kept.add(each);
  }
  return kept;
}

Result<CapabilitySet> drop_rights(const CapabilitySet& keep) {
  raise_memlock();
  const OwnedCapabilities held{cap_get_proc()};
  const OwnedCapabilities next{cap_init()};
  if (!held || !next) return tl::unexpected{refused("reading the current capabilities")};
  CapabilitySet left;
  for (const Capability each : probe::kCapabilities) {
    const auto value = static_cast<cap_value_t>(probe::number_of(each));
    cap_flag_value_t permitted = CAP_CLEAR;
    if (!keep.has(each) || cap_get_flag(held.get(), value, CAP_PERMITTED, &permitted) != 0 || permitted == CAP_CLEAR) continue;
    cap_set_flag(next.get(), CAP_PERMITTED, 1, &value, CAP_SET);
    cap_set_flag(next.get(), CAP_EFFECTIVE, 1, &value, CAP_SET);
    left.add(each);
  }
  if (auto forbidden = forbid_gains(may_set_up(held.get())); !forbidden) return tl::unexpected{std::move(forbidden).error()};
  if (cap_set_proc(next.get()) != 0) return tl::unexpected{refused("setting the remaining capabilities")};
  return left;
}

}  // namespace procledger::commands
