// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/config/label_names.hpp"
#include "core/config/value.hpp"
#include "core/rules/rule.hpp"

namespace procledger::config {

/// One item of `groups`.
[[nodiscard]] rules::Rule read_group(const Value& value, const CommonLabels& common);

/// The value of `default`: a template, or nothing for `drop`.
[[nodiscard]] std::optional<std::string> read_fallback(const Value& value);

}  // namespace procledger::config
