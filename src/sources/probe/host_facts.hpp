// SPDX-License-Identifier: Apache-2.0
// What this kernel offers, and what these rights and namespaces allow. Facts only, gathered elsewhere; absent is what could not be found
// out, which stands in nobody's way: trying will tell.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/event/host.hpp"
#include "sources/probe/capability.hpp"

namespace procledger::probe {

/// The kernel's type information.
enum class Btf : std::uint8_t {
  kUsable,
  kMissing,     ///< no file
  kUnreadable,  ///< a file that these rights may not read
  kGarbage,     ///< a file that is none
};

/// @source Documentation: kernel_lockdown(7)
enum class Lockdown : std::uint8_t { kNone, kIntegrity, kConfidentiality };

struct KernelOffer {
  std::string release;  ///< as uname(2); to be shown, never to be decided by
  std::string machine;
  Btf btf{Btf::kMissing};
  std::optional<event::KernelFacts> fields;  ///< with usable BTF
  std::vector<std::string> lacking{};        ///< what the programs need and this kernel's BTF does not have, in words; empty without BTF
  std::optional<bool> maps_in_memlock;       ///< maps count against RLIMIT_MEMLOCK, as they did before 5.11
  std::optional<Lockdown> lockdown;          ///< kNone also where the kernel has no lockdown
  std::optional<int> unprivileged_bpf_disabled;  ///< the sysctl: 0, 1 or 2
  std::optional<bool> schedstat;                 ///< /proc/PID/schedstat has figures in it
  std::optional<bool> taskstats;                 ///< the generic netlink family is there
  std::optional<bool> proc_connector;            ///< CONFIG_PROC_EVENTS
  std::optional<bool> delay_accounting;          ///< kernel.task_delayacct
};

struct Rights {
  std::uint32_t uid{};  ///< effective
  CapabilitySet effective;
  std::optional<bool> seccomp;                 ///< a filter of system calls is in force
  std::optional<std::uint64_t> memlock_bytes;  ///< soft limit of RLIMIT_MEMLOCK; absent: none
};

/// Whether this process is in the host's own, the initial one.
struct Namespaces {
  std::optional<bool> pid;
  std::optional<bool> user;
  std::optional<bool> net;
};

struct ProcMount {
  std::string path{"/proc"};
  bool readable{true};         ///< it tells of ourselves
  std::optional<int> hidepid;  ///< the mount's option: 0 to 2, or 4 (ptraceable); 0 also where our group is exempt from it
};

struct HostFacts {
  KernelOffer kernel;
  Rights rights;
  Namespaces namespaces;
  ProcMount proc;
  std::string cgroup;  ///< v1, v2 or hybrid; empty: none, or not to be found out
};

}  // namespace procledger::probe
