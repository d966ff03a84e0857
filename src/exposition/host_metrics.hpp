// SPDX-License-Identifier: Apache-2.0
// A snapshot in prometheus-cpp's data model, ready for any writer. Knows no text format.
#pragma once

#include <functional>
#include <string>

#include <prometheus/metric_family.h>

#include "core/metrics/families.hpp"
#include "core/metrics/snapshot.hpp"

namespace procledger::exposition {

class ModelBuilder;

/// prometheus-cpp has no info type, so ours travels beside it. In `data` an info is a gauge of 1.
struct TypedFamily {
  metrics::Type type{};
  prometheus::MetricFamily data;
};

/// What procledger_build_info tells.
struct Build {
  std::string version;
  std::string revision;
  std::string compiler;
};

[[nodiscard]] Build this_build();

using FamilyVisitor = std::function<void(const TypedFamily&)>;

/// Visits every family that has a sample, one after the other, so that only one is in memory at a time; groups by name, then by their own
/// labels. What is unknown, and the gauges of a group that no process is left in, are absent. A label whose value is empty is left out.
void visit_families(const metrics::Snapshot& snapshot, const Build& build, const FamilyVisitor& visit);

/// Which families a page has: ours, or those of a program that we stand in for. Any thread may use one.
struct PageModel {
  std::string about;  ///< one sentence for the landing page
  std::function<void(const metrics::Snapshot&, const FamilyVisitor&)> visit;
};

/// The process_* families: procledger as any other program describes itself.
void add_own_process(ModelBuilder& out, const metrics::OwnProcess& own);

/// Our own: visit_families.
[[nodiscard]] PageModel native_model(Build build);

}  // namespace procledger::exposition
