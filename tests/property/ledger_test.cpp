// SPDX-License-Identifier: Apache-2.0
// Compares the ledger with the reference ledger over seeded streams of events, in which records are lost, late and repeated, and identities
// are reused: no value falls, wraps, doubles or gets lost. PROCLEDGER_STREAMS is the number of streams per test, PROCLEDGER_SEED the first
// seed.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <iostream>
#include <set>
#include <string>
#include <vector>

#include "support/event_stream.hpp"
#include "support/reference_ledger.hpp"

namespace procledger::test {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || !defined(__OPTIMIZE__)
constexpr std::uint64_t kStreams = 500;
#else
constexpr std::uint64_t kStreams = 2'000;  // as many as tools/mutate_ledger runs; before a change of the ledger, run 60,000 per test
#endif

std::uint64_t setting(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text != nullptr ? std::strtoull(text, nullptr, 10) : otherwise;
}

/// Whether the delivery belongs to no process.
bool is_mark(const Delivery& each) {
  using Kind = Delivery::Kind;
  return each.kind == Kind::kBegin || each.kind == Kind::kEnd || each.kind == Kind::kReload || each.kind == Kind::kBeginHandover ||
         each.kind == Kind::kChangeSource;
}

std::vector<Delivery> without_empty_scans(const std::vector<Delivery>& deliveries) {
  std::vector<Delivery> result;
  for (const Delivery& each : deliveries) {
    const bool empty = each.kind == Delivery::Kind::kEnd && !result.empty() && result.back().kind == Delivery::Kind::kBegin;
    empty ? result.pop_back() : result.push_back(each);
  }
  return result;
}

// Removes deliveries after the failure, whole processes and empty scans, as long as the failure stays. Sums over unattributed tasks cannot
// be split by process, so streams with such sums stay whole.
std::vector<Delivery> shrink(std::vector<Delivery> deliveries, std::uint64_t attached_ns, Expectations expectations) {
  const auto whole = compare(deliveries, attached_ns, expectations);
  if (whole) deliveries.resize(whole->delivered);
  expectations.excerpt = true;
  const auto failure = compare(deliveries, attached_ns, expectations);
  if (!failure || std::ranges::any_of(deliveries, [](const Delivery& each) { return !each.unattributed_tasks.empty(); })) return deliveries;
  const auto keep_if_failing = [&](const std::vector<Delivery>& fewer) {
    const auto now = compare(fewer, attached_ns, expectations);
    if (now && now->rule == failure->rule) deliveries.assign(fewer.begin(), fewer.begin() + static_cast<std::ptrdiff_t>(now->delivered));
  };
  std::set<std::size_t> processes;
  for (const Delivery& each : deliveries) processes.insert(each.process);
  for (const std::size_t process : processes) {
    std::vector<Delivery> fewer;
    std::ranges::copy_if(deliveries, std::back_inserter(fewer),
                         [&](const Delivery& each) { return each.process != process || is_mark(each); });
    keep_if_failing(fewer);
  }
  keep_if_failing(without_empty_scans(deliveries));
  return deliveries;
}

std::string story(std::uint64_t seed, const Failure& failure, const std::vector<Delivery>& deliveries, std::uint64_t attached_ns,
                  Expectations expectations) {
  expectations.excerpt = true;
  std::string text = failure.rule + ": " + failure.detail + "\n";
  if (const auto excerpt = compare(deliveries, attached_ns, expectations))
    text += "in this excerpt: " + excerpt->rule + " " + excerpt->detail + "\n";
  text += "seed " + std::to_string(seed) + ", attached at " + std::to_string(attached_ns);
  for (const Delivery& each : deliveries) text += "\n  " + to_string(each);
  return text;
}

// The reference ledger must agree with the kernel: reported and unattributed time is all time since the first report.
void check_reference(const EventStream& stream, const std::vector<Delivery>& deliveries) {
  const ReferenceKernel& kernel = stream.kernel();
  ReferenceLedger reference{kernel.attached_ns()};
  for (const Delivery& each : deliveries) reference.apply(each);
  std::uint64_t truth = 0;
  for (const SimTask& task : kernel.tasks()) {
    if (task.freed && task.charged_ns != task.cpu_ns) FAIL() << "a freed task has time that is not charged";
    const bool reported = reference.seen_ns(task.id) > 0;
    const bool unnamed = std::ranges::find(stream.unattributed_tasks(), task.id) != stream.unattributed_tasks().end();
    if (reported || unnamed) truth += (unnamed ? 0 : task.cpu_ns) - (unnamed ? 0 : reference.baseline_ns(task.id));
    if (unnamed) truth += reference.seen_ns(task.id) - reference.baseline_ns(task.id);
  }
  EXPECT_EQ(reference.charged_ns(), truth);
  EXPECT_LE(reference.exits_reported(), stream.exit_statuses().size());
}

struct Profile {
  StreamKnobs knobs;
  bool groups_exact{};
  bool gauges_exact{};
  bool reasons_exact{true};
  bool forks_inherit{true};
  bool rebuilt{};  ///< from its tables, after every record of one stream, every second record of the next, and so on
};

constexpr std::uint64_t kRebuildEvery = 7;

void prove(const Profile& profile) {
  const std::uint64_t first = setting("PROCLEDGER_SEED", 1);
  const std::uint64_t count = setting("PROCLEDGER_STREAMS", kStreams);
  std::uint64_t records = 0;
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    EventStream stream{seed, profile.knobs};
    const std::vector<Delivery>& deliveries = stream.play();
    records += deliveries.size();
    const std::uint64_t attached = stream.kernel().attached_ns();
    const Expectations expectations{.groups_exact = profile.groups_exact,
                                    .gauges_exact = profile.gauges_exact,
                                    .reasons_exact = profile.reasons_exact,
                                    .forks_inherit = profile.forks_inherit,
                                    .slack_ns = stream.misstated_ns(),
                                    .rebuild_every = profile.rebuilt ? 1 + static_cast<std::size_t>(seed % kRebuildEvery) : 0};
    if (profile.knobs.change_percent == 0) check_reference(stream, deliveries);
    if (const auto failure = compare(deliveries, attached, expectations)) {
      ADD_FAILURE() << story(seed, *failure, shrink(deliveries, attached, expectations), attached, expectations);
    }
    if (testing::Test::HasFailure()) {
      std::cout << "failed at seed " << seed << '\n';
      return;
    }
  }
  std::cout << count << " streams, " << records << " records\n";
}

