// SPDX-License-Identifier: Apache-2.0
// The fixture of tests with a daemon.
#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <utility>

#include "support/daemon_process.hpp"
#include "support/host.hpp"

namespace procledger::test {

/// The page of the daemon. If the daemon serves no valid page, the result is empty and the test fails.
[[nodiscard]] inline Exposition page_of(const DaemonProcess& daemon) {
  auto page = daemon.scrape();
  EXPECT_TRUE(page) << page.error().message;
  return page ? std::move(*page) : Exposition{};
}

/// A test with its own daemon, with the default configuration.
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
