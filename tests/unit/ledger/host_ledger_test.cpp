// SPDX-License-Identifier: Apache-2.0
#include "core/ledger/host_cpu.hpp"

#include <gtest/gtest.h>

#include "support/table_copy.hpp"

namespace procledger::ledger {
namespace {

event::HostReading reading(std::uint64_t monotonic_ns, std::uint64_t idle_ns) {
  return {.monotonic_ns = monotonic_ns, .cpus = 2, .idle_ns = idle_ns, .irq_ns = {}, .softirq_ns = {}, .steal_ns = {}};
}

TEST(HostLedgerConservation, FirstReadingIsTheBaseline) {
  HostLedger ledger;
  ledger.apply(reading(5'000, 70'000), 900);
  EXPECT_EQ(ledger.account().tasks_ns, 0U);
  EXPECT_EQ(ledger.account().idle_ns, 0U);
  EXPECT_EQ(ledger.account().capacity_ns, 0U);
  EXPECT_EQ(ledger.account().residual_ns, 0);
  EXPECT_EQ(ledger.account().cpus, 2U);
}

TEST(HostLedgerConservation, RebuiltFromItsTablesItGoesOn) {
  HostLedger whole;
  whole.apply(reading(1'000, 100), 50);
  whole.change_clocks(7);
  for (const std::uint64_t now : {2'000U, 3'000U}) {
    test::TableCopy tables{whole};
    HostLedger rebuilt;
    EXPECT_EQ(tables.fill(rebuilt), std::vector<std::string>{});
    whole.apply(reading(now, now / 2), now - 100);
    rebuilt.apply(reading(now, now / 2), now - 100);
    EXPECT_EQ(rebuilt.account().tasks_ns, whole.account().tasks_ns);
    EXPECT_EQ(rebuilt.account().idle_ns, whole.account().idle_ns);
    EXPECT_EQ(rebuilt.account().capacity_ns, whole.account().capacity_ns);
    EXPECT_EQ(rebuilt.account().residual_ns, whole.account().residual_ns);
  }
}

TEST(HostLedgerConservation, ResidualIsWhatNobodyHas) {
  HostLedger ledger;
  ledger.apply(reading(1'000, 100), 50);
  ledger.apply(reading(2'000, 1'300), 750);
  EXPECT_EQ(ledger.account().capacity_ns, 2'000U);
  EXPECT_EQ(ledger.account().tasks_ns, 700U);
  EXPECT_EQ(ledger.account().idle_ns, 1'200U);
  EXPECT_EQ(ledger.account().residual_ns, 100);
}

TEST(HostLedgerConservation, ResidualIsNegativeWhenSomethingCountsTwice) {
  HostLedger ledger;
  ledger.apply(reading(0, 0), 0);
  ledger.apply(reading(1'000, 1'500), 700);
  EXPECT_EQ(ledger.account().residual_ns, -200);
}

TEST(HostLedgerConservation, PartsThatTheKernelKeepsApartAreTakenOff) {
  HostLedger ledger;
  auto first = reading(0, 0);
  first.irq_ns = 5;
  first.softirq_ns = 6;
  first.steal_ns = 7;
  ledger.apply(first, 0);
  auto second = reading(1'000, 1'000);
  second.irq_ns = 105;
  second.softirq_ns = 206;
  second.steal_ns = 307;
  ledger.apply(second, 300);
  EXPECT_EQ(ledger.account().irq_ns, 100U);
  EXPECT_EQ(ledger.account().softirq_ns, 200U);
  EXPECT_EQ(ledger.account().steal_ns, 300U);
  EXPECT_EQ(ledger.account().residual_ns, 100);
}

TEST(HostLedgerConservation, UnknownIsAbsent) {
  HostLedger ledger;
  ledger.apply({.monotonic_ns = 0, .cpus = 2, .idle_ns = {}, .irq_ns = {}, .softirq_ns = {}, .steal_ns = {}}, 0);
  ledger.apply({.monotonic_ns = 10, .cpus = 2, .idle_ns = {}, .irq_ns = {}, .softirq_ns = {}, .steal_ns = {}}, 5);
  EXPECT_FALSE(ledger.account().idle_ns);
  EXPECT_FALSE(ledger.account().irq_ns);
  EXPECT_FALSE(ledger.account().residual_ns) << "no residual without idle time";
  EXPECT_EQ(ledger.account().tasks_ns, 5U);
}

TEST(HostLedgerConservation, PartsNeverFall) {
  HostLedger ledger;
  ledger.apply(reading(0, 100), 0);
  ledger.apply(reading(1'000, 900), 0);
  ledger.apply(reading(2'000, 50), 0);
  EXPECT_EQ(ledger.account().idle_ns, 800U);
}

TEST(HostLedgerConservation, CapacityFollowsTheCpusOfEachInterval) {
  HostLedger ledger;
  ledger.apply(reading(0, 0), 0);
  ledger.apply(reading(1'000, 0), 0);
  auto fewer = reading(2'000, 0);
  fewer.cpus = 1;
  ledger.apply(fewer, 0);
  EXPECT_EQ(ledger.account().capacity_ns, 3'000U);
  EXPECT_EQ(ledger.account().cpus, 1U);
}

TEST(HostLedgerClocks, PartsContinueFromOtherClocks) {
  HostLedger ledger;
  ledger.apply(reading(0, 1'000), 0);
  ledger.apply(reading(1'000, 2'500), 400);
  ledger.change_clocks(50);
  ledger.apply(reading(1'100, 9'000'000), 500);
  EXPECT_EQ(ledger.account().idle_ns, 1'550U);
  ledger.apply(reading(2'000, 9'000'700), 600);
  EXPECT_EQ(ledger.account().idle_ns, 2'250U);
  EXPECT_EQ(ledger.account().tasks_ns, 600U);
  EXPECT_EQ(ledger.account().capacity_ns, 4'000U);
}

TEST(HostLedgerClocks, PartThatOneSourceLacksContinuesAfterwards) {
  HostLedger ledger;
  auto with_irq = reading(0, 0);
  with_irq.irq_ns = 0;
  ledger.apply(with_irq, 0);
  with_irq = reading(1'000, 100);
  with_irq.irq_ns = 70;
  ledger.apply(with_irq, 0);
  ledger.change_clocks(std::nullopt);
  ledger.apply(reading(2'000, 0), 0);
  EXPECT_FALSE(ledger.account().irq_ns) << "an unknown value is absent, not the old value";
  ledger.change_clocks(std::nullopt);
  with_irq = reading(3'000, 0);
  with_irq.irq_ns = 5;
  ledger.apply(with_irq, 0);
  EXPECT_EQ(ledger.account().irq_ns, 70U);
}

}  // namespace
}  // namespace procledger::ledger
