// SPDX-License-Identifier: Apache-2.0
// Clients that never finish a request do not slow down other clients.
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <vector>

#include "support/daemon_process.hpp"
#include "support/host.hpp"

namespace procledger::test {
namespace {

using Milliseconds = std::chrono::duration<double, std::milli>;

/// The longest of a few scrapes from one address.
Milliseconds slowest_scrape(const DaemonProcess& daemon, const std::string& source) {
  Milliseconds slowest{};
  for (int i = 0; i < 5; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    const auto response = HttpClient{daemon.address(), source}.get("/metrics");
    const Milliseconds took = std::chrono::steady_clock::now() - begin;
    EXPECT_TRUE(response) << source << ": " << response.error().message;
    EXPECT_EQ(response.value_or(HttpResponse{}).status, 200) << source;
    slowest = std::max(slowest, took);
  }
  return slowest;
}

TEST(SlowClients, FortyHalfOpenOnesDelayNobody) {
  PROCLEDGER_REQUIRE_BPF();
  auto daemon = DaemonProcess::start();
  ASSERT_TRUE(daemon) << daemon.error().message;
  const auto undisturbed = slowest_scrape(*daemon, "127.0.0.3");

  std::vector<UniqueFd> half_open;
  for (int i = 0; i < 40; ++i) {
    auto socket = connect_to(daemon->address(), "127.0.0.2");
    ASSERT_TRUE(socket) << socket.error().message;
    constexpr std::string_view kUnfinished = "GET /metrics HTTP/1.1\r\nHost: x\r\nX-Slow: ";
    // The server may have closed the connection already.
    static_cast<void>(send(socket->get(), kUnfinished.data(), kUnfinished.size(), MSG_NOSIGNAL));
    half_open.push_back(std::move(*socket));
  }
  const auto other = slowest_scrape(*daemon, "127.0.0.3");
  const auto same = slowest_scrape(*daemon, "127.0.0.2");
  std::cout << "undisturbed " << undisturbed.count() << " ms, other address " << other.count() << " ms, same address " << same.count()
            << " ms\n";
  // The server closes half-open connections after 10 s; a scrape that waits for that takes 10 s.
  const auto allowed = std::max<Milliseconds>(std::chrono::seconds{1}, 10 * undisturbed);
  EXPECT_LT(other, allowed);
  EXPECT_LT(same, allowed);
  const auto outcome = daemon->stop();
  ASSERT_TRUE(outcome) << "half-open clients keep the daemon from ending";
  EXPECT_EQ(outcome->exit_code(), 0);
}

}  // namespace
}  // namespace procledger::test
