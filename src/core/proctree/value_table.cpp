// SPDX-License-Identifier: Apache-2.0
#include "core/proctree/value_table.hpp"

#include <algorithm>
#include <cmath>

namespace procledger::proctree {
namespace {

using Value = std::optional<double>;

double seconds(std::uint64_t ns) { return static_cast<double>(ns) / 1e9; }

Value count(std::uint64_t value) { return static_cast<double>(value); }

Value known(bool known, std::uint64_t value) { return known ? count(value) : std::nullopt; }

Value bytes(const std::optional<std::uint64_t>& value) { return value ? count(*value) : std::nullopt; }

Value cpus_used(const Run& run) {
  if (run.wall_ns == 0) return std::nullopt;
  return static_cast<double>(run.values.cpu_ns()) / static_cast<double>(run.wall_ns);
}

Value wait_seconds(const Run& run) {
  if (!run.kernel.run_queue_wait) return std::nullopt;
  return seconds(run.values.total.wait_ns);
}

Value exits(const Run& run, ledger::ExitReason reason) {
  return known(run.kernel.lives, run.values.exits[static_cast<std::size_t>(reason)]);
}

using R = const Run&;
using ledger::ExitReason;

constexpr std::array kScalars{
    Scalar{"wall_seconds", [](R run) -> Value { return seconds(run.wall_ns); }},
    Scalar{"cpu_seconds", [](R run) -> Value { return seconds(run.values.cpu_ns()); }},
    Scalar{"user_seconds", [](R run) -> Value { return seconds(run.values.cpu.user_ns); }},
    Scalar{"system_seconds", [](R run) -> Value { return seconds(run.values.cpu.system_ns); }},
    Scalar{"estimated_cpu_seconds",
           [](R run) -> Value { return run.kernel.estimates ? Value{seconds(run.values.estimated_ns)} : std::nullopt; }},
    Scalar{"cpus_used", cpus_used},
    Scalar{"run_queue_wait_seconds", wait_seconds},
    Scalar{"peak_memory_bytes", [](R run) { return bytes(run.values.peak_bytes); }, true},
    Scalar{"largest_process_bytes", [](R run) { return bytes(run.values.largest_bytes); }, true},
    Scalar{"storage_read_bytes", [](R run) { return known(run.kernel.storage_io, run.values.total.storage_read_bytes); }, true},
    Scalar{"storage_written_bytes", [](R run) { return known(run.kernel.storage_io, run.values.total.storage_written_bytes); }, true},
    Scalar{"io_read_bytes", [](R run) { return known(run.kernel.call_io, run.values.total.call_read_bytes); }, true},
    Scalar{"io_written_bytes", [](R run) { return known(run.kernel.call_io, run.values.total.call_written_bytes); }, true},
    Scalar{"io_read_syscalls", [](R run) { return known(run.kernel.call_io, run.values.total.call_reads); }, true},
    Scalar{"io_write_syscalls", [](R run) { return known(run.kernel.call_io, run.values.total.call_writes); }, true},
    Scalar{"minor_page_faults", [](R run) { return count(run.values.total.minor_faults); }, true},
    Scalar{"major_page_faults", [](R run) { return count(run.values.total.major_faults); }, true},
    Scalar{"voluntary_context_switches", [](R run) { return count(run.values.total.voluntary_switches); }, true},
    Scalar{"involuntary_context_switches", [](R run) { return count(run.values.total.involuntary_switches); }, true},
    Scalar{"processes", [](R run) { return count(run.values.processes); }, true},
    Scalar{"processes_alive", [](R run) { return count(run.values.alive); }, true},
    Scalar{"processes_at_once", [](R run) { return count(run.values.most_alive); }, true},
    Scalar{"exits_ok", [](R run) { return exits(run, ExitReason::kOk); }, true},
    Scalar{"exits_error", [](R run) { return exits(run, ExitReason::kError); }, true},
    Scalar{"exits_signal", [](R run) { return exits(run, ExitReason::kSignal); }, true},
};

}  // namespace

std::span<const Scalar> scalars() { return kScalars; }

const Scalar& scalar(std::string_view key) { return *std::ranges::find(kScalars, key, &Scalar::key); }

std::optional<Spread> spread(const Scalar& scalar, std::span<const Run> runs) {
  std::vector<double> values;
  for (const Run& run : runs) {
    if (const auto value = scalar.of(run)) values.push_back(*value);
  }
  if (values.empty()) return std::nullopt;
  const auto n = static_cast<double>(values.size());
  Spread result;
  for (const double value : values) result.mean += value / n;
  if (values.size() < 2) return result;
  double squares = 0;
  for (const double value : values) squares += (value - result.mean) * (value - result.mean);
  result.deviation = std::sqrt(squares / (n - 1));
  return result;
}

}  // namespace procledger::proctree
