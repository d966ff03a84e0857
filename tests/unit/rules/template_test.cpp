// SPDX-License-Identifier: Apache-2.0
// The output of valid templates, as measured with process-exporter; blanks and trim markers as documented for Go's text/template.
#include "core/rules/template.hpp"

#include <gtest/gtest.h>

#include "unit/rules/stub_source.hpp"

namespace procledger::rules {
namespace {

std::string rendered(std::string_view text, const StubSource& source = StubSource{}) {
  const auto parsed = Template::parse(text);
  if (!parsed) return "error at " + std::to_string(parsed.error().offset) + ": " + parsed.error().found;
  return parsed->render(source);
}

TEST(TemplateRender, TextStandsForItself) {
  EXPECT_EQ(rendered(""), "");
  EXPECT_EQ(rendered("plain { text }} }"), "plain { text }} }");
  EXPECT_EQ(rendered(" kept\n"), " kept\n");
}

TEST(TemplateRender, EveryFieldAsksForItself) {
  for (const std::string_view name : kFieldNames) {
    if (name == "Cgroups" || name == "Matches") continue;
    EXPECT_EQ(rendered("{{." + std::string{name} + "}}"), "<" + std::string{name} + ">");
  }
}

TEST(TemplateRender, MixesTextAndFields) { EXPECT_EQ(rendered("{{.Username}}:{{.Comm}}!"), "<Username>:<Comm>!"); }

TEST(TemplateRender, WholeMapIsGosWithSortedKeys) {
  EXPECT_EQ(rendered("{{.Matches}}", StubSource{{{"kind", "proc"}, {"", "1"}}}), "map[:1 kind:proc]");
  EXPECT_EQ(rendered("{{.Matches}}", StubSource{{{"b", "2"}, {"a", "1"}, {"B", "3"}}}), "map[B:3 a:1 b:2]");
  EXPECT_EQ(rendered("{{.Matches}}"), "map[]");
}

TEST(TemplateRender, WholeSliceIsGos) {
  EXPECT_EQ(rendered("{{.Cgroups}}"), "[/a /b]");
  EXPECT_EQ(rendered("{{.Cgroups}}", StubSource{{}, {}}), "[]");
  EXPECT_EQ(rendered("{{.Cgroups}}", StubSource{{}, {"", "/b"}}), "[ /b]");
}

TEST(TemplateRender, IndexPicksOneAndEndsTheTextBeyondTheLast) {
  EXPECT_EQ(rendered("x{{index .Cgroups 0}}y"), "x/ay");
  EXPECT_EQ(rendered("x{{ index  .Cgroups\t1 }}y"), "x/by");
  EXPECT_EQ(rendered("x{{index .Cgroups 2}}y{{.Comm}}"), "x");
}

TEST(TemplateRender, CapturesByName) {
  const StubSource source{{{"db", "main"}, {"_x9", "under"}, {"empty", ""}}};
  EXPECT_EQ(rendered("pg:{{.Matches.db}}", source), "pg:main");
  EXPECT_EQ(rendered("{{.Matches._x9}}", source), "under");
  EXPECT_EQ(rendered("[{{.Matches.empty}}]", source), "[]");
  EXPECT_EQ(rendered("{{.Matches.none}}", source), "<no value>");
}

TEST(TemplateRender, BlanksInsideBracesDoNotCount) {
  EXPECT_EQ(rendered("a {{ .Comm }} b"), "a <Comm> b");
  EXPECT_EQ(rendered("{{\n\t.Comm\r\n}}"), "<Comm>");
}

TEST(TemplateRender, TrimMarkersTakeBlanksOnTheirSide) {
  EXPECT_EQ(rendered("a \n{{- .Comm }} b"), "a<Comm> b");
  EXPECT_EQ(rendered("a {{ .Comm -}} \t\r\n b"), "a <Comm>b");
  EXPECT_EQ(rendered(" {{- .Comm -}} {{- .PID -}} "), "<Comm><PID>");
  EXPECT_EQ(rendered("a {{- .Comm -}}"), "a<Comm>");
  EXPECT_EQ(rendered("{{.Comm -}} {{.PID}}"), "<Comm><PID>");
}

TEST(TemplateRender, HostileCapturesAreNotTemplates) {
  EXPECT_EQ(rendered("{{.Matches.x}}", StubSource{{{"x", "{{.Comm}}\xff\n"}}}), "{{.Comm}}\xff\n");
}

TEST(TemplateUse, ListsTheAttributesItNeeds) {
  const auto parsed = Template::parse("{{.Comm}}{{.Matches.b}}{{.Matches.a}}{{index .Cgroups 0}}");
  ASSERT_TRUE(parsed);
  EXPECT_TRUE(parsed->uses(Field::kComm));
  EXPECT_TRUE(parsed->uses(Field::kMatches));
  EXPECT_TRUE(parsed->uses(Field::kCgroups));
  EXPECT_FALSE(parsed->uses(Field::kCgroup));
  EXPECT_EQ(parsed->captures(), (std::vector<std::string>{"b", "a"}));
}

}  // namespace
}  // namespace procledger::rules
