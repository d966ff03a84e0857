// SPDX-License-Identifier: Apache-2.0
// Checks of texts that mean more than themselves. Each reports what is wrong at the place within the scalar where it is known.
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

/// `offset`: where the pattern begins in the scalar's text.
void check_regex(const Value& value, const std::string& pattern, std::size_t offset = 0);
/// Of all patterns; nothing if one of them does not parse, since complaints that follow from that help nobody.
[[nodiscard]] std::optional<CaptureNames> capture_names(const Value& value, const std::vector<std::string>& patterns);

void check_glob(const Value& value, const std::string& pattern, rules::Glob::Reach reach = rules::Glob::Reach::kWhole);
/// Of an absolute path.
void check_path_glob(const Value& value, const std::string& pattern, rules::Glob::Reach reach = rules::Glob::Reach::kWhole);
void check_absolute_path(const Value& value, std::string_view path);
/// The kernel keeps 15 bytes of a comm, so that nothing longer is ever found.
void check_comm(const Value& value, std::string_view comm, Severity severity);

/// A template that asks for no capture but `captures` (nothing: not known, so not checked); a capture that is missing has that severity.
void check_template(const Value& value, std::string_view text, const std::optional<CaptureNames>& captures, Severity severity);

/// The same for the name of a group, which may not be one of procledger's own.
void check_group_name(const Value& value, std::string_view text, const std::optional<CaptureNames>& captures, Severity severity);

/// Labels that a file gives to all of its groups: those of `containers`.
using CommonLabels = std::set<std::string, std::less<>>;

/// A label's name that Prometheus takes and that is none of ours. Reports at `place`.
bool check_label_name(const Value& value, Place place, std::string_view name);

/// No process has a higher number: PID_MAX_LIMIT, include/linux/threads.h.
inline constexpr std::uint32_t kMaxPid = 4'194'304;

}  // namespace procledger::config
