// SPDX-License-Identifier: Apache-2.0
#include "commands/report/prometheus_client.hpp"

#include <gtest/gtest.h>

#include "commands/report/http_client.hpp"

namespace procledger::report {
namespace {

std::string refusal(long status, const std::string& body) {
  const auto series = parse_matrix(status, body);
  return series ? "accepted" : series.error().message;
}

TEST(PromAnswer, AMatrix) {
  const auto series = parse_matrix(200, R"({"status":"success","data":{"resultType":"matrix","result":[
      {"metric":{"group":"a"},"values":[[1.5,"2.25"],[2.5,"1e-07"],[3.5,"NaN"],[4.5,"+Inf"]]}]}})");
  ASSERT_TRUE(series) << series.error().message;
  ASSERT_EQ(series->size(), 1U);
  EXPECT_EQ(series->front().labels, (report::Labels{{"group", "a"}}));
  EXPECT_EQ(series->front().values, (std::map<report::Step, double>{{1500, 2.25}, {2500, 1e-7}}));
}

TEST(PromAnswer, NoSeriesIsAnAnswer) {
  const auto series = parse_matrix(200, R"({"status":"success","data":{"resultType":"matrix","result":[]}})");
  ASSERT_TRUE(series);
  EXPECT_TRUE(series->empty());
}

TEST(PromAnswer, PrometheussOwnWords) {
  EXPECT_EQ(refusal(400, R"({"status":"error","errorType":"bad_data","error":"parse error: unclosed"})"),
            "Prometheus refused (HTTP 400): bad_data: parse error: unclosed");
}

TEST(PromAnswer, SomebodyElse) {
  EXPECT_EQ(refusal(401, "Unauthorized\n"),
            "HTTP 401 instead of an answer of Prometheus: Unauthorized; check --prometheus and --bearer-token-file");
  EXPECT_EQ(refusal(200, "<html>"), "the answer does not come from Prometheus: <html>; check --prometheus");
  EXPECT_EQ(refusal(200, R"([1])"), "the answer does not come from Prometheus: [1]; check --prometheus");
  for (const char* data :
       {R"(null)", R"({"resultType":"vector","result":[]})", R"({"resultType":"matrix","result":{}})", R"({"resultType":"matrix"})"}) {
    EXPECT_NE(refusal(200, std::string{R"({"status":"success","data":)"} + data + "}").find("not a matrix"), std::string::npos) << data;
  }
  for (const char* entry : {R"(1)", R"({"metric":{"a":1},"values":[]})", R"({"metric":{},"values":[[1]]})",
                            R"({"metric":{},"values":[["1","2"]]})", R"({"values":[]})"}) {
    EXPECT_NE(
        refusal(200, std::string{R"({"status":"success","data":{"resultType":"matrix","result":[)"} + entry + "]}}").find("without labels"),
        std::string::npos)
        << entry;
  }
}

TEST(PromUrl, PasswordsStayOutOfMessages) {
  EXPECT_EQ(without_password("http://me:secret@host:9090/x@y"), "http://host:9090/x@y");
  EXPECT_EQ(without_password("https://me@host"), "https://host");
  EXPECT_EQ(without_password("http://host/a?b=c@d"), "http://host/a?b=c@d");
  EXPECT_EQ(without_password("me:p@ss@host"), "host");
  EXPECT_EQ(without_password("http://u:p@ss@host?q"), "http://host?q");
  for (const char* url : {"http://u:p/w@host:1", "http://u:12p?w@host:1", "http://u:p#w@host:1"}) {
    EXPECT_EQ(without_password(url), "http://host:1") << "also for a password that is not escaped";
  }
  EXPECT_EQ(without_password("http://host:9090/a@b"), "http://host:9090/a@b");
  EXPECT_EQ(without_password("http://[::1]:9090/a"), "http://[::1]:9090/a");
}

}  // namespace
}  // namespace procledger::report
