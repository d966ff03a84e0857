// SPDX-License-Identifier: Apache-2.0
// The metrics of process-exporter (github.com/ncabatoff/process-exporter), by their names, types and labels.
#pragma once

#include <span>
#include <string_view>

#include "core/metrics/families.hpp"

namespace procledger::exposition {

/// In the order of exposition. Unlike ours, a counter's name need not end in `_total`.
[[nodiscard]] std::span<const metrics::Family> compat_families();

/// The family of that name, which exists.
[[nodiscard]] const metrics::Family& compat_family(std::string_view name);

}  // namespace procledger::exposition
