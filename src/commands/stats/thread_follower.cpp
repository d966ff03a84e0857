// SPDX-License-Identifier: Apache-2.0
#include "commands/stats/thread_follower.hpp"

#include <ctime>
#include <tuple>
#include <utility>

#include "base/clock.hpp"
#include "core/ledger/ledger.hpp"
#include "host/procfs/file.hpp"
#include "sources/bpf/bpf_source.hpp"

namespace procledger::commands {
namespace {

/// Puts all processes into one group: `stats` needs the usage of processes, not of groups.
class OneGroup final : public ledger::Classifier {
 public:
  ledger::Decision decide(const ledger::ProcessFacts& /*facts*/) override {
    ledger::Decision decision;
    decision.fresh = std::exchange(fresh_, false);
    return decision;
  }
  ledger::Decision unattributed() override { return decide({}); }

 private:
  bool fresh_{true};
};

}  // namespace

struct Follower::Dependencies {
  explicit Dependencies(std::unique_ptr<event::Source> opened)
      : source{std::move(opened)}, ledger{classifier, {.attached_ns = source->attached_ns()}} {}

  std::unique_ptr<event::Source> source;
  OneGroup classifier;
  ledger::Ledger ledger;
};

Follower::Follower(std::unique_ptr<Dependencies> parts) : dependencies_{std::move(parts)} {}
Follower::Follower(Follower&& other) noexcept = default;
Follower::~Follower() = default;

Result<Follower> Follower::open(const std::string& procfs) {
  auto source = bpf::open_bpf_source({.procfs = procfs});
  if (!source) return tl::unexpected{std::move(source).error()};
  return Follower{std::make_unique<Dependencies>(std::move(*source))};
}

Result<Follower::Sample> Follower::sample() {
  Sample sample;
  sample.taken_ns = static_cast<std::uint64_t>(read_clock_ns(CLOCK_BOOTTIME));
  if (auto collected = dependencies_->source->collect(dependencies_->ledger); !collected)
    return tl::unexpected{std::move(collected).error()};
  const std::uint64_t tick_ns = 1'000'000'000 / procfs::user_hz();
  for (const auto& [handle, process] : dependencies_->ledger.processes()) {
    std::ignore = handle;
    sample.used.emplace(stats::ProcessKey{.pid = process->id.tgid, .start_boottime_ns = process->start_boottime_ns / tick_ns * tick_ns},
                        process->own);
  }
  return sample;
}

}  // namespace procledger::commands
