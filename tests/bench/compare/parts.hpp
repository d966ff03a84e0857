// SPDX-License-Identifier: Apache-2.0
// The comparisons. Each adds its rows to the report.
#pragma once

#include <cstddef>
#include <string>

#include "base/result.hpp"
#include "compare/report.hpp"

namespace procledger::bench {

struct Setup {
  std::string daemon;     ///< path of the program under test
  std::size_t rounds{7};  ///< of everything; odd, so that the median is a measured value
};

/// What our program on sched_switch costs beyond an empty one, at the same switches.
Result<void> compare_switch_programs(const Setup& setup, Report& report);

/// How much slower a load of context switches becomes by all of it.
Result<void> compare_pipe(const Setup& setup, Report& report);

/// CPU time of a scrape, beside process-exporter, on hosts of different sizes.
Result<void> compare_collections(const Setup& setup, Report& report);

/// Share of a core at an ordinary scrape interval, beside process-exporter, for two minutes.
Result<void> compare_overhead(const Setup& setup, Report& report);

/// CPU time of the daemon for a process that is forked, runs a program and exits.
Result<void> measure_lives(const Setup& setup, Report& report);

/// Wall time of commands alone and under `procledger run`.
Result<void> compare_runs(const Setup& setup, Report& report);

}  // namespace procledger::bench
