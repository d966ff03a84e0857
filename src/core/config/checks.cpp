// SPDX-License-Identifier: Apache-2.0
#include "core/config/checks.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace procledger::config {
namespace {

constexpr std::size_t kMaxComm = 15;

/// Reserved label names: labels of procledger's and process-exporter's series, and labels that the exposition formats reserve.
constexpr std::array<std::string_view, 27> kOurs{
    "cause",    "cmdline", "comm",    "ctxswitchtype", "daemon",     "exe", "group", "groupname", "how",
    "iomode",   "le",      "memtype", "mode",          "part",       "pid", "pname", "ppid",      "protocol",
    "quantile", "reason",  "state",   "thread",        "threadname", "tid", "tname", "type",      "user"};

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

bool is_label_name(std::string_view name) {
  return !name.empty() && is_letter(name.front()) &&
         std::all_of(name.begin(), name.end(), [](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
}

/// The only way from an error in a pattern or template to its place in the file.
/// @param offset  where the pattern begins in the scalar's text
void report_syntax(const Value& value, std::size_t offset, std::string found, const rules::SyntaxError& error) {
  value.error_within(offset + error.offset, {std::move(found), error.expected, error.hint});
}

}  // namespace

void check_regex(const Value& value, const std::string& pattern, std::size_t offset) {
  const auto& regex = value.patterns().regex(pattern);
  if (!regex) report_syntax(value, offset, "bad pattern: " + regex.error().found, regex.error());
}

std::optional<CaptureNames> capture_names(const Value& value, const std::vector<std::string>& patterns) {
  CaptureNames names;
  for (const std::string& pattern : patterns) {
    const auto& regex = value.patterns().regex(pattern);
    if (!regex) return std::nullopt;
    for (std::string& name : regex->group_names()) names.insert(std::move(name));
  }
  return names;
}

void check_glob(const Value& value, const std::string& pattern, rules::Glob::Reach reach) {
  const auto& glob = value.patterns().glob(pattern, reach);
  if (!glob) report_syntax(value, 0, "bad pattern: " + glob.error().found, glob.error());
}

void check_path_glob(const Value& value, const std::string& pattern, rules::Glob::Reach reach) {
  if (!pattern.starts_with('/') && !pattern.starts_with("**")) {
    value.error({quoted(pattern) + " matches no absolute path", "a glob that begins with \"/\" or \"**\"",
                 "did you mean \"**/" + quoted(pattern).substr(1) + "?"});
    return;
  }
  check_glob(value, pattern, reach);
}

void check_absolute_path(const Value& value, std::string_view path) {
  if (!path.starts_with('/')) value.error({quoted(path), "an absolute path", {}});
}

void check_comm(const Value& value, std::string_view comm, Severity severity) {
  if (comm.size() > kMaxComm) {
    value.complain(severity, value.node().place,
                   {quoted(comm) + " has " + std::to_string(comm.size()) + " bytes and matches nothing", "at most 15 bytes",
                    "the kernel cuts names; did you mean " + quoted(comm.substr(0, kMaxComm)) + "?"});
  } else if (severity == Severity::kError && comm.find_first_of("*?") != std::string_view::npos) {
    value.warning({quoted(comm) + " is compared literally", {}, "comm has no wildcards; use cmdline or exe"});
  }
}

void check_template(const Value& value, std::string_view text, const std::optional<CaptureNames>& captures, Severity severity) {
  const auto parsed = rules::Template::parse(text);
  if (!parsed) {
    const std::string& found = parsed.error().found;
    report_syntax(value, 0, "bad template: " + (found.empty() ? "nothing" : quoted(found)), parsed.error());
    return;
  }
  if (!captures) return;
  const std::vector<std::string_view> known(captures->begin(), captures->end());
  for (const std::string& name : parsed->captures()) {
    if (captures->contains(name)) continue;
    const std::string hint = suggestion(name, known);
    value.complain(severity, value.node().place,
                   {"no cmdline pattern here captures " + quoted(name), known.empty() ? "a capture that exists" : one_of(known),
                    hint.empty() ? "capture it with (?P<name>...)" : hint});
  }
}

void check_group_name(const Value& value, std::string_view text, const std::optional<CaptureNames>& captures, Severity severity) {
  if (text.starts_with('(') && text.ends_with(')')) {
    value.error({"the reserved name " + quoted(text), "a name of your own", "names in parentheses are procledger's, such as (kernel)"});
    return;
  }
  check_template(value, text, captures, severity);
}

bool check_label_name(const Value& value, Place place, std::string_view name) {
  if (!is_label_name(name)) {
    value.complain(Severity::kError, place, {"the label name " + quoted(name), "letters, digits and _, no digit first", {}});
    return false;
  }
  if (name.starts_with("__")) {
    value.complain(Severity::kError, place,
                   {"the label name " + quoted(name), "a name that does not begin with __", "Prometheus reserves such names"});
    return false;
  }
  if (std::find(kOurs.begin(), kOurs.end(), name) != kOurs.end()) {
    value.complain(Severity::kError, place,
                   {"the label name " + quoted(name) + " is procledger's own", "another name", "for example my_" + std::string{name}});
    return false;
  }
  return true;
}

}  // namespace procledger::config
