// SPDX-License-Identifier: Apache-2.0
#include "commands/serve/serve.hpp"

#include <gtest/gtest.h>

namespace procledger::commands {
namespace {

class Ready final : public metrics::SnapshotProvider {
 public:
  void request(Done done) override { done(snapshot); }
  [[nodiscard]] std::string not_ready() const override { return ""; }
  const metrics::SnapshotPtr snapshot{std::make_shared<metrics::Snapshot>()};
};

TEST(StartGate, ClosedGateAnswersAtOnceWithNothing) {
  DeferredProvider gate;
  int answers = 0;
  gate.request([&](const metrics::SnapshotPtr& snapshot) {
    ++answers;
    EXPECT_EQ(snapshot, nullptr);
  });
  EXPECT_EQ(answers, 1);
  EXPECT_EQ(gate.not_ready(), "starting");
}

TEST(StartGate, OpenGatePassesEverythingOn) {
  DeferredProvider gate;
  Ready ready;
  gate.open(ready);
  metrics::SnapshotPtr got;
  gate.request([&](metrics::SnapshotPtr snapshot) { got = std::move(snapshot); });
  EXPECT_EQ(got, ready.snapshot);
  EXPECT_EQ(gate.not_ready(), "");
}

}  // namespace
}  // namespace procledger::commands