Profile lossless() {
  Profile profile;
  profile.groups_exact = true;
  return profile;
}

TEST(LedgerProperty, WithoutLossEveryGroupIsExact) { prove(lossless()); }

TEST(LedgerProperty, QuietScansShowExactGauges) {
  Profile profile = lossless();
  profile.knobs.race_percent = 0;
  profile.gauges_exact = true;
  prove(profile);
}

TEST(LedgerProperty, SingleThreadedProcessesAreExactPerProgram) {
  Profile profile = lossless();
  profile.knobs.kernel.thread = 0;
  profile.knobs.kernel.exec = 20;
  prove(profile);
}

TEST(LedgerProperty, LostLifecycleEventsLeaveTheTotalExact) {
  Profile profile;
  profile.knobs.kernel.slow_exec = true;
  profile.reasons_exact = false;
  profile.knobs.lose_fork = 40;
  profile.knobs.lose_exec = 40;
  profile.knobs.lose_change = 40;
  prove(profile);
}

TEST(LedgerProperty, OverflowedFinalsGoToTheUnattributed) {
  Profile profile;
  profile.knobs.overflow = 40;
  prove(profile);
}

TEST(LedgerProperty, RepeatedRecordsChangeNothing) {
  Profile profile = lossless();
  profile.knobs.repeat = 30;
  prove(profile);
}

TEST(LedgerProperty, FreesThatNobodySawChangeNothing) {
  Profile profile;
  profile.knobs.lose_free = 50;
  profile.knobs.kernel.reuse_percent = 70;
  prove(profile);
}

TEST(LedgerProperty, ReusedHandlesAreDistinguished) {
  Profile profile = lossless();
  profile.knobs.kernel.reuse_percent = 95;
  profile.knobs.kernel.progress_percent = 60;
  profile.knobs.kernel.reap_percent = 80;
  profile.knobs.kernel.late_percent = 0;
  profile.knobs.kernel.kill = 14;
  profile.knobs.steps = 60;
  prove(profile);
}

TEST(LedgerProperty, ThreadsThatExecKeepTheirTime) {
  Profile profile = lossless();
  profile.knobs.kernel.thread = 20;
  profile.knobs.kernel.exec = 20;
  profile.knobs.kernel.fork = 6;
  profile.knobs.kernel.reuse_percent = 60;
  profile.knobs.race_percent = 60;
  prove(profile);
}

