// SPDX-License-Identifier: Apache-2.0
// What a host's facts mean for each source.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sources/probe/host_facts.hpp"

namespace procledger::probe {

enum class SourceKind : std::uint8_t { kBpf, kTaskstats, kProc };

/// bpf, taskstats or proc, as --source has it.
[[nodiscard]] std::string_view name_of(SourceKind source);

/// Words of the label `reason`: a fixed set, none of which ever changes its meaning.
namespace reason {
inline constexpr std::string_view kWorks = "works";  ///< nothing stands in its way
inline constexpr std::string_view kNoBtf = "no_btf";
inline constexpr std::string_view kBadBtf = "bad_btf";
inline constexpr std::string_view kOldKernel = "old_kernel";
inline constexpr std::string_view kPidNamespace = "pid_namespace";
inline constexpr std::string_view kUserNamespace = "user_namespace";
inline constexpr std::string_view kNetNamespace = "net_namespace";
inline constexpr std::string_view kLockdown = "lockdown";
inline constexpr std::string_view kNoCapability = "no_capability";
inline constexpr std::string_view kMemlock = "memlock";
inline constexpr std::string_view kNoTaskstats = "no_taskstats";
inline constexpr std::string_view kNoProcConnector = "no_proc_connector";
inline constexpr std::string_view kNoProc = "no_proc";
inline constexpr std::string_view kHidepid = "hidepid";
inline constexpr std::string_view kNoPtrace = "no_ptrace";
inline constexpr std::string_view kNoSchedInfo = "no_sched_info";
inline constexpr std::string_view kNoIoAccounting = "no_io_accounting";
}  // namespace reason

/// Something that is missing.
struct Finding {
  bool blocks{};                      ///< the source cannot work; else it works with less
  std::string_view reason;            ///< of namespace reason
  std::string missing;                ///< what is missing, one line
  std::string cost;                   ///< what that costs in accuracy or in figures, one line
  std::vector<std::string> remedies;  ///< commands and settings, one line each; any of them grants it
};

struct Assessment {
  SourceKind source{};
  std::string_view gives;  ///< how exact it is at its best
  bool usable{true};
  std::string_view reason{reason::kWorks};  ///< of the first finding that blocks
  std::string why;                          ///< one line for the log: what blocks and the remedy, or that nothing does
  std::vector<Finding> findings{};          ///< what blocks first
};

/// Best source first. Whatever is unknown counts as given: only trying it tells.
[[nodiscard]] std::array<Assessment, 3> assess(const HostFacts& facts);

}  // namespace procledger::probe
