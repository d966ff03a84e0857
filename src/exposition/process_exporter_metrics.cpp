// SPDX-License-Identifier: Apache-2.0
#include "exposition/process_exporter_metrics.hpp"

#include "exposition/compat_families.hpp"
#include "exposition/compat_rows.hpp"

namespace procledger::exposition {
namespace {

void add_errors(ModelBuilder& out, const metrics::Snapshot& snapshot) {
  std::uint64_t without_owner = 0;
  for (const auto& loss : snapshot.losses) {
    if (loss.cpu_ns) without_owner += loss.records;
  }
  const auto add = [&out](std::string_view name, std::uint64_t errors) {
    out.open(compat_family(name));
    out.add({}, static_cast<double>(errors));
  };
  add("namedprocess_scrape_errors", 0);
  add("namedprocess_scrape_procread_errors", without_owner);
  add("namedprocess_scrape_partial_errors", snapshot.self.facts_cut);
}

void add_build(ModelBuilder& out, const Build& build) {
  out.open(compat_family("process_exporter_build_info"));
  out.add({{"version", build.version}, {"revision", build.revision}, {"branch", "procledger"}}, 1.0);
}

}  // namespace

PageModel process_exporter_model(CompatPage options, Build build) {
  return {.about = "The metrics of process-exporter, from the exact process accounting of procledger.",
          .visit = [options, build = std::move(build)](const metrics::Snapshot& snapshot, const FamilyVisitor& visit) {
            ModelBuilder out{visit};
            const CompatGroups groups = compat_groups(snapshot.groups, !options.remove_empty_groups);
            add_compat_counters(out, groups, snapshot.kernel);
            add_compat_gauges(out, groups, options.proportional_memory);
            if (options.threads) add_compat_threads(out, groups, snapshot.kernel);
            add_errors(out, snapshot);
            add_build(out, build);
            add_own_process(out, snapshot.own);
            out.finish();
          }};
}

}  // namespace procledger::exposition
