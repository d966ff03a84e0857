// SPDX-License-Identifier: Apache-2.0
// The sections that say how to collect, and not what belongs where.
#pragma once

#include "core/config/config.hpp"
#include "core/config/label_names.hpp"
#include "core/config/value.hpp"

namespace procledger::config {

[[nodiscard]] Collect read_collect(const Value& value);
[[nodiscard]] Limits read_limits(const Value& value);
[[nodiscard]] rules::ThreadFilter read_thread_filter(const Value& value);
[[nodiscard]] Containers read_containers(const Value& value);

/// The names that these give to all groups.
[[nodiscard]] CommonLabels common_labels(const Containers& containers);

}  // namespace procledger::config
