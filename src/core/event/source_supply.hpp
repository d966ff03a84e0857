// SPDX-License-Identifier: Apache-2.0
// Where another source comes from when the present one fails, or when a better one may be had again.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "core/event/source.hpp"

namespace procledger::event {

struct SuppliedSource {
  std::unique_ptr<event::Source> source;
  std::string reason;  ///< a word of a fixed set: why this one
  std::string why;     ///< a line for the log: why none that is better
};

class SourceSupply {
 public:
  virtual ~SourceSupply() = default;

  /// The best source that works, of those that are worse than the one of this name. Called by the collecting thread; may take a second.
  /// @error  there is none
  virtual Result<SuppliedSource> worse_than(std::string_view name) = 0;

  /// The best source that works, of those that are better than the one of this name.
  /// @error  why there is none; an empty message: it is the best one
  virtual Result<SuppliedSource> better_than(std::string_view name) = 0;
};

}  // namespace procledger::event
