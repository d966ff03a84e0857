// SPDX-License-Identifier: Apache-2.0
// From facts about the host to an assessment of each source: usable or not, what is missing, and how to get it. Pure.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sources/probe/host_facts.hpp"

namespace procledger::probe {

enum class SourceKind : std::uint8_t { kBpf, kTaskstats, kProc };

/// "bpf", "taskstats" or "proc": the values of --source.
[[nodiscard]] std::string_view name_of(SourceKind source);

/// Values of the label `reason`. The set is fixed, and no value ever changes its meaning.
namespace reason {
inline constexpr std::string_view kWorks = "works";  ///< nothing blocks the source
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

/// One missing feature or right.
struct Finding {
  bool blocks{};                      ///< true: the source cannot work; false: the source works with less
  std::string_view reason;            ///< a constant of namespace reason
  std::string missing;                ///< the missing feature or right, one line
  std::string cost;                   ///< lost accuracy or lost metrics, one line
  std::vector<std::string> remedies;  ///< commands and settings, one line each; each of them alone is enough
};

struct Assessment {
  SourceKind source{};
  std::string_view gives;  ///< accuracy when nothing is missing, one line
  bool usable{true};
  std::string_view reason{reason::kWorks};  ///< reason of the first finding that blocks
  std::string why;                          ///< one line for the log: what blocks and the remedy, or that nothing blocks
  std::vector<Finding> findings{};          ///< findings that block come first
};

/// Best source first. An unknown fact counts as given: an attempt to open the source decides.
[[nodiscard]] std::array<Assessment, 3> assess(const HostFacts& facts);

}  // namespace procledger::probe
