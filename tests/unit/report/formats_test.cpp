// SPDX-License-Identifier: Apache-2.0
#include "commands/report/formats.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "commands/report/queries.hpp"

namespace procledger::report {
namespace {

constexpr double kMebi = 1048576;

Page page() {
  return {.by = {"group", "namespace"},
          .rows = {{.key = {"a,\"b\"", "x"},
                    .cpu = {.min = 0, .avg = 0.00001, .max = 1.5},
                    .memory = Spread{.min = 0, .avg = kMebi, .max = 2 * kMebi}},
                   {.key = {"line\nbreak", ""}, .cpu = {.min = 1, .avg = 2, .max = 3}, .memory = std::nullopt}},
          .window = {.begin_ms = 1000, .end_ms = 61'500, .step_ms = 500}};
}

TEST(ReportFormats, Csv) {
  EXPECT_EQ(render(page(), Format::kCsv),
            "group,namespace,cpu_min,cpu_avg,cpu_max,memory_bytes_min,memory_bytes_avg,memory_bytes_max\n"
            "\"a,\"\"b\"\"\",x,0,1e-05,1.5,0,1048576,2097152\n"
            "\"line\nbreak\",,1,2,3,,,\n");
}

TEST(ReportFormats, AnEmptyFirstLabelKeepsItsComma) {
  Page first_empty = page();
  first_empty.rows[1].key = {"", "n"};
  EXPECT_NE(render(first_empty, Format::kCsv).find("\n,n,1,2,3,,,\n"), std::string::npos);
}

TEST(ReportFormats, Json) {
  const auto json = nlohmann::json::parse(render(page(), Format::kJson));
  EXPECT_EQ(json["from"], 1.0);
  EXPECT_EQ(json["to"], 61.5);
  EXPECT_EQ(json["step_seconds"], 0.5);
  EXPECT_EQ(json["groups"][0]["labels"]["group"], "a,\"b\"");
  EXPECT_EQ(json["groups"][0]["cpu"]["avg"], 0.00001);
  EXPECT_EQ(json["groups"][0]["memory_bytes"]["max"], 2 * kMebi);
  EXPECT_FALSE(json["groups"][1].contains("memory_bytes")) << "unknown is absent";
}

TEST(ReportFormats, Yaml) {
  EXPECT_EQ(render(page(), Format::kYaml),
            "from: 1\nto: 61.5\nstep_seconds: 0.5\ngroups:\n"
            "  - labels: {\"group\": \"a,\\\"b\\\"\", \"namespace\": \"x\"}\n"
            "    cpu: {min: 0, avg: 1.0e-05, max: 1.5}\n"
            "    memory_bytes: {min: 0, avg: 1048576, max: 2097152}\n"
            "  - labels: {\"group\": \"line\\u000Abreak\", \"namespace\": \"\"}\n"
            "    cpu: {min: 1, avg: 2, max: 3}\n");
}

TEST(ReportFormats, TableForPeople) {
  EXPECT_EQ(render(page(), Format::kTable),
            "group        namespace  CPUs min  CPUs avg  CPUs max  MiB min  MiB avg  MiB max\n"
            "a,\"b\"        x            0.0000    0.0000    1.5000      0.0      1.0      2.0\n"
            "line\\nbreak               1.0000    2.0000    3.0000        -        -        -\n");
}

TEST(ReportFormats, HeadingsAreBoldWithColorsAndNothingElseChanges) {
  const std::string plain = render(page(), Format::kTable);
  const std::size_t heading = plain.find('\n');
  const commands::Display colored{.terminal = true, .colors = true, .width = 200};
  EXPECT_EQ(render(page(), Format::kTable, colored), "\x1b[1m" + plain.substr(0, heading) + "\x1b[0m" + plain.substr(heading));
  for (const Format format : {Format::kCsv, Format::kJson, Format::kYaml}) {
    EXPECT_EQ(render(page(), format, colored), render(page(), format)) << "programs read no colors";
  }
}

TEST(ReportFormats, NamesAreShortenedWhereLinesThenFitTheTerminal) {
  Page wide = page();
  wide.rows[0].key[0] = std::string(50, 'x');
  const auto longest = [&wide](std::size_t columns) {
    const std::string text = render(wide, Format::kTable, {.terminal = true, .colors = false, .width = columns});
    return text.find('\n');  // all lines end with a number, in the same column
  };
  EXPECT_EQ(longest(200), longest(0));
  EXPECT_GT(longest(0), 110U);
  EXPECT_LE(longest(110), 110U);
  EXPECT_EQ(longest(60), longest(0)) << "no line fits";
}

Page page_of(std::size_t rows) {
  Page many = page();
  many.rows.resize(rows, many.rows.front());
  return many;
}

TEST(ReportTop, IsTwentyRowsOfATableOnATerminalElseAll) {
  EXPECT_EQ(rows_to_print(std::nullopt, Format::kTable, true), 20U);
  EXPECT_EQ(rows_to_print(std::nullopt, Format::kTable, false), 0U);
  EXPECT_EQ(rows_to_print(std::nullopt, Format::kCsv, true), 0U);
  for (const Format format : {Format::kTable, Format::kCsv, Format::kJson, Format::kYaml}) {
    EXPECT_EQ(rows_to_print(7U, format, true), 7U);
    EXPECT_EQ(rows_to_print(0U, format, true), 0U);
  }
}

TEST(ReportTop, KeepsTheFirstRows) {
  Page many = page_of(32);
  many.rows[19].key[0] = "the last";
  EXPECT_EQ(keep_first(many, 20), 12U);
  ASSERT_EQ(many.rows.size(), 20U);
  EXPECT_EQ(many.rows.back().key[0], "the last");
  EXPECT_EQ(keep_first(many, 20), 0U);
  EXPECT_EQ(keep_first(many, 0), 0U) << "0: all";
  EXPECT_EQ(many.rows.size(), 20U);
}

TEST(ReportTop, SaysHowManyRowsAreLeftOut) {
  EXPECT_EQ(rows_left_out(12), "12 more rows; --top 0 prints all");
  EXPECT_EQ(rows_left_out(1), "1 more row; --top 0 prints all");
}

TEST(ReportFormats, AColumnThatIsEmptyInAllRowsIsNotInTheTable) {
  Page bare = page();
  bare.rows[0].key[1] = "";
  EXPECT_EQ(render(bare, Format::kTable).find("namespace"), std::string::npos);
}

TEST(ReportScalars, YamlTextIsReadableWhateverItHolds) {
  EXPECT_EQ(yaml_text("plain ü 😀"), "\"plain ü 😀\"");
  EXPECT_EQ(yaml_text("\\\"\t\x7f"), "\"\\\\\\\"\\u0009\\u007F\"");
  EXPECT_EQ(yaml_text("\xc2\x85\xe2\x80\xa8\xef\xbb\xbf"), "\"\\u0085\\u2028\\uFEFF\"");
  EXPECT_EQ(yaml_text("\xff"), "\"\xef\xbf\xbd\"");
}

TEST(ReportQueries, PatternsAreStringsOfPromQl) {
  const std::string groups = R"({namespace=~"a\\d\"",group!~"x",group!~"y\n"})";
  EXPECT_EQ(report_query({.namespace_pattern = "a\\d\"", .excluded = {"x", "y\n"}}),
            R"(label_replace(sum without (mode) (procledger_group_cpu_seconds_total)" + groups +
                R"(), "procledger_report", "cpu", "", "") or )" +
                R"(label_replace(max by (job, instance) (timestamp(procledger_group_cpu_seconds_total)), )" +
                R"("procledger_report", "clock", "", "") or )" + "label_replace(procledger_group_resident_memory_bytes" + groups +
                R"(, "procledger_report", "memory", "", ""))");
}

TEST(ReportQueries, PartsOfTheAnswerAreToldApart) {
  const auto series = [](const char* part) { return Series{.labels = {{"group", "a"}, {"procledger_report", part}}, .values = {{1, 2}}}; };
  const auto answers =
      answers_of({series("memory"), series("cpu"), series("clock"), series("cpu")}, {.begin_ms = 1, .end_ms = 1, .step_ms = 1});
  ASSERT_TRUE(answers) << answers.error().message;
  EXPECT_EQ(answers->cpu.size(), 2U);
  EXPECT_EQ(answers->clock.size(), 1U);
  ASSERT_EQ(answers->memory.size(), 1U);
  EXPECT_EQ(answers->memory[0].labels, (Labels{{"group", "a"}}));
  EXPECT_FALSE(answers_of({Series{.labels = {{"group", "a"}}, .values = {}}}, {}));
}

}  // namespace
}  // namespace procledger::report
