// SPDX-License-Identifier: Apache-2.0
// The comparisons, each of which adds its rows to the report. For --against, each comparison has a second function, which measures the same
// costs of two builds in the same rounds.
#pragma once

#include "base/result.hpp"
#include "compare/options.hpp"
#include "compare/paired_report.hpp"
#include "compare/report.hpp"

namespace procledger::bench {

/// The cost of procledger's program on sched_switch beyond an empty program, for the same switches.
Result<void> compare_switch_programs(const Setup& setup, Report& report);
Result<void> pair_switch_programs(const Setup& setup, PairedReport& report);

/// The slowdown of a load of context switches by the whole of procledger.
Result<void> compare_pipe(const Setup& setup, Report& report);
Result<void> pair_pipe(const Setup& setup, PairedReport& report);

/// CPU time of a scrape, compared with process-exporter, for different numbers of processes.
Result<void> compare_collections(const Setup& setup, Report& report);
Result<void> pair_collections(const Setup& setup, PairedReport& report);

/// Share of a CPU at an ordinary scrape interval, compared with process-exporter, over two minutes.
Result<void> compare_overhead(const Setup& setup, Report& report);
Result<void> pair_overhead(const Setup& setup, PairedReport& report);

/// CPU time of the daemon per process that starts, execs a program and exits.
Result<void> measure_lives(const Setup& setup, Report& report);
Result<void> pair_lives(const Setup& setup, PairedReport& report);

/// Wall time of commands alone and under `procledger run`.
Result<void> compare_runs(const Setup& setup, Report& report);
Result<void> pair_runs(const Setup& setup, PairedReport& report);

}  // namespace procledger::bench
