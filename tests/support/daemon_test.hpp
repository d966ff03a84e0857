// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <utility>

#include "support/daemon_process.hpp"
#include "support/host.hpp"

namespace procledger::test {

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
