// SPDX-License-Identifier: Apache-2.0
#include "commands/report/queries.hpp"

#include <utility>

namespace procledger::report {
namespace {

constexpr const char* kCpu = "procledger_group_cpu_seconds_total";
constexpr const char* kMemory = "procledger_group_resident_memory_bytes";

/// This label tells the parts of the answer apart.
constexpr const char* kPart = "procledger_report";
constexpr const char* kCpuPart = "cpu";
constexpr const char* kClockPart = "clock";
constexpr const char* kMemoryPart = "memory";

std::string matchers(const Filter& filter) {
  std::string text;
  if (!filter.namespace_pattern.empty()) text += "namespace=~" + promql_string(filter.namespace_pattern);
  for (const std::string& pattern : filter.excluded) text += (text.empty() ? "group!~" : ",group!~") + promql_string(pattern);
  return text.empty() ? text : "{" + text + "}";
}

std::string part(const std::string& query, const char* name) {
  return "label_replace(" + query + ", " + promql_string(kPart) + ", " + promql_string(name) + R"(, "", ""))";
}

}  // namespace

std::string promql_string(std::string_view text) {
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

std::string report_query(const Filter& filter) {
  const std::string groups = matchers(filter);
  return part(std::string{"sum without (mode) ("} + kCpu + groups + ")", kCpuPart) + " or " +
         part(std::string{"max by (job, instance) (timestamp("} + kCpu + "))", kClockPart) + " or " + part(kMemory + groups, kMemoryPart);
}

Result<Answers> answers_of(SeriesList answer, const Window& window) {
  Answers answers{.cpu = {}, .clock = {}, .memory = {}, .window = window};
  for (Series& series : answer) {
    const auto label = series.labels.extract(kPart);
    if (label && label.mapped() == kCpuPart) {
      answers.cpu.push_back(std::move(series));
    } else if (label && label.mapped() == kClockPart) {
      answers.clock.push_back(std::move(series));
    } else if (label && label.mapped() == kMemoryPart) {
      answers.memory.push_back(std::move(series));
    } else {
      return fail(ErrorKind::kMalformed, std::string{"Prometheus answered with a series without the label "} + kPart + " of the query");
    }
  }
  return answers;
}

}  // namespace procledger::report
