// SPDX-License-Identifier: Apache-2.0
// Errors in templates: the place and the text.
#include <gtest/gtest.h>

#include "core/rules/template.hpp"

namespace procledger::rules {
namespace {

struct Case {
  std::string_view text;
  std::size_t offset;
  std::string_view found;
  std::string_view expected;  ///< the beginning of the text
  std::string_view hint;
};

class TemplateRefuses : public testing::TestWithParam<Case> {};

TEST_P(TemplateRefuses, PreciselyAndWithAHint) {
  const Case& wanted = GetParam();
  const auto parsed = Template::parse(wanted.text);
  ASSERT_FALSE(parsed) << wanted.text;
  EXPECT_EQ(parsed.error().offset, wanted.offset) << wanted.text;
  EXPECT_EQ(parsed.error().found, wanted.found) << wanted.text;
  EXPECT_EQ(parsed.error().expected.substr(0, wanted.expected.size()), wanted.expected) << wanted.text;
  EXPECT_EQ(parsed.error().hint, wanted.hint) << wanted.text;
}

INSTANTIATE_TEST_SUITE_P(Fields, TemplateRefuses,
                         testing::Values(Case{"a {{.Usrname}}", 4, ".Usrname", "one of .Comm .Exe ", "did you mean .Username?"},
                                         Case{"{{.comm}}", 2, ".comm", "one of", "did you mean .Comm?"},
                                         Case{"{{.Pid}}", 2, ".Pid", "one of", "did you mean .PID?"},
                                         Case{"{{.Cgroup.Path}}", 9, ".Path", "}}", "only .Matches can be followed by a name"},
                                         Case{"{{.Nonsense }}", 2, ".Nonsense", "one of", ""}, Case{"{{.}}", 2, ".", "one of", ""},
                                         Case{"{{Comm}}", 2, "Comm", "a field such as", "did you mean {{.Comm}}?"},
                                         Case{"{{.Matches.}}", 10, ".", "the name of a capture", ""},
                                         Case{"{{.Matches.1}}", 10, ".1", "the name of a capture",
                                              "captures have no numbers: name the capture in the pattern, (?P<name>...)"},
                                         Case{"{{.Matches.a.b}}", 12, ".b", "}}", ""}));

INSTANTIATE_TEST_SUITE_P(Language, TemplateRefuses,
                         testing::Values(Case{"{{.Comm | printf \"%s\"}}", 8, "|", "}}", "pipelines are not supported"},
                                         Case{"{{printf \"x\"}}", 2, "printf", "a field such as", "functions are not supported"},
                                         Case{"{{if .Comm}}x{{end}}", 2, "if", "a field such as",
                                              "control structures are not supported: write one rule for each case"},
                                         Case{"{{/* c */}}", 2, "/*", "a field such as", "comments are not supported"},
                                         Case{"{{$x}}", 2, "$x", "a field such as", "variables are not supported"},
                                         Case{"{{(.Comm)}}", 2, "(.Comm)", "a field such as",
                                              "functions and their arguments are not supported"},
                                         Case{"{{.Comm .PID}}", 8, ".PID", "}}", ""}));

INSTANTIATE_TEST_SUITE_P(
    Index, TemplateRefuses,
    testing::Values(Case{"{{index .Comm 0}}", 8, ".Comm", "a list: .Cgroups", ".Comm is a single value"},
                    Case{"{{index .Matches \"x\"}}", 8, ".Matches", "a list: .Cgroups", "write a capture as {{.Matches.name}}"},
                    Case{"{{index .Cgruops 0}}", 8, ".Cgruops", "one of", "did you mean .Cgroups?"},
                    Case{"{{index .Cgroups}}", 16, "}}", "a number", ""}, Case{"{{index .Cgroups -1}}", 17, "-1", "a number", ""},
                    Case{"{{index .Cgroups 1x}}", 17, "1x", "a number", ""},
                    Case{"{{index .Cgroups 99999999999999999999}}", 17, "99999999999999999999", "a number", ""},
                    Case{"{{index .Cgroups 0 1}}", 19, "1", "}}", ""}, Case{"{{index}}", 7, "}}", "a list", ""}));

INSTANTIATE_TEST_SUITE_P(Braces, TemplateRefuses,
                         testing::Values(Case{"x{{}}", 3, "}}", "a field such as", ""}, Case{"{{  }}", 4, "}}", "a field such as", ""},
                                         Case{"ab{{.Comm", 2, "{{.Comm", "}}", "{{ is never closed"},
                                         Case{"ab{{", 2, "{{", "}}", "{{ is never closed"}, Case{"{{.Comm}", 7, "}", "}}", ""},
                                         Case{"{{.Comm-}}", 7, "-", "}}", "put a blank before -}}"},
                                         Case{"{{-.Comm}}", 2, "-.Comm", "a field such as", ""},
                                         Case{"{{{.Comm}}", 2, "{.Comm", "a field such as", ""}));

}  // namespace
}  // namespace procledger::rules
