// SPDX-License-Identifier: Apache-2.0
#include "collector/pipeline.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "base/clock.hpp"
#include "collector/detail_rows.hpp"
#include "core/metrics/snapshot_builder.hpp"

namespace procledger::collector {
namespace {

/// Adds the CPU time of this thread in its scope to `sum`.
class CpuMeter {
 public:
  explicit CpuMeter(std::uint64_t& sum) : sum_{sum}, began_ns_{read_clock_ns(CLOCK_THREAD_CPUTIME_ID)} {}
  CpuMeter(const CpuMeter&) = delete;
  CpuMeter& operator=(const CpuMeter&) = delete;
  ~CpuMeter() { sum_ += so_far(); }

  [[nodiscard]] std::uint64_t so_far() const { return static_cast<std::uint64_t>(read_clock_ns(CLOCK_THREAD_CPUTIME_ID) - began_ns_); }

 private:
  std::uint64_t& sum_;
  std::int64_t began_ns_;
};

/// Copies values of the last background pass into `row`. `samples` is null when the pass did not cover the group.
void add_samples(metrics::GroupRow& row, const sampler::GroupSamples* samples) {
  if (samples == nullptr) return;
  row.proportional_bytes = samples->pss_bytes;
  row.proportional_swap_bytes = samples->swap_pss_bytes;
  row.wait_channels.assign(samples->wait_channels.begin(), samples->wait_channels.end());
  for (const auto& [kind, count] : samples->sockets) {
    row.sockets.push_back({procfs::name_of(kind.protocol), procfs::name_of(kind.state), count});
  }
}

}  // namespace

CollectionPipeline::CollectionPipeline(Dependencies parts, PipelineOptions options, const Rules& rules)
    : dependencies_{parts}, options_{std::move(options)}, procfs_{options_.procfs} {
  note_rules(rules);
}

void CollectionPipeline::adopt(Rules rules) {
  note_rules(rules);
  dependencies_.grouping.replace(std::move(rules.policy), rules.key);
  dependencies_.ledger.reclassify();
}

void CollectionPipeline::note_rules(const Rules& rules) {
  lifetime_histogram_ = rules.lifetime_histogram;
  max_series_ = rules.max_series;
  required_ = rules.policy.required();
  want_programs();
}

void CollectionPipeline::want_programs() {
  dependencies_.source->want({.path = required_.has(rules::Attribute::kExe), .environment = required_.has(rules::Attribute::kEnv)});
}

// Runs before any process is classified: a pod may have started since the last collection and be gone at the next.
void CollectionPipeline::refresh_lookup() {
  const auto boottime_ns = static_cast<std::uint64_t>(read_clock_ns(CLOCK_BOOTTIME));
  if (dependencies_.lookup.refresh(boottime_ns, dependencies_.grouping.policy().needs_places())) dependencies_.ledger.reclassify();
}

Result<void> CollectionPipeline::drain() {
  const CpuMeter meter{cpu_ns_};
  refresh_lookup();
  return dependencies_.source->drain(dependencies_.ledger);
}

Result<metrics::SnapshotPtr> CollectionPipeline::collect() {
  const CpuMeter meter{cpu_ns_};
  const auto began = std::chrono::steady_clock::now();
  refresh_lookup();
  if (auto done = dependencies_.source->collect(dependencies_.ledger); !done) return tl::unexpected{std::move(done).error()};
  auto report = dependencies_.source->report();
  if (!report) return tl::unexpected{std::move(report).error()};

  if (std::exchange(source_changed_, false)) settle_change(report->host);
  dependencies_.host.apply(report->host, dependencies_.ledger.tasks_cpu_ns());
  close_while_alive(report->host);
  go_on_counting(*report);
  note_members(report->host.monotonic_ns);
  give_targets();

  auto snapshot = std::make_shared<metrics::Snapshot>(build_snapshot(*report));
  snapshot->self.collect_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  snapshot->self.collect_cpu_seconds = static_cast<double>(cpu_ns_ + meter.so_far()) / 1e9;
  return snapshot;
}

void CollectionPipeline::note_members(std::uint64_t now_ns) {
  const auto& accounts = dependencies_.ledger.accounts();
  for (ledger::GroupId id = 0; id < accounts.size(); ++id) dependencies_.grouping.table().note_members(id, accounts[id].members, now_ns);
}

sampler::GroupRef CollectionPipeline::group_ref(ledger::GroupId group) const {
  return {group, dependencies_.grouping.table().generation(group)};
}

sampler::What CollectionPipeline::wanted_of(const ledger::Process& process) const {
  const bool zombie = process.end.threads_exited() || process.state() == event::State::kZombie;
  if (zombie || !process.start_known || process.group() == dependencies_.grouping.hidden_group()) return {};
  if (process.identity.kernel_thread) return {.wait_channels = options_.wait_channels};
  const rules::SeriesOptions& series = dependencies_.grouping.series(process.group());
  return {.pss = series.pss, .sockets = series.sockets, .wait_channels = options_.wait_channels};
}

// Without targets the sampler makes no passes, and the snapshot has no time of the last pass.
void CollectionPipeline::give_targets() {
  if (dependencies_.slow == nullptr) return;
  const grouping::Policy& policy = dependencies_.grouping.policy();
  const bool wanted = policy.wants_pss() || policy.wants_sockets() || options_.wait_channels;
  if (!std::exchange(slow_wanted_, wanted) && !wanted) return;
  std::vector<sampler::Target> targets;
  for (const auto& [handle, process] : dependencies_.ledger.processes()) {
    const sampler::What want = wanted_of(*process);
    if (!want.nothing()) targets.push_back({process->id.tgid, process->start_boottime_ns, group_ref(process->group()), want});
  }
  dependencies_.slow->update(std::move(targets));
}

metrics::Snapshot CollectionPipeline::build_snapshot(const event::SourceReport& report) const {
  const sampler::BackgroundSampler::PassPtr pass = dependencies_.slow != nullptr ? dependencies_.slow->latest() : nullptr;
  const grouping::Grouping& grouping = dependencies_.grouping;
  const auto user_name = [this](std::uint32_t uid) { return dependencies_.lookup.user(uid); };
  DetailRows details{dependencies_.ledger, user_name};
  auto snapshot = metrics::build_snapshot({
      .accounts = dependencies_.ledger.accounts(),
      .name_group =
          [&](ledger::GroupId id, metrics::GroupRow& row) {
            const grouping::GroupKey& key = grouping.table().key(id);
            row.name = key.name;
            row.labels = key.labels;
            details.move_to(id, row, grouping.series(id).threads == rules::ThreadSeries::kByName);
            if (pass) add_samples(row, pass->find(group_ref(id)));
          },
      .host = dependencies_.host.account(),
      .anomalies = dependencies_.ledger.anomalies(),
      .users = dependencies_.ledger.user_states(),
      .user_name = user_name,
      .report = report,
      .kernel = dependencies_.source->kernel(),
      .source = {.name = dependencies_.source->name(), .reason = options_.source_reason, .alive = source_alive_},
      .lost_at_change_ns = lost_at_changes_ns_,
      .unix_minus_boottime_ns = unix_minus_boottime_ns(),
      .self = {.groups_dropped = grouping.table().dropped(), .facts_cut = grouping.facts_cut()},
      .configured = grouping.table().configured(),
      .hidden = grouping.hidden_group(),
  });
  snapshot.lifetime_histogram = lifetime_histogram_;
  if (pass) snapshot.slow_pass_seconds = unix_seconds(pass->began);
  metrics::make_details_safe(snapshot, grouping.policy().limits().label_bytes);
  metrics::limit_series(snapshot, max_series_ - std::min(max_series_, options_.other_series));
  return snapshot;
}

}  // namespace procledger::collector
