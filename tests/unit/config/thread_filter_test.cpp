// SPDX-License-Identifier: Apache-2.0
#include "core/config/sections.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace procledger::config {
namespace {

TEST(ThreadFilterText, WordsAreNamesOrNumbers) {
  const auto filter = parse_thread_filter("ceph-osd, 3240 ,gnome-shell,7");
  ASSERT_TRUE(filter) << filter.error().message;
  EXPECT_EQ(*filter, (rules::ThreadFilter{{"ceph-osd", "gnome-shell"}, {3240, 7}}));
}

TEST(ThreadFilterText, NameIsAsLongAsTheKernelKeepsIt) {
  const auto filter = parse_thread_filter("systemd-journald-longer");
  ASSERT_TRUE(filter) << filter.error().message;
  EXPECT_EQ(filter->comm, std::vector<std::string>{"systemd-journal"});
}

TEST(ThreadFilterText, WhatIsNoneIsRefused) {
  for (const char* text : {"", ",", "a,,b", "a,", " ", "0", "4194305", "99999999999999999999"}) {
    const auto filter = parse_thread_filter(text);
    ASSERT_FALSE(filter) << text;
    EXPECT_EQ(filter.error().kind, ErrorKind::kUsage);
  }
}

}  // namespace
}  // namespace procledger::config
