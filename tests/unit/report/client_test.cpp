// SPDX-License-Identifier: Apache-2.0
#include "commands/report/prometheus_client.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/canned_server.hpp"

namespace procledger::report {
namespace {

using test::CannedServer;
using test::http_answer;
using testing::HasSubstr;
using testing::Not;

constexpr report::Window kWindow{.begin_ms = 1'000'005, .end_ms = 1'060'005, .step_ms = 1500};
const std::string kEmpty = R"({"status":"success","data":{"resultType":"matrix","result":[]}})";

std::unique_ptr<CannedServer> server(const std::string& answer) {
  auto started = CannedServer::start(answer);
  EXPECT_TRUE(started) << started.error().message;
  return started ? std::move(*started) : nullptr;
}

std::string with_user(const std::string& url) { return "http://me:s%40cret@" + url.substr(7); }

std::string complaint(const std::string& url, HttpOptions options = {}) {
  const auto series = Client::open(url, std::move(options)).value().range("up", kWindow);
  return series ? "accepted" : series.error().message;
}

TEST(PromClient, AsksForTheWindow) {
  const auto canned = server(http_answer(200, kEmpty));
  const auto series = Client::open(canned->url() + "/prefix//", {}).value().range("up{a=\"b c\"}", kWindow);
  ASSERT_TRUE(series) << series.error().message;
  ASSERT_EQ(canned->requests().size(), 1U);
  const std::string request = canned->requests().front();
  EXPECT_THAT(request,
              HasSubstr("GET /prefix/api/v1/query_range?query=up%7Ba%3D%22b%20c%22%7D&start=1000.005&end=1060.005&step=1.500 HTTP/1.1"));
  EXPECT_THAT(request, Not(HasSubstr("Authorization")));
}

TEST(PromClient, PasswordOrTokenGoToTheServerAlone) {
  const auto canned = server(http_answer(401, "no"));
  const std::string refused =
      canned->url() + ": HTTP 401 instead of an answer of Prometheus: no; check --prometheus and --bearer-token-file";
  EXPECT_EQ(complaint(with_user(canned->url())), refused);
  EXPECT_THAT(canned->requests().at(0), HasSubstr("Authorization: Basic bWU6c0BjcmV0\r\n"));
  EXPECT_EQ(complaint(canned->url(), {.bearer_token = "t0ken", .ca_file = {}}), refused);
  EXPECT_THAT(canned->requests().at(1), HasSubstr("Authorization: Bearer t0ken\r\n"));
}

TEST(PromClient, RedirectionsAreNotFollowed) {
  const auto canned = server(http_answer(302, "", "Location: /login\r\n"));
  EXPECT_THAT(complaint(with_user(canned->url())),
              testing::AllOf(HasSubstr("redirects to " + canned->url() + "/login"), Not(HasSubstr("cret"))));
  EXPECT_EQ(canned->requests().size(), 1U);
}

TEST(PromClient, SilenceEnds) {
  const auto canned = server("");
  EXPECT_THAT(complaint(canned->url(), {.bearer_token = {}, .ca_file = {}, .timeout = std::chrono::milliseconds{200}}),
              HasSubstr("timed out"));
}

TEST(PromClient, NobodyListens) {
  const auto port = test::free_port();
  ASSERT_TRUE(port);
  const std::string url = "http://127.0.0.1:" + std::to_string(*port);
  EXPECT_THAT(complaint(with_user(url)), testing::AllOf(HasSubstr(url), HasSubstr("connect"), Not(HasSubstr("cret"))));
}

TEST(PromClient, OnlyHttp) {
  EXPECT_THAT(complaint("file:///etc/passwd"), HasSubstr("is not a URL like http://host:9090"));
  EXPECT_THAT(complaint("http://[::"), HasSubstr("is not a URL like http://host:9090"));
}

}  // namespace
}  // namespace procledger::report
