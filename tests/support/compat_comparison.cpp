// SPDX-License-Identifier: Apache-2.0
#include "support/compat_comparison.hpp"

#include <unistd.h>

#include <cmath>
#include <set>

namespace procledger::test {
namespace {

constexpr std::string_view kGroups = "namedprocess_namegroup_";
constexpr std::string_view kThreads = "namedprocess_namegroup_thread_";

/// The allowed difference of our value, below and above the value of process-exporter.
struct Allowed {
  double below{};
  double above{};
};

/// The two programs read at different moments and count in different steps. The processes sleep meanwhile.
Allowed allowed(const SeriesKey& series, double processes, double switches_before_exec) {
  const std::string name = series.name.substr(kGroups.size());
  // process-exporter counts events before an exec for the program after the exec.
  if (name == "minor_page_faults_total") return {.below = 100 * processes, .above = 0};
  // The kernel reads the first page of the program, and writes its access time, before the end of the exec.
  if (name == "read_bytes_total" || name == "write_bytes_total") return {.below = 131'072 * processes, .above = 0};
  if (name == "context_switches_total") return {.below = switches_before_exec, .above = 0};
  // process-exporter counts whole ticks of 10 ms in each mode, so that two remainders of a process may be missing, and the time before the
  // exec may add one tick.
  if (name == "cpu_seconds_total") return {.below = 0.02 * processes, .above = 0.02 * processes};
  if (name == "oldest_start_time_seconds") return {.below = 1, .above = 1};  // process-exporter adds whole seconds of boot time
  if (name != "memory_bytes") return {};
  const std::string kind = series.label("memtype");
  const auto page = static_cast<double>(sysconf(_SC_PAGESIZE));
  if (kind == "proportionalResident") return {.below = page * processes, .above = page * processes};
  // The kernel counts 3 kinds of pages per CPU, and /proc/PID/stat shows only folded counts, 32 pages at a time.
  const double unfolded = 3 * 32 * static_cast<double>(sysconf(_SC_NPROCESSORS_CONF)) * page * processes;
  return kind == "resident" ? Allowed{.below = unfolded, .above = unfolded} : Allowed{};
}

bool is_thread_metric(const std::string& name) { return name.starts_with(kThreads); }

bool of_these_groups(const SeriesKey& series, const std::string& prefix) {
  return series.name.starts_with(kGroups) && series.label("groupname").starts_with(prefix);
}

std::string shown(const Exposition& page, const SeriesKey& series) {
  const auto value = page.value(series.name, series.labels);
  return value ? std::to_string(*value) : "absent";
}

std::string type_of(const Exposition& page, const std::string& family) {
  const auto found = page.types().find(family);
  return found == page.types().end() ? "absent" : found->second;
}

void compare_types(const ComparedPages& pages, std::vector<std::string>& complaints) {
  std::set<std::string> families{"process_exporter_build_info"};
  for (const auto* page : {&pages.theirs, &pages.ours}) {
    for (const auto& [family, type] : page->types()) {
      if (family.starts_with("namedprocess_") && !is_thread_metric(family)) families.insert(family);
    }
  }
  for (const std::string& family : families) {
    const std::string theirs = type_of(pages.theirs, family);
    const std::string ours = type_of(pages.ours, family);
    if (theirs != ours) complaints.push_back(family + ": type " + theirs + " there, " + ours + " here");
  }
}

void compare_value(const ComparedPages& pages, const SeriesKey& series, std::vector<std::string>& complaints) {
  const auto theirs = pages.theirs.value(series.name, series.labels);
  const auto ours = pages.ours.value(series.name, series.labels);
  const auto processes = pages.theirs.value("namedprocess_namegroup_num_procs", {{"groupname", series.label("groupname")}});
  const Allowed room = allowed(series, processes.value_or(0), pages.switches_before_exec);
  constexpr double kRounding = 1e-9;
  if (theirs && ours && *theirs - *ours <= room.below + kRounding && *ours - *theirs <= room.above + kRounding) return;
  complaints.push_back(series.text() + ": " + shown(pages.theirs, series) + " there, " + shown(pages.ours, series) + " here");
}

}  // namespace

std::vector<std::string> compat_differences(const ComparedPages& pages) {
  std::vector<std::string> complaints;
  compare_types(pages, complaints);
  std::set<SeriesKey> all;
  for (const auto* page : {&pages.theirs, &pages.ours}) {
    for (const auto& [series, value] : page->series()) {
      if (of_these_groups(series, pages.group_prefix) && !is_thread_metric(series.name)) all.insert(series);
    }
  }
  if (all.empty()) complaints.emplace_back("neither page has a group that begins with " + pages.group_prefix);
  for (const SeriesKey& series : all) compare_value(pages, series, complaints);
  return complaints;
}

std::vector<std::string> thread_series_differences(const ComparedPages& pages) {
  std::vector<std::string> complaints;
  std::size_t compared = 0;
  for (const auto& [series, value] : pages.theirs.series()) {
    if (!of_these_groups(series, pages.group_prefix) || !is_thread_metric(series.name)) continue;
    ++compared;
    const auto ours = pages.ours.value(series.name, series.labels);
    const bool count = series.name == "namedprocess_namegroup_thread_count";
    if (!ours || (count && *ours != value)) {
      complaints.push_back(series.text() + ": " + shown(pages.theirs, series) + " there, " + shown(pages.ours, series) + " here");
    }
  }
  if (compared == 0) complaints.emplace_back("process-exporter has no metrics by thread name");
  return complaints;
}

}  // namespace procledger::test
