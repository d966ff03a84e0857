// SPDX-License-Identifier: Apache-2.0
// Facts about the host: features of this kernel, rights and namespaces of this process. gather() fills them, assess() reads them. An absent
// fact is unknown and blocks no source: the attempt to open the source decides.
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
  kUnreadable,  ///< a file that this process may not read
  kGarbage,     ///< a file without BTF
};

/// @source Documentation: kernel_lockdown(7)
enum class Lockdown : std::uint8_t { kNone, kIntegrity, kConfidentiality };

struct KernelOffer {
  std::string release;  ///< as in uname(2); for display only, no decision uses it
  std::string machine;
  Btf btf{Btf::kMissing};
  std::optional<event::KernelFacts> fields;      ///< set when BTF is usable
  std::vector<std::string> lacking{};            ///< features that the programs need and BTF does not have, as phrases; empty without BTF
  std::optional<bool> maps_in_memlock;           ///< maps count against RLIMIT_MEMLOCK, as on kernels before 5.11
  std::optional<Lockdown> lockdown;              ///< kNone also on a kernel without lockdown
  std::optional<int> unprivileged_bpf_disabled;  ///< the sysctl: 0, 1 or 2
  std::optional<bool> schedstat;                 ///< /proc/PID/schedstat has values other than 0
  std::optional<bool> taskstats;                 ///< the kernel has the generic netlink family
  std::optional<bool> proc_connector;            ///< CONFIG_PROC_EVENTS
  std::optional<bool> delay_accounting;          ///< kernel.task_delayacct
};

struct Rights {
  std::uint32_t uid{};  ///< effective
  CapabilitySet effective;
  std::optional<bool> seccomp;                 ///< a seccomp filter is in force
  std::optional<std::uint64_t> memlock_bytes;  ///< soft limit of RLIMIT_MEMLOCK; absent: no limit
};

/// Whether this process is in the host's (initial) namespace of each kind.
struct Namespaces {
  std::optional<bool> pid;
  std::optional<bool> user;
  std::optional<bool> net;
};

struct ProcMount {
  std::string path{"/proc"};
  bool readable{true};         ///< PATH/self exists
  std::optional<int> hidepid;  ///< mount option: 0 to 2, or 4 (ptraceable); 0 also when a group of this process is exempt
};

struct HostFacts {
  KernelOffer kernel;
  Rights rights;
  Namespaces namespaces;
  ProcMount proc;
  std::string cgroup;  ///< v1, v2 or hybrid; empty: no cgroups, or unknown
};

}  // namespace procledger::probe
