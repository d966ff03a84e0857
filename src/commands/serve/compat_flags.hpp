// SPDX-License-Identifier: Apache-2.0
// process-exporter's flags beside ours, known with --compat=process-exporter.
#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <CLI/App.hpp>

#include "base/result.hpp"

namespace procledger::commands {

// What process-exporter's flags ask for. What they do here: docs/compat.md.

/// Its defaults are process-exporter's.
struct CompatOptions {
  std::string config_path;  ///< excludes the next two
  std::string procnames;    ///< "comm,comm,..."
  std::string namemapping;  ///< "comm,regex,..."
  std::string procfs;       ///< empty: as without
  bool children{true};      ///< what no rule names is in its parent's group
  bool threads{true};
  bool gather_smaps{true};
  bool recheck{};
  std::chrono::milliseconds recheck_time_limit{0};  ///< 0: however old the process is
  bool remove_empty_groups{};
  std::chrono::milliseconds once_delay{0};  ///< not 0: no server; wait so long, print one page
  bool debug{};
  bool manual{};  ///< print it, and nothing else
};

inline constexpr const char* kCompatListenAddress = ":9256";

/// What was given, as text. Outlives the parsing.
struct CompatGiven {
  std::string mode{"none"};
  std::string children{"true"};
  std::string threads{"true"};
  std::string gather_smaps{"true"};
  std::string recheck{"false"};
  std::string remove_empty_groups{"false"};
  std::string debug{"false"};
  std::string manual{"false"};
  std::string recheck_time_limit{"0"};
  std::string once_delay{"0"};
  CompatOptions values;  ///< those that are text themselves
};

/// Makes --compat and process-exporter's flags known to `app`. Of a flag that comes twice the last one counts, as with Go's.
void define_compat(CLI::App& app, CompatGiven& given);

/// Nothing without --compat=process-exporter.
/// @error  kUsage: another mode, its flags without the mode, values that make no sense
[[nodiscard]] Result<std::optional<CompatOptions>> interpret_compat(const CLI::App& app, const CompatGiven& given);

/// For hints: `--compat` and process-exporter's own flags.
[[nodiscard]] std::span<const std::string_view> compat_flags();

/// What -man prints beside the list of flags.
[[nodiscard]] std::string_view compat_manual();

}  // namespace procledger::commands
