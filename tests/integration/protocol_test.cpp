// SPDX-License-Identifier: Apache-2.0
// HTTP requests of scrapers to the whole daemon.
#include <gtest/gtest.h>

#include "support/daemon_process.hpp"
#include "support/daemon_test.hpp"
#include "support/files.hpp"
#include "support/host.hpp"

namespace procledger::test {
namespace {

class Protocol : public DaemonTest {
 protected:
  HttpResponse request(const std::string& method, const std::string& path, const std::vector<std::string>& headers = {}) {
    auto response = HttpClient{daemon_->address()}.request(method, path, headers);
    EXPECT_TRUE(response) << method << " " << path << ": " << response.error().message;
    return response.value_or(HttpResponse{});
  }
};

TEST_F(Protocol, PlainScrapeIsText) {
  const auto response = request("GET", "/metrics");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.headers.at("content-type"), "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_TRUE(Exposition::parse(response.body));
}

TEST_F(Protocol, OpenMetricsWhenAskedFor) {
  const auto response =
      request("GET", "/metrics", {"Accept: application/openmetrics-text;version=1.0.0;q=0.75,text/plain;version=0.0.4;q=0.5"});
  EXPECT_EQ(response.status, 200);
  EXPECT_TRUE(response.headers.at("content-type").starts_with("application/openmetrics-text; version=1.0.0"))
      << response.headers.at("content-type");
  EXPECT_TRUE(response.body.ends_with("# EOF\n"));
}

TEST_F(Protocol, HeadHasTheHeadersAndNoBody) {
  HttpClient client{daemon_->address(), {}, true};
  const auto head = client.request("HEAD", "/metrics");
  ASSERT_TRUE(head) << head.error().message;
  EXPECT_EQ(head->status, 200);
  EXPECT_EQ(head->headers.at("content-type"), "text/plain; version=0.0.4; charset=utf-8");
  // On the same connection: a body after HEAD would appear as this answer.
  const auto get = client.get("/-/healthy");
  ASSERT_TRUE(get) << get.error().message;
  EXPECT_EQ(get->status, 200);
}

TEST_F(Protocol, ConnectionIsKept) {
  HttpClient client{daemon_->address(), {}, true};
  for (int i = 0; i < 3; ++i) {
    const auto response = client.get("/metrics");
    ASSERT_TRUE(response) << response.error().message;
    EXPECT_EQ(response->status, 200);
  }
}

TEST_F(Protocol, HealthAndReadiness) {
  EXPECT_EQ(request("GET", "/-/healthy").status, 200);
  EXPECT_EQ(request("GET", "/-/ready").status, 200);
  const auto landing = request("GET", "/");
  EXPECT_EQ(landing.status, 200);
  EXPECT_NE(landing.body.find("/metrics"), std::string::npos);
}

TEST_F(Protocol, OtherPathsAndMethodsAreRefused) {
  EXPECT_EQ(request("GET", "/nothing").status, 404);
  EXPECT_EQ(request("POST", "/metrics", {"Content-Length: 0"}).status, 405);
  EXPECT_EQ(request("DELETE", "/metrics").status, 405);
}

TEST_F(Protocol, SnapshotIsJson) {
  const auto response = request("GET", "/api/v1/snapshot");
  EXPECT_EQ(response.status, 200);
  EXPECT_TRUE(response.headers.at("content-type").starts_with("application/json"));
  EXPECT_TRUE(response.body.starts_with("{"));
}

TEST(ProtocolIpv6, LoopbackIsServed) {
  PROCLEDGER_REQUIRE_BPF();
  if (read_file("/proc/net/if_inet6").value_or("").find("00000000000000000000000000000001 ") == std::string::npos) {
    GTEST_SKIP() << "this host has no IPv6 loopback";
  }
  const auto daemon = DaemonProcess::start({.listen = "[::1]:0"});
  ASSERT_TRUE(daemon) << daemon.error().message;
  EXPECT_EQ(daemon->address().host, "::1");
  const auto page = daemon->scrape();
  ASSERT_TRUE(page) << page.error().message;
  EXPECT_EQ(page->sum({.name = "procledger_source_active", .labels = {{"source", "bpf"}}}), 1);
}

TEST(ProtocolPath, TelemetryPathCanBeMoved) {
  PROCLEDGER_REQUIRE_BPF();
  const auto daemon = DaemonProcess::start({.flags = {"--web.telemetry-path=/figures"}});
  ASSERT_TRUE(daemon) << daemon.error().message;
  const auto moved = HttpClient{daemon->address()}.get("/figures");
  ASSERT_TRUE(moved) << moved.error().message;
  EXPECT_EQ(moved->status, 200);
  const auto old = HttpClient{daemon->address()}.get("/metrics");
  ASSERT_TRUE(old) << old.error().message;
  EXPECT_EQ(old->status, 404);
}

}  // namespace
}  // namespace procledger::test
