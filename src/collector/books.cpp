// SPDX-License-Identifier: Apache-2.0
#include "collector/books.hpp"

#include <ctime>
#include <memory>
#include <utility>

#include "metrics/snapshot_builder.hpp"

namespace procledger::collector {
namespace {

std::int64_t read_clock(clockid_t clock) {
  timespec now{};
  ::clock_gettime(clock, &now);  // cannot fail for the clocks that are used here
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

/// Adds the CPU time of this thread in its scope to `sum`.
class CpuMeter {
 public:
  explicit CpuMeter(std::uint64_t& sum) : sum_{sum}, began_ns_{read_clock(CLOCK_THREAD_CPUTIME_ID)} {}
  CpuMeter(const CpuMeter&) = delete;
  CpuMeter& operator=(const CpuMeter&) = delete;
  ~CpuMeter() { sum_ += so_far(); }

  [[nodiscard]] std::uint64_t so_far() const { return static_cast<std::uint64_t>(read_clock(CLOCK_THREAD_CPUTIME_ID) - began_ns_); }

 private:
  std::uint64_t& sum_;
  std::int64_t began_ns_;
};

std::optional<double> as_double(const std::optional<std::uint64_t>& value, double scale) {
  if (!value) return std::nullopt;
  return static_cast<double>(*value) * scale;
}

metrics::OwnProcess own_process(const procfs::OwnFigures& figures, std::int64_t unix_minus_boottime_ns) {
  metrics::OwnProcess own;
  own.cpu_seconds = as_double(figures.cpu_ns, 1e-9);
  own.resident_bytes = as_double(figures.resident_bytes, 1);
  own.virtual_bytes = as_double(figures.virtual_bytes, 1);
  own.open_fds = as_double(figures.open_fds, 1);
  own.max_fds = as_double(figures.max_fds, 1);
  if (figures.start_boottime_ns) {
    own.start_time_seconds = static_cast<double>(static_cast<std::int64_t>(*figures.start_boottime_ns) + unix_minus_boottime_ns) / 1e9;
  }
  return own;
}

double unix_seconds(std::chrono::system_clock::time_point time) { return std::chrono::duration<double>(time.time_since_epoch()).count(); }

/// What the slow lane's last pass found about a group; nothing when it does not know that group.
void add_slow_figures(metrics::GroupRow& row, const slowlane::GroupFigures* figures) {
  if (figures == nullptr) return;
  row.proportional_bytes = figures->pss_bytes;
  for (const auto& [kind, count] : figures->sockets) {
    row.sockets.push_back({procfs::name_of(kind.protocol), procfs::name_of(kind.state), count});
  }
}

}  // namespace

Books::Books(Parts parts, BooksOptions options)
    : parts_{parts}, options_{std::move(options)}, procfs_{options_.procfs}, users_{options_.passwd} {}

Result<void> Books::drain() {
  const CpuMeter meter{cpu_ns_};
  return parts_.source.drain(parts_.ledger);
}

Result<metrics::SnapshotPtr> Books::collect() {
  const CpuMeter meter{cpu_ns_};
  const auto began = std::chrono::steady_clock::now();
  if (auto done = parts_.source.collect(parts_.ledger); !done) return tl::unexpected{std::move(done).error()};
  auto report = parts_.source.report();
  if (!report) return tl::unexpected{std::move(report).error()};

  parts_.host.apply(report->host, parts_.ledger.tasks_cpu_ns());
  const auto& accounts = parts_.ledger.accounts();
  for (ledger::GroupId id = 0; id < accounts.size(); ++id) {
    parts_.grouping.table().note_members(id, accounts[id].members, report->host.monotonic_ns);
  }
  users_.refresh();
  tell_slow_lane();

  auto snapshot = std::make_shared<metrics::Snapshot>(picture(*report, {.groups_dropped = parts_.grouping.table().dropped()}));
  snapshot->self.collect_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  snapshot->self.collect_cpu_seconds = static_cast<double>(cpu_ns_ + meter.so_far()) / 1e9;
  return snapshot;
}

slowlane::GroupRef Books::group_ref(ledger::GroupId group) const { return {group, parts_.grouping.table().generation(group)}; }

void Books::tell_slow_lane() const {
  if (parts_.slow == nullptr) return;
  std::vector<slowlane::Target> targets;
  targets.reserve(parts_.ledger.live_processes());
  for (const auto& [handle, process] : parts_.ledger.processes()) {
    const bool zombie = process->dead || process->state() == event::State::kZombie;
    if (zombie || process->kernel_thread || !process->birth_known || options_.slow.nothing()) continue;
    targets.push_back({process->id.tgid, process->birth_ns, group_ref(process->group), options_.slow});
  }
  parts_.slow->update(std::move(targets));
}

metrics::Snapshot Books::picture(const event::SourceReport& report, metrics::SelfReport self) const {
  const std::int64_t unix_minus_boottime_ns = read_clock(CLOCK_REALTIME) - read_clock(CLOCK_BOOTTIME);
  const slowlane::SlowLane::PassPtr pass = parts_.slow != nullptr ? parts_.slow->latest() : nullptr;
  auto snapshot = metrics::build_snapshot({
      .accounts = parts_.ledger.accounts(),
      .name_group =
          [this, &pass](ledger::GroupId id, metrics::GroupRow& row) {
            const grouping::GroupKey& key = parts_.grouping.table().key(id);
            row.name = key.name;
            row.labels = key.labels;
            if (pass) add_slow_figures(row, pass->find(group_ref(id)));
          },
      .host = parts_.host.account(),
      .anomalies = parts_.ledger.anomalies(),
      .users = parts_.ledger.user_states(),
      .user_name = [this](std::uint32_t uid) { return users_.name(uid); },
      .report = report,
      .kernel = parts_.source.kernel(),
      .source = {.name = parts_.source.name(), .reason = options_.source_reason, .alive = source_alive_},
      .unix_minus_boottime_ns = unix_minus_boottime_ns,
      .self = self,
      .own = own_process(procfs_.own_figures(), unix_minus_boottime_ns),
  });
  if (pass) snapshot.slow_pass_seconds = unix_seconds(pass->began);
  return snapshot;
}

}  // namespace procledger::collector
