// SPDX-License-Identifier: Apache-2.0
#include "commands/report/queries.hpp"

namespace procledger::report {
namespace {

constexpr const char* kCpu = "procledger_group_cpu_seconds_total";
constexpr const char* kMemory = "procledger_group_resident_memory_bytes";

std::string matchers(const Filter& filter) {
  std::string text;
  if (!filter.namespace_pattern.empty()) text += "namespace=~" + quoted(filter.namespace_pattern);
  for (const std::string& pattern : filter.excluded) text += (text.empty() ? "group!~" : ",group!~") + quoted(pattern);
  return text.empty() ? text : "{" + text + "}";
}

}  // namespace

std::string quoted(std::string_view text) {
  std::string result{"\""};
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    if (c == '\n') {
      result += "\\n";
    } else {
      result += c;
    }
  }
  return result + "\"";
}

std::string cpu_query(const Filter& filter) { return "sum without (mode) (" + std::string{kCpu} + matchers(filter) + ")"; }

std::string clock_query() { return "max by (job, instance) (timestamp(" + std::string{kCpu} + "))"; }

std::string memory_query(const Filter& filter) { return kMemory + matchers(filter); }

}  // namespace procledger::report
