// SPDX-License-Identifier: Apache-2.0
// The sources without eBPF, on every kernel, within their stated bounds.
#include <gtest/gtest.h>

#include <iostream>
#include <memory>
#include <string>

#include "sources/proc/proc_source.hpp"
#include "sources/taskstats/taskstats_source.hpp"
#include "support/clocks.hpp"
#include "support/load.hpp"
#include "support/test_pipeline.hpp"

namespace procledger::test {
namespace {

using namespace std::chrono_literals;

struct Alternative {
  const char* name;
  Result<std::unique_ptr<event::Source>> (*open)();
  double least;      ///< minimum share of the true CPU time
  bool counts_ends;  ///< counts every exit, with its status
};

void PrintTo(const Alternative& source, std::ostream* out) { *out << source.name; }

class WithoutBpf : public testing::TestWithParam<Alternative> {
 protected:
  void SetUp() override {
    auto pipeline = TestPipeline::open(GetParam().open());
    ASSERT_TRUE(pipeline) << pipeline.error().message;
    pipeline_ = std::move(*pipeline);
  }

  void collect() {
    const auto collected = pipeline_->collect();
    ASSERT_TRUE(collected) << collected.error().message;
    const ledger::Account now = pipeline_->sum(names_.prefix());
    for (const auto figure : event::kTaskCounters) EXPECT_GE(now.total.*figure, last_.total.*figure) << "a counter fell";
    EXPECT_GE(now.estimated.user_ns, last_.estimated.user_ns);
    EXPECT_GE(now.estimated.system_ns, last_.estimated.system_ns);
    last_ = now;
  }

  /// Runs a load with a collection every 300 ms, until the launcher, which waits for all children, is gone.
  void run(const std::string& us, std::uint64_t count) {
    auto load = Load::prepare(names_, count, 2, {names_.link("burn", "burn"), us});
    ASSERT_TRUE(load) << load.error().message;
    collect();
    const std::uint64_t used_before = load->cgroup().usage_ns();
    load->go();
    ASSERT_TRUE(eventually(
        kHangDeadline,
        [&] {
          collect();
          return load->cgroup().members().empty() || HasFatalFailure();
        },
        300ms));
    const auto ended = load->wait(kHangDeadline);
    ASSERT_TRUE(ended) << ended.error().message;
    truth_ns_ = load->cgroup().usage_ns() - used_before;
    for (int i = 0; i < 3; ++i) {  // the second scan shows late credits to parents
      std::this_thread::sleep_for(300ms);
      collect();
    }
  }

  [[nodiscard]] std::uint64_t exits() const { return last_.exits[0] + last_.exits[1] + last_.exits[2]; }

  UniqueNames names_;
  std::unique_ptr<TestPipeline> pipeline_;
  ledger::Account last_;
  std::uint64_t truth_ns_{};
};

TEST_P(WithoutBpf, ShortLivesAreInTheSumAndNothingIsThereTwice) {
  constexpr std::uint64_t kCount = 60;
  run("30000", kCount);
  const double truth = static_cast<double>(truth_ns_);
  const double own = static_cast<double>(last_.total.cpu_ns);
  const double estimated = static_cast<double>(last_.estimated.user_ns + last_.estimated.system_ns);
  std::cout << GetParam().name << ": kernel " << truth / 1e6 << " ms, seen " << own / 1e6 << " ms, estimated " << estimated / 1e6
            << " ms\n";
  EXPECT_GE(own + estimated, truth * GetParam().least);
  EXPECT_LE(own + estimated, truth * 1.10 + 20e6) << "plus two clock ticks of the parent, and exits during a scan";
  if (GetParam().counts_ends) {
    EXPECT_EQ(exits(), kCount + 1) << "and the launcher: " << pipeline_->sum(names_.comm("burn")).exits[0] << " " << pipeline_->losses();
  }
}

INSTANTIATE_TEST_SUITE_P(Sources, WithoutBpf,
                         testing::Values(Alternative{"taskstats", [] { return taskstats::open_taskstats_source({}); }, 0.95, true},
                                         Alternative{"proc", [] { return proc::open_proc_source({}); }, 0.80, false}),
                         [](const auto& each) { return std::string{each.param.name}; });

}  // namespace
}  // namespace procledger::test
