// SPDX-License-Identifier: Apache-2.0
#include "commands/report/formats.hpp"

#include <utility>

#include <nlohmann/json.hpp>

#include "commands/report/scalars.hpp"
#include "commands/report/table.hpp"

namespace procledger::report {
namespace {

using Json = nlohmann::ordered_json;

constexpr double kMsPerSecond = 1000;

// RFC 4180: quotes around what needs them, doubled inside.
std::string csv_field(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string field{"\""};
  for (const char c : text) field += c == '"' ? std::string{"\"\""} : std::string{c};
  return field + "\"";
}

void add_spread(std::string& line, const Spread& spread) {
  line += "," + number(spread.min) + "," + number(spread.avg) + "," + number(spread.max);
}

std::string csv(const Page& page) {
  std::string text;
  for (const std::string& name : page.by) text += csv_field(name) + ",";
  text += "cpu_min,cpu_avg,cpu_max,memory_bytes_min,memory_bytes_avg,memory_bytes_max\n";
  for (const Row& row : page.rows) {
    std::string line;
    for (const std::string& value : row.key) line += (line.empty() && &value == &row.key.front() ? "" : ",") + csv_field(value);
    add_spread(line, row.cpu);
    if (row.memory) {
      add_spread(line, *row.memory);
    } else {
      line += ",,,";
    }
    text += line + "\n";
  }
  return text;
}

Json spread_json(const Spread& spread) { return {{"min", spread.min}, {"avg", spread.avg}, {"max", spread.max}}; }

Json rows_json(const Page& page) {
  Json rows = Json::array();
  for (const Row& row : page.rows) {
    Json labels = Json::object();
    for (std::size_t i = 0; i < page.by.size(); ++i) labels[page.by[i]] = row.key[i];
    Json entry{{"labels", std::move(labels)}, {"cpu", spread_json(row.cpu)}};
    if (row.memory) entry["memory_bytes"] = spread_json(*row.memory);
    rows.push_back(std::move(entry));
  }
  return rows;
}

std::string json(const Page& page) {
  const Json object{{"from", static_cast<double>(page.window.begin_ms) / kMsPerSecond},
                    {"to", static_cast<double>(page.window.end_ms) / kMsPerSecond},
                    {"step_seconds", static_cast<double>(page.window.step_ms) / kMsPerSecond},
                    {"groups", rows_json(page)}};
  return object.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string yaml_spread(const char* name, const Spread& spread) {
  return std::string{"    "} + name + ": {min: " + yaml_number(spread.min) + ", avg: " + yaml_number(spread.avg) +
         ", max: " + yaml_number(spread.max) + "}\n";
}

std::string yaml(const Page& page) {
  const auto seconds = [](std::int64_t ms) { return yaml_number(static_cast<double>(ms) / kMsPerSecond); };
  std::string text = "from: " + seconds(page.window.begin_ms) + "\nto: " + seconds(page.window.end_ms) +
                     "\nstep_seconds: " + seconds(page.window.step_ms) + "\ngroups:\n";
  for (const Row& row : page.rows) {
    text += "  - labels: {";
    for (std::size_t i = 0; i < page.by.size(); ++i) text += (i > 0 ? ", " : "") + yaml_text(page.by[i]) + ": " + yaml_text(row.key[i]);
    text += "}\n" + yaml_spread("cpu", row.cpu);
    if (row.memory) text += yaml_spread("memory_bytes", *row.memory);
  }
  return text;
}

}  // namespace

std::string render(const Page& page, Format format) {
  switch (format) {
    case Format::kTable:
      return table(page);
    case Format::kCsv:
      return csv(page);
    case Format::kJson:
      return json(page);
    case Format::kYaml:
      return yaml(page);
  }
  return {};
}

}  // namespace procledger::report
