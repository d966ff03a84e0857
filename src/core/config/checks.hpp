// SPDX-License-Identifier: Apache-2.0
// Checks texts that have a syntax: patterns, globs, templates, label names. Each check reports errors at their place in the file.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/config/value.hpp"
#include "core/rules/pattern.hpp"
#include "core/rules/template.hpp"

namespace procledger::config {

using CaptureNames = std::set<std::string, std::less<>>;

/// Checks a regular expression. `offset`: start of the pattern in the scalar's text.
void check_regex(const Value& value, const std::string& pattern, std::size_t offset = 0);
/// The capture names of all patterns. Absent if a pattern does not parse: that error is reported already, and follow-up errors do not help.
[[nodiscard]] std::optional<CaptureNames> capture_names(const Value& value, const std::vector<std::string>& patterns);

void check_glob(const Value& value, const std::string& pattern, rules::Glob::Reach reach = rules::Glob::Reach::kWhole);
/// Checks a glob over absolute paths.
void check_path_glob(const Value& value, const std::string& pattern, rules::Glob::Reach reach = rules::Glob::Reach::kWhole);
void check_absolute_path(const Value& value, std::string_view path);
/// Checks the length of a comm: the kernel keeps 15 bytes, so a longer name never matches.
void check_comm(const Value& value, std::string_view comm, Severity severity);

/// Checks a template. A capture that is not in `captures` is reported with `severity`; absent: captures are not checked.
void check_template(const Value& value, std::string_view text, const std::optional<CaptureNames>& captures, Severity severity);

/// As check_template, for the name of a group. A reserved name is an error.
void check_group_name(const Value& value, std::string_view text, const std::optional<CaptureNames>& captures, Severity severity);

/// Labels that a file gives to all of its groups: the labels of `containers`.
using CommonLabels = std::set<std::string, std::less<>>;

/// Returns whether Prometheus accepts `name` as a label name and procledger does not use it. Reports at `place`.
bool check_label_name(const Value& value, Place place, std::string_view name);

/// Largest possible PID: PID_MAX_LIMIT, include/linux/threads.h.
inline constexpr std::uint32_t kMaxPid = 4'194'304;

}  // namespace procledger::config
