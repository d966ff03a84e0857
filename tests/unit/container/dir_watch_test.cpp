// SPDX-License-Identifier: Apache-2.0
#include "host/container/dir_watch.hpp"

#include <gtest/gtest.h>
#include <sys/inotify.h>

#include <filesystem>
#include <string>
#include <vector>

#include "support/files.hpp"

namespace procledger::container {
namespace {

class DirWatch : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(watch_); }

  std::vector<std::string> drain() {
    std::vector<std::string> changes;
    whole_ = watcher_->drain([&](const DirEvent& event) {
      const char* const what = event.change == DirChange::kAppeared ? "+" : event.change == DirChange::kVanished ? "-" : "end";
      changes.push_back(what + std::string{event.name} + (event.directory ? "/" : ""));
    });
    return changes;
  }

  test::TempDir dir_;
  std::unique_ptr<DirWatcher> watcher_ = make_inotify_watcher();
  std::optional<int> watch_ = watcher_->watch(dir_.path());
  bool whole_{};
};

TEST_F(DirWatch, NoChangeIsNoEvent) {
  EXPECT_TRUE(drain().empty());
  EXPECT_TRUE(whole_);
}

TEST_F(DirWatch, AppearingAndVanishingEntriesAreReportedInOrder) {
  std::filesystem::create_directory(dir_.path() / "a");
  ASSERT_TRUE(test::write_file(dir_.path() / "b", ""));
  std::filesystem::rename(dir_.path() / "b", dir_.path() / "c");
  std::filesystem::remove(dir_.path() / "c");
  EXPECT_EQ(drain(), (std::vector<std::string>{"+a/", "+b", "-b", "+c", "-c"}));
  EXPECT_TRUE(whole_);
}

TEST_F(DirWatch, RemovedDirectoryEndsItsWatch) {
  std::filesystem::remove(dir_.path());
  EXPECT_EQ(drain(), std::vector<std::string>{"end"});
}

TEST_F(DirWatch, WhatIsNotThereIsRefused) {
  EXPECT_FALSE(watcher_->watch(dir_.path() / "none"));
  ASSERT_TRUE(test::write_file(dir_.path() / "file", ""));
  EXPECT_FALSE(watcher_->watch(dir_.path() / "file"));
}

TEST(InotifyBytes, FullQueueIsAnIncompleteAnswer) {
  std::vector<inotify_event> events(2);
  events[0].wd = -1;
  events[0].mask = IN_Q_OVERFLOW;
  events[1].wd = 7;
  events[1].mask = IN_IGNORED;
  int ended = 0;
  const std::span<const char> bytes{reinterpret_cast<const char*>(events.data()), events.size() * sizeof(inotify_event)};  // NOLINT
  EXPECT_FALSE(
      decode_inotify(bytes, [&](const DirEvent& event) { ended += event.change == DirChange::kEnded && event.watch == 7 ? 1 : 0; }));
  EXPECT_EQ(ended, 1);
  EXPECT_TRUE(decode_inotify(bytes.subspan(sizeof(inotify_event)), [](const DirEvent&) {}));
}

TEST(InotifyBytes, NameBeyondTheEndIsNotRead) {
  inotify_event event{};
  event.mask = IN_CREATE;
  event.len = 16;
  const std::span<const char> bytes{reinterpret_cast<const char*>(&event), sizeof(event)};  // NOLINT
  EXPECT_FALSE(decode_inotify(bytes, [](const DirEvent&) { ADD_FAILURE(); }));
}

}  // namespace
}  // namespace procledger::container