TEST(LedgerProperty, TasksFromBeforeAttachHaveABaseline) {
  Profile profile = lossless();
  profile.knobs.steps_before_attach = 30;
  profile.knobs.steps = 25;
  prove(profile);
}

TEST(LedgerProperty, LateFreesChangeNothing) {
  Profile profile = lossless();
  profile.knobs.kernel.late_percent = 70;
  profile.knobs.kernel.reap_percent = 10;
  prove(profile);
}

TEST(LedgerProperty, WrongPendingTimeIsMadeGood) {
  Profile profile = lossless();
  profile.knobs.pending_error_ns = 100'000;
  profile.knobs.kernel.exec = 20;
  prove(profile);
}

TEST(LedgerProperty, OtherUsersAreNoticed) {
  Profile profile = lossless();
  profile.knobs.kernel.user = 12;
  prove(profile);
}

TEST(LedgerProperty, ChangedRulesLeaveTimeWhereItWasEarned) {
  Profile profile = lossless();
  profile.forks_inherit = false;
  profile.knobs.reload_percent = 15;
  profile.knobs.kernel.user = 6;
  prove(profile);
}

// Processes with one thread, whose PIDs are not reused. Unit tests cover threads that two sources report.
Profile with_other_sources() {
  Profile profile;
  profile.reasons_exact = false;
  profile.knobs.change_percent = 8;
  profile.knobs.overlap_steps = 0;
  profile.knobs.race_percent = 0;
  profile.knobs.steps = 60;
  profile.knobs.kernel.thread = 0;
  profile.knobs.kernel.late_percent = 0;
  profile.knobs.kernel.pid_rest_ns = 100'000'000'000;
  return profile;
}

TEST(LedgerProperty, ReportsOfTwoSourcesCountOnce) {
  Profile profile = with_other_sources();
  profile.knobs.overlap_steps = 3;
  prove(profile);
}

TEST(LedgerProperty, OtherHooksGoOnAfterAGap) {
  Profile profile = with_other_sources();
  profile.knobs.blind_percent = 60;
  prove(profile);
}

TEST(LedgerProperty, ScansAndHooksGoOnWithoutADouble) {
  Profile profile = with_other_sources();
  profile.knobs.scans = true;
  profile.knobs.blind_percent = 40;
  prove(profile);
}

TEST(LedgerProperty, UsersRulesAndSourcesChangeAtOnce) {
  Profile profile = with_other_sources();
  profile.forks_inherit = false;
  profile.knobs.steps_before_attach = 20;
  profile.knobs.scans = true;
  profile.knobs.blind_percent = 30;
  profile.knobs.reload_percent = 10;
  profile.knobs.kernel.user = 6;
  prove(profile);
}

Profile everything() {
  Profile profile;
  profile.knobs.steps_before_attach = 20;
  profile.knobs.kernel.reuse_percent = 70;
  profile.knobs.kernel.late_percent = 20;
  profile.knobs.kernel.slow_exec = true;
  profile.reasons_exact = false;
  profile.knobs.lose_fork = 20;
  profile.knobs.lose_exec = 20;
  profile.knobs.lose_change = 20;
  profile.knobs.lose_free = 10;
  profile.knobs.overflow = 15;
  profile.knobs.pending_error_ns = 50'000;
  profile.knobs.steps = 60;
  return profile;
}

TEST(LedgerProperty, EverythingAtOnce) { prove(everything()); }

TEST(LedgerProperty, RebuiltFromItsTablesItGoesOn) {
  Profile profile = everything();
  profile.rebuilt = true;
  prove(profile);
}

TEST(LedgerProperty, RebuiltFromItsTablesEveryGroupIsExact) {
  Profile profile = lossless();
  profile.knobs.race_percent = 0;
  profile.gauges_exact = true;
  profile.rebuilt = true;
  prove(profile);
}

TEST(LedgerProperty, RebuiltFromItsTablesItTakesUpAnotherSource) {
  Profile profile = with_other_sources();
  profile.knobs.scans = true;
  profile.knobs.blind_percent = 40;
  profile.knobs.overlap_steps = 3;
  profile.rebuilt = true;
  prove(profile);
}

}  // namespace
}  // namespace procledger::test
