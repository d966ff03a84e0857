// SPDX-License-Identifier: Apache-2.0
// CPU time by thread name: the sum over the names of a group is the time of the group, through all changes of its processes.
#include "unit/ledger/ledger_test.hpp"

namespace procledger::ledger {
namespace {

class LedgerThreadNames : public LedgerTest {
 protected:
  LedgerThreadNames() { classifier.series.thread_names = true; }

  /// CPU time in ms of threads of this name in the group of a comm.
  [[nodiscard]] std::uint64_t name_ms(const std::string& group, std::string_view name) const {
    const ThreadNames::Names* names = ledger.thread_names().of(classifier.ids().at(group + "@0"));
    if (names == nullptr) return 0;
    const auto found = names->find(event::Comm{name});
    return found == names->end() ? 0 : found->second.total.cpu_ns / kMs;
  }
};

TEST_F(LedgerThreadNames, TimeBeforeExecIsOfTheNameBefore) {
  fork({.comm = "sh", .cpu = 0});
  exec({.comm = "web", .cpu = 5}, 10);
  ended({.comm = "web", .cpu = 9}, 20);
  EXPECT_EQ(name_ms("sh", "sh"), 5U);
  EXPECT_EQ(name_ms("sh", "web"), 0U);
  EXPECT_EQ(name_ms("web", "web"), 4U);
}

TEST_F(LedgerThreadNames, SliceUnderWayAtExecIsOfTheGroupAndTheNameBefore) {
  fork({.comm = "sh", .cpu = 0});
  exec({.comm = "web", .cpu = 2, .pending = 3}, 10);
  ended({.comm = "web", .cpu = 9}, 20);
  EXPECT_EQ(cpu_ms("sh"), 5U);
  EXPECT_EQ(name_ms("sh", "sh"), 5U);
  EXPECT_EQ(name_ms("web", "web"), 4U);
}

TEST_F(LedgerThreadNames, RenamesWithinOneSliceAreKeptApart) {
  fork({.comm = "a", .cpu = 0});
  rename({.comm = "b", .cpu = 1, .pending = 2}, 10);
  rename({.comm = "c", .cpu = 1, .pending = 5}, 11);
  ended({.comm = "c", .cpu = 10}, 20);
  EXPECT_EQ(name_ms("a", "a"), 3U);
  EXPECT_EQ(name_ms("b", "b"), 3U);
  EXPECT_EQ(name_ms("c", "c"), 4U);
}

TEST_F(LedgerThreadNames, ThreadsAreSeparateFromTheirLeader) {
  fork({.comm = "web", .cpu = 0});
  exited({.task = 2, .comm = "worker", .cpu = 7, .leader = false}, 10);
  ended({.comm = "web", .cpu = 2}, 20);
  EXPECT_EQ(name_ms("web", "worker"), 7U);
  EXPECT_EQ(name_ms("web", "web"), 2U);
  EXPECT_EQ(cpu_ms("web"), 9U);
}

}  // namespace
}  // namespace procledger::ledger
