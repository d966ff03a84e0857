// SPDX-License-Identifier: Apache-2.0
// A ring too small and a reader that does not come: names may be lost, but never CPU time and never an exit, and the loss is told.
#include <gtest/gtest.h>

#include <iostream>

#include "grouping/grouping.hpp"
#include "ledger/ledger.hpp"
#include "source/bpf_source.hpp"
#include "support/clocks.hpp"
#include "support/host.hpp"
#include "support/truth.hpp"

namespace procledger::test {
namespace {

/// The pieces of the daemon between the kernel and the groups, without its collector: nobody drains but the test.
class Books {
 public:
  explicit Books(std::unique_ptr<source::Source> source)
      : source_{std::move(source)}, grouping_{grouping::Limits{}}, ledger_{grouping_, {.attached_ns = source_->attached_ns()}} {}

  Result<void> collect() { return source_->collect(ledger_); }

  struct Sums {
    double cpu_seconds{};
    double exits{};
  };
  /// Of the groups with this prefix and the one that takes what cannot be named.
  [[nodiscard]] Sums sums(const std::string& prefix) const {
    std::uint64_t cpu_ns{};
    std::uint64_t exits{};
    for (std::size_t id = 0; id < ledger_.accounts().size(); ++id) {
      const std::string& name = grouping_.table().key(static_cast<ledger::GroupId>(id)).name;
      if (!name.starts_with(prefix) && name != grouping::kUnattributedGroup) continue;
      const ledger::Account& account = ledger_.accounts()[id];
      cpu_ns += account.shown.user_ns + account.shown.system_ns;
      for (const std::uint64_t ended : account.exits) exits += ended;
    }
    return {static_cast<double>(cpu_ns) / 1e9, static_cast<double>(exits)};
  }

  [[nodiscard]] std::uint64_t lost(std::string_view part_of_cause) {
    std::uint64_t records{};
    const auto report = source_->report();
    if (!report) return 0;
    for (const auto& loss : report->losses) {
      if (loss.cause.find(part_of_cause) != std::string::npos) records += loss.records;
    }
    return records;
  }
  [[nodiscard]] std::string losses() {
    std::string text;
    const auto report = source_->report();
    if (!report) return report.error().message;
    for (const auto& loss : report->losses) text += loss.cause + "=" + std::to_string(loss.records) + " ";
    return text;
  }
  [[nodiscard]] const ledger::Ledger& ledger() const { return ledger_; }

 private:
  std::unique_ptr<source::Source> source_;
  grouping::Grouping grouping_;
  ledger::Ledger ledger_;
};

class Loss : public testing::Test {
 protected:
  void SetUp() override { PROCLEDGER_REQUIRE_BPF(); }

  void open(const source::BpfOptions& options) {
    auto source = source::open_bpf_source(options);
    ASSERT_TRUE(source) << source.error().message;
    books_ = std::make_unique<Books>(std::move(*source));
    const auto first = books_->collect();
    ASSERT_TRUE(first) << first.error().message;
  }

  struct Outcome {
    double truth{};      ///< CPU seconds by the cgroup
    double processes{};  ///< that ended
    Books::Sums shown;
    double strangers{};  ///< other processes that the host forked meanwhile
  };

  /// A storm of 2 s that nobody listens to.
  Result<Outcome> storm() {
    const UniqueNames names;
    auto load = Load::prepare(names, 1, 1, {names.link("storm", "storm"), "2000"});
    if (!load) return tl::unexpected{load.error()};
    if (auto collected = books_->collect(); !collected) return tl::unexpected{collected.error()};
    const auto before = books_->sums(names.prefix());
    const std::uint64_t usage_before = load->cgroup().usage_ns();
    const double forks_before = forks();
    load->go();
    const auto ended = load->wait(std::chrono::seconds{20});
    if (!ended) return tl::unexpected{ended.error()};
    Outcome outcome{.truth = static_cast<double>(load->cgroup().usage_ns() - usage_before) / 1e9,
                    .processes = std::stod(ended->out) + 2,  // the storm itself and its launcher
                    .shown = {},
                    .strangers = 0};
    Result<void> collected;
    static_cast<void>(eventually(std::chrono::seconds{2}, [&] {
      collected = books_->collect();
      const auto now = books_->sums(names.prefix());
      outcome.shown = {now.cpu_seconds - before.cpu_seconds, now.exits - before.exits};
      return collected && std::abs(outcome.shown.cpu_seconds - outcome.truth) <= allowed_cpu_error(outcome.truth) &&
             outcome.shown.exits >= outcome.processes;
    }));
    if (!collected) return tl::unexpected{collected.error()};
    outcome.strangers = forks() - forks_before - (outcome.processes - 1);
    return outcome;
  }

  /// What cannot be named is not known to be ours either: a stranger that dies in the storm adds to it. So the storm is repeated until it
  /// had the host for itself.
  void judge_storm() {
    constexpr int kAttempts = 10;
    for (int attempt = 1; attempt <= kAttempts; ++attempt) {
      const auto outcome = storm();
      ASSERT_TRUE(outcome) << outcome.error().message;
      std::cout << outcome->processes << " processes, kernel " << outcome->truth << " s, shown " << outcome->shown.cpu_seconds
                << " s, error " << (outcome->shown.cpu_seconds - outcome->truth) * 1e3 << " ms, allowed "
                << allowed_cpu_error(outcome->truth) * 1e3 << " ms, exits shown " << outcome->shown.exits << ", strangers forked "
                << outcome->strangers << "\n"
                << books_->losses() << "\nunnamed: " << books_->ledger().anomalies().unnamed_tasks << " tasks, "
                << static_cast<double>(books_->ledger().anomalies().unnamed_cpu_ns) / 1e6 << " ms\n";
      if (outcome->strangers > 0 && attempt < kAttempts) continue;
      EXPECT_EQ(outcome->strangers, 0) << "this host is too busy to judge";
      EXPECT_LE(std::abs(outcome->shown.cpu_seconds - outcome->truth), allowed_cpu_error(outcome->truth));
      EXPECT_EQ(outcome->shown.exits, outcome->processes);
      return;
    }
  }

  /// Since boot, threads among them (kernel/fork.c:total_forks).
  static double forks() {
    for (const std::string& line : words(read_file("/proc/stat").value_or(""), "\n")) {
      if (line.starts_with("processes ")) return std::stod(line.substr(10));
    }
    return 0;
  }

  std::unique_ptr<Books> books_;
};

TEST_F(Loss, TinyRingLosesNamesButNoTimeAndNoExit) {
  open({.ring_bytes = 4096});
  judge_storm();
  EXPECT_GT(books_->lost("ring"), 0u);
}

TEST_F(Loss, TinyRingAndTinySpillGoToUnattributed) {
  open({.ring_bytes = 4096, .spill_entries = 16});
  judge_storm();
  EXPECT_GT(books_->lost("ring"), 0u);
  EXPECT_GT(books_->lost("spill"), 0u);
  EXPECT_GT(books_->ledger().anomalies().unnamed_tasks, 0u);
}

TEST_F(Loss, NothingIsLostInTheUsualRing) {
  open({});
  judge_storm();
  EXPECT_EQ(books_->lost("ring"), 0u);
  EXPECT_EQ(books_->ledger().anomalies().unnamed_tasks, 0u);
}

}  // namespace
}  // namespace procledger::test
