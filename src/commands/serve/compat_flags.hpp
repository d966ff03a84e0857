// SPDX-License-Identifier: Apache-2.0
// The flags of process-exporter, for the commands that have --compat. docs/compat.md describes their effect.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "commands/cli/flags.hpp"

namespace procledger::commands {

/// The options that the flags of process-exporter set. The defaults are process-exporter's.
struct CompatOptions {
  std::string procnames;    ///< "comm,comm,..."; not together with a file
  std::string namemapping;  ///< "comm,regex,..."; not together with a file
  std::optional<bool>
      children;  ///< a process that no rule matches joins its parent's group; absent: as the file says, true without `children: own`
  bool threads{true};
  bool gather_smaps{true};
  bool remove_empty_groups{};
  std::chrono::milliseconds once_delay{0};  ///< not 0: wait this long, print one page, start no server
  bool manual{};                            ///< print only the manual

  friend bool operator==(const CompatOptions&, const CompatOptions&) = default;
};

inline constexpr const char* kCompatListenAddress = ":9256";
inline constexpr std::string_view kCompatMode = "--compat=process-exporter";

/// The flags as given.
struct CompatFlags {
  bool process_exporter{};  ///< --compat
  std::string config_path;
  std::string procfs;
  bool children{true};
  bool recheck{};
  std::chrono::milliseconds recheck_time_limit{0};
  bool debug{};
  CompatOptions values;
};

/// The command that takes the flags of process-exporter.
enum class CompatUse : std::uint8_t { kServe, kOnce, kCheckConfig };

/// Adds --compat to `table`, and the flags of process-exporter that have an effect on the command `use`. The last of several values of a
/// flag counts, as in Go.
void define_compat(FlagTable& table, CompatFlags& flags, CompatUse use);

/// @return  absent without --compat=process-exporter
[[nodiscard]] std::optional<CompatOptions> interpret_compat(const FlagTable& table, const CompatFlags& flags);

/// One line for each given flag that is accepted for compatibility and has no effect.
[[nodiscard]] std::vector<std::string> notes_of_compat(const FlagTable& table);

/// The text that -man prints after the help.
[[nodiscard]] std::string_view compat_manual();

}  // namespace procledger::commands
