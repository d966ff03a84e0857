// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cerrno>

#include "sources/taskstats/messages.hpp"
#include "sources/taskstats/netlink_feed.hpp"
#include "unit/taskstats/messages.hpp"

namespace procledger::taskstats {
namespace {

using Kind = LifeEvent::Kind;

LifeEvent decode(const proc_event& event, std::uint32_t sequence = 1) {
  std::vector<LifeEvent> events;
  EXPECT_TRUE(decode_life_events(life_message(event, sequence).bytes(), events));
  EXPECT_EQ(events.size(), 1u);
  return events.empty() ? LifeEvent{} : events.front();
}

proc_event event_of(decltype(proc_event::what) what) {
  proc_event event{};
  event.what = what;
  event.cpu = 3;
  event.timestamp_ns = 99;
  return event;
}

TEST(ConnectorEvent, ForkNamesChildAndParent) {
  proc_event event = event_of(proc_event::PROC_EVENT_FORK);
  event.event_data.fork = {.parent_pid = 5, .parent_tgid = 4, .child_pid = 11, .child_tgid = 10};
  const LifeEvent decoded = decode(event, 77);
  EXPECT_EQ(decoded.kind, Kind::kFork);
  EXPECT_EQ(decoded.tid, 11u);
  EXPECT_EQ(decoded.tgid, 10u);
  EXPECT_EQ(decoded.parent_tgid, 4u);
  EXPECT_EQ(decoded.cpu, 3u);
  EXPECT_EQ(decoded.monotonic_ns, 99u);
  EXPECT_EQ(decoded.sequence, 77u);
}

TEST(ConnectorEvent, ExitHasTheStatus) {
  proc_event event = event_of(proc_event::PROC_EVENT_EXIT);
  event.event_data.exit = {.process_pid = 11, .process_tgid = 10, .exit_code = 0x100, .exit_signal = 17, .parent_pid = 5, .parent_tgid = 4};
  const LifeEvent decoded = decode(event);
  EXPECT_EQ(decoded.kind, Kind::kExit);
  EXPECT_EQ(decoded.tid, 11u);
  EXPECT_EQ(decoded.tgid, 10u);
  EXPECT_EQ(decoded.exit_status, 0x100u);
  EXPECT_EQ(decoded.parent_tgid, 4u);
}

TEST(ConnectorEvent, UserIsTheEffectiveOne) {
  proc_event event = event_of(proc_event::PROC_EVENT_UID);
  event.event_data.id = {.process_pid = 11, .process_tgid = 10, .r = {.ruid = 1}, .e = {.euid = 2}};
  EXPECT_EQ(decode(event).kind, Kind::kUser);
  EXPECT_EQ(decode(event).uid, 2u);
}

TEST(ConnectorEvent, NameMayFillItsRoom) {
  proc_event event = event_of(proc_event::PROC_EVENT_COMM);
  std::memset(event.event_data.comm.comm, 'x', sizeof(event.event_data.comm.comm));
  EXPECT_EQ(decode(event).kind, Kind::kName);
  EXPECT_EQ(decode(event).comm.view(), std::string(15, 'x'));
}

TEST(ConnectorEvent, OtherKindsCountForTheNumbers) {
  EXPECT_EQ(decode(event_of(proc_event::PROC_EVENT_PTRACE), 5).kind, Kind::kOther);
  EXPECT_EQ(decode(event_of(proc_event::PROC_EVENT_PTRACE), 5).sequence, 5u);
}

TEST(ConnectorEvent, AnswersAreForThoseWhoAskedAndNumberedLikeEvents) {
  proc_event answer = event_of(proc_event::PROC_EVENT_NONE);
  answer.event_data.ack.err = EPERM;
  EXPECT_EQ(decode(answer, 8).kind, Kind::kOther);
  EXPECT_EQ(decode(answer, 8).sequence, 8u);
  const Message message = life_message(answer, 8, 21);
  EXPECT_EQ(decode_connector_answer(message.bytes(), 20), EPERM);
  EXPECT_EQ(decode_connector_answer(message.bytes(), 21), std::nullopt) << "of another socket";
}

TEST(ConnectorEvent, EveryCutOfADatagramIsSafe) {
  const Message message = life_message(event_of(proc_event::PROC_EVENT_EXIT));
  for (std::size_t size = 1; size < message.bytes().size(); ++size) {
    const std::vector<std::byte> cut{message.bytes().begin(), message.bytes().begin() + static_cast<std::ptrdiff_t>(size)};
    std::vector<LifeEvent> events;
    EXPECT_FALSE(decode_life_events(cut, events)) << size;
    EXPECT_TRUE(events.empty()) << size;
  }
}

TEST(ConnectorEvent, LengthThatPromisesMoreThanThereIsIsAnError) {
  for (const std::uint32_t length : {77u, 0x7FFFFFFFu, 0x80000000u, 0xE3E3E34Cu, 0xFFFFFFFFu}) {
    Message message = life_message(event_of(proc_event::PROC_EVENT_EXIT));
    message.set_length(length);
    std::vector<LifeEvent> events;
    EXPECT_FALSE(decode_life_events(message.bytes(), events)) << length;
    EXPECT_TRUE(events.empty()) << length;
  }
}

TEST(ConnectorEvent, LengthThatPromisesLessThanAnEventIsAnError) {
  Message message = life_message(event_of(proc_event::PROC_EVENT_EXIT));
  message.set_length(sizeof(nlmsghdr) + sizeof(cn_msg) + 4);
  std::vector<LifeEvent> events;
  EXPECT_FALSE(decode_life_events(message.bytes(), events));
  EXPECT_TRUE(events.empty());
}

TEST(SequenceGaps, AreCountedForEachCpu) {
  SequenceGaps gaps;
  gaps.note(0, 10);
  gaps.note(1, 500);
  gaps.note(0, 11);
  EXPECT_EQ(gaps.missing(), 0u);
  gaps.note(0, 14);
  gaps.note(1, 501);
  EXPECT_EQ(gaps.missing(), 2u);
}

TEST(SequenceGaps, WrapIsNone) {
  SequenceGaps gaps;
  gaps.note(0, 0xFFFFFFFF);
  gaps.note(0, 0);
  EXPECT_EQ(gaps.missing(), 0u);
}

TEST(SequenceGaps, StepBackIsNone) {
  SequenceGaps gaps;
  gaps.note(0, 10);
  gaps.note(0, 3);
  gaps.note(0, 4);
  EXPECT_EQ(gaps.missing(), 0u);
}

}  // namespace
}  // namespace procledger::taskstats
