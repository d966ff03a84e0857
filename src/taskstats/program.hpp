// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "event/observation.hpp"
#include "source/source.hpp"

namespace procledger::taskstats {

/// What a process runs, as far as it can be read while it lives.
struct RunningProgram {
  std::string file;  ///< the path of the executable; empty: not known
  std::optional<std::string> args;  ///< the first procfs::kMaxArgsBytes
  bool args_cut{};
  std::optional<std::string> env;  ///< the first procfs::kMaxEnvBytes
  bool env_cut{};
  std::optional<event::Comm> comm;
};

/// @param birth_ns  of the process that is meant: nothing is read of a later one with its number
[[nodiscard]] RunningProgram read_program(const std::string& procfs, std::uint32_t tgid, std::uint64_t birth_ns,
                                          source::Source::Wanted wanted);

}  // namespace procledger::taskstats
