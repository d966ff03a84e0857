// SPDX-License-Identifier: Apache-2.0
// The comparisons. Each adds its rows to the report. Each has a twin for --against, which measures the same costs of two builds of the
// program in the same rounds.
#pragma once

#include "base/result.hpp"
#include "compare/options.hpp"
#include "compare/paired_report.hpp"
#include "compare/report.hpp"

namespace procledger::bench {

/// What our program on sched_switch costs beyond an empty one, at the same switches.
Result<void> compare_switch_programs(const Setup& setup, Report& report);
Result<void> pair_switch_programs(const Setup& setup, PairedReport& report);

/// How much slower a load of context switches becomes by all of it.
Result<void> compare_pipe(const Setup& setup, Report& report);
Result<void> pair_pipe(const Setup& setup, PairedReport& report);

/// CPU time of a scrape, beside process-exporter, on hosts of different sizes.
Result<void> compare_collections(const Setup& setup, Report& report);
Result<void> pair_collections(const Setup& setup, PairedReport& report);

/// Share of a core at an ordinary scrape interval, beside process-exporter, for two minutes.
Result<void> compare_overhead(const Setup& setup, Report& report);
Result<void> pair_overhead(const Setup& setup, PairedReport& report);

/// CPU time of the daemon for a process that is forked, runs a program and exits.
Result<void> measure_lives(const Setup& setup, Report& report);
Result<void> pair_lives(const Setup& setup, PairedReport& report);

/// Wall time of commands alone and under `procledger run`.
Result<void> compare_runs(const Setup& setup, Report& report);
Result<void> pair_runs(const Setup& setup, PairedReport& report);

}  // namespace procledger::bench
