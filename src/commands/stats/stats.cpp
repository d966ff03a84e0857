// SPDX-License-Identifier: Apache-2.0
#include "commands/stats/stats.hpp"

#include <unistd.h>

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "commands/cli/terminal.hpp"
#include "commands/stats/finder.hpp"
#include "commands/stats/options.hpp"
#include "commands/stats/reader.hpp"
#include "commands/stats/render.hpp"
#include "commands/stats/sums.hpp"
#include "commands/stats/thread_follower.hpp"
#include "sources/proc/cpu_clock.hpp"

namespace procledger::commands {
namespace {

constexpr const char* kProcfs = "/proc";
constexpr const char* kPasswd = "/etc/passwd";

std::string of_processes(std::uint64_t count) { return count == 1 ? "1 process" : std::to_string(count) + " processes"; }

/// Opens the source that follows the threads during the interval.
/// @return  absent: no rates are wanted, or the bpf source does not work here
Result<std::optional<Follower>> open_follower(const StatsOptions& options) {
  if (options.source == "proc" || options.interval.count() == 0) return std::nullopt;
  auto follower = Follower::open(kProcfs);
  if (follower) return std::optional<Follower>{std::move(*follower)};
  if (options.source == "bpf") return tl::unexpected{std::move(follower).error()};
  print_note("rates do not include threads that exited during the interval: " + follower.error().message + "; see procledger doctor");
  return std::nullopt;
}

std::optional<stats::Followed> followed(const Follower::Sample& before, const Follower::Sample& after, const stats::ProcessKey& key) {
  const auto first = before.used.find(key);
  const auto last = after.used.find(key);
  if (first == before.used.end() || last == after.used.end()) return std::nullopt;
  return stats::Followed{.used = event::beyond(last->second, first->second), .elapsed_ns = after.taken_ns - before.taken_ns};
}

Result<Follower::Sample> sample(std::optional<Follower>& follower) {
  if (!follower) return Follower::Sample{};
  return follower->sample();
}

/// Reads the processes twice, with the interval between, and keeps the processes that both readings have. With interval 0 reads once.
Result<std::vector<stats::Observed>> observe(const stats::Reader& reader, const StatsOptions& options,
                                             const std::vector<stats::ProcessKey>& processes) {
  std::vector<stats::Observed> observed;
  if (options.interval.count() == 0) {
    for (stats::Reading& each : reader.read(processes, options.connections)) {
      observed.push_back({.before = std::nullopt, .after = std::move(each), .followed = std::nullopt});
    }
    return observed;
  }
  auto follower = open_follower(options);
  if (!follower) return tl::unexpected{std::move(follower).error()};
  const auto began = std::chrono::steady_clock::now();
  const auto sample_before = sample(*follower);
  if (!sample_before) return tl::unexpected{sample_before.error()};
  std::map<stats::ProcessKey, stats::Reading> before;
  for (stats::Reading& each : reader.read(processes, options.connections)) before.emplace(each.key, std::move(each));
  std::this_thread::sleep_until(began + options.interval);
  const auto sample_after = sample(*follower);
  if (!sample_after) return tl::unexpected{sample_after.error()};
  for (stats::Reading& each : reader.read(processes, options.connections)) {
    const auto at = before.find(each.key);
    if (at == before.end()) continue;
    const auto used = *follower ? followed(*sample_before, *sample_after, each.key) : std::nullopt;
    observed.push_back({.before = std::move(at->second), .after = std::move(each), .followed = used});
  }
  return observed;
}

int nothing_found(const std::string& what) {
  print_note(what);
  return kFoundNothing;
}

void emit_hidden(const stats::Found& found) {
  if (found.hidden == 0) return;
  print_note("left out " + of_processes(found.hidden) +
             " whose environment cannot be read or is longer than 2 MiB; run as root, with CAP_SYS_PTRACE or as the user of the processes");
}

void emit_missing(const stats::Sums& sums) {
  for (const auto& [key, count] : sums.partial) {
    print_note(key + " does not include " + of_processes(count) + " that exited or cannot be read; run as root or with CAP_SYS_PTRACE");
  }
}

Result<int> print_list(const stats::Found& found, bool json) {
  const std::string text = json ? stats::pids_as_json(found.processes) : stats::pids_as_text(found.processes);
  return print_out(text).map([] { return 0; });
}

/// Programs read the lines with plain values; readers at a terminal get units unless they ask for --raw.
std::string rendered(const stats::Values& values, const StatsOptions& options) {
  if (options.json) return stats::as_json(values);
  return options.raw || !display_of_stream(STDOUT_FILENO).terminal ? stats::as_text(values) : stats::as_table(values);
}

Result<int> run(const StatsOptions& options) {
  const std::int64_t began_ns = read_clock_ns(CLOCK_MONOTONIC);
  const auto selection = stats::Selection::compile(options.wanted);
  if (!selection) return tl::unexpected{selection.error()};
  const auto found = stats::find_processes(kProcfs, kPasswd, *selection);
  if (!found) return tl::unexpected{found.error()};
  emit_hidden(*found);
  if (found->processes.empty())
    return nothing_found("no process matches the selection; ps -eo pid,euser,comm shows all PIDs, users and names");
  if (options.list) return print_list(*found, options.json);

  const auto memory_bytes = stats::host_memory(kProcfs);
  if (!memory_bytes) return tl::unexpected{memory_bytes.error()};
  proc::KernelCpuClock clock;
  const stats::Reader reader{kProcfs, clock};
  const auto observed = observe(reader, options, found->processes);
  if (!observed) return tl::unexpected{observed.error()};
  if (observed->empty()) return nothing_found("all selected processes exited during the interval; take a shorter --interval");

  stats::Sums sums = stats::sum_up(*observed, *memory_bytes, options.connections);
  sums.values["fetch_time"] = static_cast<double>(read_clock_ns(CLOCK_MONOTONIC) - began_ns) / 1e9;
  const stats::Values values = stats::without_zeros(sums.values, options.keep_zero);
  emit_missing(sums);
  return print_out(rendered(values, options)).map([] { return 0; });
}

}  // namespace

Command stats_command() {
  return make_command<StatsFlags, run>(
      {.name = "stats",
       .operands = "[flags]",
       .summary = "prints sums and rates of selected processes one time, and exits",
       .description = "Prints the total usage of the selected processes, and rates over an interval. Values of one selector are ORed, "
                      "except the conditions of --env; selectors are ANDed; without a selector, all processes are selected.",
       .examples = {{"procledger stats --name postgres", "All processes with this name"},
                    {"procledger stats --user www-data --interval 10s --json", "Rates over 10 seconds, for a script"},
                    {"procledger stats --env TIER=web --list", "Only the PIDs of the processes"}},
       .files = {{"/etc/passwd", "user names, for --user"}, {"/sys/kernel/btf/vmlinux", "type information of this kernel (BTF), for eBPF"}},
       .statuses = exit_statuses({{"4", "no process matches, or all exited during the interval"}})});
}

}  // namespace procledger::commands
