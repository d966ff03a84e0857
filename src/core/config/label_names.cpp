// SPDX-License-Identifier: Apache-2.0
#include "core/config/label_names.hpp"

#include <algorithm>
#include <array>

namespace procledger::config {
namespace {

/// All that stand on series of groups, threads and processes, ours and process-exporter's, and what the formats keep for themselves.
constexpr std::array<std::string_view, 27> kOurs{
    "cause",    "cmdline", "comm",    "ctxswitchtype", "daemon",     "exe", "group", "groupname", "how",
    "iomode",   "le",      "memtype", "mode",          "part",       "pid", "pname", "ppid",      "protocol",
    "quantile", "reason",  "state",   "thread",        "threadname", "tid", "tname", "type",      "user"};

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

bool is_label_name(std::string_view name) {
  return !name.empty() && is_letter(name.front()) &&
         std::all_of(name.begin(), name.end(), [](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
}

}  // namespace

bool check_label_name(const Value& value, Place place, std::string_view name) {
  if (!is_label_name(name)) {
    value.complain(Severity::kError, place, {"the label name " + quoted(name), "letters, digits and _, no digit first", {}});
    return false;
  }
  if (name.starts_with("__")) {
    value.complain(Severity::kError, place,
                   {"the label name " + quoted(name), "a name that does not begin with __", "Prometheus keeps those for itself"});
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
