// SPDX-License-Identifier: Apache-2.0
#include "exposition/page_model.hpp"

#include <string_view>
#include <utility>

#include "base/version.hpp"

namespace procledger::exposition {
namespace {

constexpr std::string_view compiler() {
#ifdef __clang__
  return "clang " __clang_version__;
#else
  return "gcc " __VERSION__;
#endif
}

}  // namespace

Build this_build() { return {std::string{kVersion}, std::string{kRevision}, std::string{compiler()}}; }

PageModel native_model(Build build, DaemonMetrics daemon, const metrics::MetricTable& table) {
  return {.about = "Exact process accounting for Prometheus.",
          .emit =
              [build = std::move(build), daemon, &table](const metrics::Snapshot& snapshot, metrics::SampleSink& out) {
                metrics::emit_tables({snapshot, build, table}, out);
                add_collected(daemon, out);
                metrics::add_series_count(out);
              },
          .daemon = std::move(daemon)};
}

}  // namespace procledger::exposition
