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

  /// A storm of 2 s that nobody listens to.
  void judge_storm() {
    auto load = Load::prepare(names_, 1, 1, {names_.link("storm", "storm"), "2000"});
    ASSERT_TRUE(load) << load.error().message;
    ASSERT_TRUE(books_->collect());
    const auto before = books_->sums(names_.prefix());
    const std::uint64_t usage_before = load->cgroup().usage_ns();
    load->go();
    const auto ended = load->wait(std::chrono::seconds{20});
    ASSERT_TRUE(ended) << ended.error().message;
    const double truth = static_cast<double>(load->cgroup().usage_ns() - usage_before) / 1e9;
    const double processes = std::stod(ended->out) + 2;  // the storm itself and its launcher

    Books::Sums growth;
    Result<void> collected;
    static_cast<void>(eventually(std::chrono::seconds{2}, [&] {
      collected = books_->collect();
      const auto now = books_->sums(names_.prefix());
      growth = {now.cpu_seconds - before.cpu_seconds, now.exits - before.exits};
      return collected && std::abs(growth.cpu_seconds - truth) <= allowed_cpu_error(truth) && growth.exits >= processes;
    }));
    ASSERT_TRUE(collected) << collected.error().message;
    std::cout << processes << " processes, kernel " << truth << " s, shown " << growth.cpu_seconds << " s, error "
              << (growth.cpu_seconds - truth) * 1e3 << " ms, allowed " << allowed_cpu_error(truth) * 1e3 << " ms\n"
              << books_->losses() << "\nunnamed: " << books_->ledger().anomalies().unnamed_tasks << " tasks, "
              << static_cast<double>(books_->ledger().anomalies().unnamed_cpu_ns) / 1e6 << " ms\n";
    EXPECT_LE(std::abs(growth.cpu_seconds - truth), allowed_cpu_error(truth));
    EXPECT_EQ(growth.exits, processes);
  }

  UniqueNames names_;
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
