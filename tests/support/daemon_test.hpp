// SPDX-License-Identifier: Apache-2.0
// What tests with a daemon begin with.
#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <utility>

#include "support/daemon_process.hpp"
#include "support/host.hpp"

namespace procledger::test {

/// What it serves; nothing, and the test fails, if that is no page.
[[nodiscard]] inline Exposition page_of(const DaemonProcess& daemon) {
  auto page = daemon.scrape();
  EXPECT_TRUE(page) << page.error().message;
  return page ? std::move(*page) : Exposition{};
}

/// A test that has a daemon of its own, with the default configuration.
class DaemonTest : public testing::Test {
 protected:
  void SetUp() override {
    PROCLEDGER_REQUIRE_BPF();
    auto daemon = DaemonProcess::start();
    ASSERT_TRUE(daemon) << daemon.error().message;
    daemon_.emplace(std::move(*daemon));
  }

  std::optional<DaemonProcess> daemon_;
};

}  // namespace procledger::test
