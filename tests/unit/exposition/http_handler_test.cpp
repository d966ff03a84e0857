// SPDX-License-Identifier: Apache-2.0
#include "exposition/http_handler.hpp"

#include <gtest/gtest.h>

#include "golden/sample_snapshot.hpp"
#include "unit/exposition/fake_provider.hpp"
#include "unit/exposition/gunzip.hpp"

namespace procledger::exposition {
namespace {

using test::FakeProvider;
using test::gunzip;
using test::sample_build;
using test::sample_snapshot;

std::string header(const Response& response, std::string_view name) {
  for (const auto& [each, value] : response.headers) {
    if (each == name) return value;
  }
  return {};
}

class SiteTest : public ::testing::Test {
 protected:
  Response now(std::string method, std::string path) {
    auto response = site_.answer_now({std::move(method), std::move(path), "", ""});
    EXPECT_TRUE(response) << "needs a snapshot";
    return response.value_or(Response{0, "", {}, std::make_shared<const std::string>()});
  }

  FakeProvider provider_;
  HttpHandler site_{provider_, "/metrics", sample_build(), native_model(sample_build())};
};

TEST_F(SiteTest, MetricsAndSnapshotWantASnapshot) {
  EXPECT_FALSE(site_.answer_now({"GET", "/metrics", "", ""}));
  EXPECT_FALSE(site_.answer_now({"HEAD", "/metrics", "", ""}));
  EXPECT_FALSE(site_.answer_now({"GET", "/api/v1/snapshot", "", ""}));
}

TEST_F(SiteTest, LandingPageLinksToTheRest) {
  const auto page = now("GET", "/");
  EXPECT_EQ(page.status, 200U);
  EXPECT_EQ(page.content_type, "text/html; charset=UTF-8");
  for (const auto* path : {"/metrics", "/-/healthy", "/-/ready", "/api/v1/snapshot"}) {
    EXPECT_NE(page.body->find("<a href=\"" + std::string{path} + "\">"), std::string::npos) << path;
  }
  EXPECT_NE(page.body->find("1.2.3"), std::string::npos);
}

TEST_F(SiteTest, OddTelemetryPathIsEscapedOnTheLandingPage) {
  const HttpHandler odd{provider_, "/a\"><b", sample_build(), native_model(sample_build())};
  EXPECT_EQ(odd.answer_now({"GET", "/", "", ""})->body->find("\"><b"), std::string::npos);
  EXPECT_FALSE(odd.answer_now({"GET", "/a\"><b", "", ""}));
}

TEST_F(SiteTest, MetricsMayTakeTheRoot) {
  const HttpHandler site{provider_, "/", sample_build(), native_model(sample_build())};
  EXPECT_FALSE(site.answer_now({"GET", "/", "", ""}));
  EXPECT_EQ(site.answer_now({"GET", "/metrics", "", ""})->status, 404U);
}

TEST_F(SiteTest, HealthNeedsNoSnapshot) {
  provider_.set_not_ready("no source yet");
  EXPECT_EQ(now("GET", "/-/healthy").status, 200U);
}

TEST_F(SiteTest, ReadinessHasTheReason) {
  EXPECT_EQ(now("GET", "/-/ready").status, 200U);
  provider_.set_not_ready("waiting for the first snapshot");
  const auto response = now("GET", "/-/ready");
  EXPECT_EQ(response.status, 503U);
  EXPECT_EQ(*response.body, "waiting for the first snapshot\n");
}

TEST_F(SiteTest, ReloadIsRefusedUnlessEnabled) {
  const auto response = now("POST", "/-/reload");
  EXPECT_EQ(response.status, 403U);
  EXPECT_EQ(*response.body, "lifecycle API is not enabled; start with --web.enable-lifecycle\n");
  EXPECT_EQ(now("GET", "/-/reload").status, 405U);
  EXPECT_EQ(header(now("GET", "/-/reload"), "Allow"), "POST, PUT");
}

TEST_F(SiteTest, OtherPathsAreNotFound) {
  for (const auto* path : {"/metric", "/metrics/", "/favicon.ico", "/-/", "/api/v1/", "*", ""}) {
    EXPECT_EQ(now("GET", path).status, 404U) << path;
    EXPECT_EQ(now("POST", path).status, 404U) << path;
  }
}

TEST_F(SiteTest, OtherMethodsAreNotAllowed) {
  for (const auto* path : {"/metrics", "/", "/-/healthy", "/-/ready", "/api/v1/snapshot"}) {
    const auto response = now("POST", path);
    EXPECT_EQ(response.status, 405U) << path;
    EXPECT_EQ(header(response, "Allow"), "GET, HEAD") << path;
  }
}

TEST_F(SiteTest, FailedCollectionIsUnavailable) {
  const auto response = site_.answer({"GET", "/metrics", "", ""}, nullptr);
  EXPECT_EQ(response.status, 503U);
  EXPECT_TRUE(response.body->ends_with('\n') && response.body->size() > 1) << *response.body;
}

TEST_F(SiteTest, FormatAndCodingAreNegotiated) {
  const auto snapshot = std::make_shared<const metrics::Snapshot>(sample_snapshot());
  const auto text = site_.answer({"GET", "/metrics", "", ""}, snapshot);
  EXPECT_EQ(text.content_type, "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_EQ(header(text, "Content-Encoding"), "");
  EXPECT_EQ(header(text, "Vary"), "Accept, Accept-Encoding");
  const auto packed = site_.answer({"GET", "/metrics", "application/openmetrics-text;version=1.0.0", "gzip"}, snapshot);
  EXPECT_EQ(packed.content_type, "application/openmetrics-text; version=1.0.0; charset=utf-8");
  EXPECT_EQ(header(packed, "Content-Encoding"), "gzip");
  EXPECT_TRUE(gunzip(*packed.body).ends_with("\n# EOF\n"));
}

TEST_F(SiteTest, SnapshotIsJson) {
  const auto response = site_.answer({"GET", "/api/v1/snapshot", "", ""}, std::make_shared<const metrics::Snapshot>());
  EXPECT_EQ(response.content_type, "application/json");
  EXPECT_TRUE(response.body->starts_with('{')) << *response.body;
}

TEST_F(SiteTest, PageIsThatOfTheModelGiven) {
  PageModel model{.about = "Something <else>.", .emit = [](const metrics::Snapshot& /*snapshot*/, metrics::SampleSink& out) {
                    static constexpr metrics::Family kElse{"else", metrics::Type::kGauge, {}, "", "Else."};
                    out.open(kElse);
                    out.subject({});
                    out.add(std::uint64_t{0});
                  }};
  HttpHandler site{provider_, "/metrics", sample_build(), std::move(model)};
  const auto snapshot = std::make_shared<const metrics::Snapshot>();
  EXPECT_EQ(*site.answer({"GET", "/metrics", "", ""}, snapshot).body, "# TYPE else gauge\n# HELP else Else.\nelse 0\n");
  const auto landing = site.answer_now({"GET", "/", "", ""});
  EXPECT_NE(landing->body->find("Something &#60;else&#62;. Version 1.2.3"), std::string::npos) << *landing->body;
}

TEST_F(SiteTest, ScrapersOfOneSnapshotShareThePage) {
  const auto snapshot = std::make_shared<const metrics::Snapshot>();
  EXPECT_EQ(site_.answer({"GET", "/metrics", "", ""}, snapshot).body, site_.answer({"GET", "/metrics", "*/*", ""}, snapshot).body);
}

}  // namespace
}  // namespace procledger::exposition
