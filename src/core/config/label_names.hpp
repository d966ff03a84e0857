// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "core/config/value.hpp"

namespace procledger::config {

/// Labels that a file gives to all of its groups: those of `containers`.
using CommonLabels = std::set<std::string, std::less<>>;

/// A label's name that Prometheus takes and that is none of ours. Reports at `place`.
bool check_label_name(const Value& value, Place place, std::string_view name);

}  // namespace procledger::config
