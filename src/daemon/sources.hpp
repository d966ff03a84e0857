// SPDX-License-Identifier: Apache-2.0
// Which source is taken, and why.
#pragma once

#include <memory>
#include <string>

#include "base/result.hpp"
#include "daemon/options.hpp"
#include "source/source.hpp"

namespace procledger::daemon {

struct ChosenSource {
  std::unique_ptr<source::Source> source;
  std::string reason;  ///< requested or best_available
};

/// @error  as the source's
[[nodiscard]] Result<ChosenSource> open_source(const Options& options);

}  // namespace procledger::daemon
