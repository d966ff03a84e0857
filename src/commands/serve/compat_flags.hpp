// SPDX-License-Identifier: Apache-2.0
// process-exporter's flags beside ours, for commands that have --compat. What they do here: docs/compat.md.
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

/// What process-exporter's flags ask for. Defaults are process-exporter's.
struct CompatOptions {
  std::string procnames;    ///< "comm,comm,..."; excludes a file
  std::string namemapping;  ///< "comm,regex,..."; excludes a file
  std::optional<bool>
      children;  ///< a process that no rule names is in its parent's group; absent: the file decides, true without `children: own`
  bool threads{true};
  bool gather_smaps{true};
  bool remove_empty_groups{};
  std::chrono::milliseconds once_delay{0};  ///< not 0: no server; wait so long, print one page
  bool manual{};                            ///< print the manual, and nothing else

  friend bool operator==(const CompatOptions&, const CompatOptions&) = default;
};

inline constexpr const char* kCompatListenAddress = ":9256";
inline constexpr std::string_view kCompatMode = "--compat=process-exporter";

/// What was given.
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

/// The command whose page process-exporter's flags change.
enum class CompatUse : std::uint8_t { kServe, kOnce, kCheckConfig };

/// Makes --compat and those of process-exporter's flags known to `table` that have an effect on the command. Of a flag that is there
/// twice the last one counts, as with Go's.
void define_compat(FlagTable& table, CompatFlags& flags, CompatUse use);

/// Absent without --compat=process-exporter.
[[nodiscard]] std::optional<CompatOptions> interpret_compat(const FlagTable& table, const CompatFlags& flags);

/// What was accepted for compatibility and has no effect, a line for each.
[[nodiscard]] std::vector<std::string> notes_of_compat(const FlagTable& table);

/// What -man prints beside the help.
[[nodiscard]] std::string_view compat_manual();

}  // namespace procledger::commands
