// SPDX-License-Identifier: Apache-2.0
// Text that is not YAML, and YAML beyond the limits. The texts are exact, because users read them.
#include "diagnosed.hpp"

namespace procledger::config {
namespace {

constexpr Case kSyntaxCases[] = {
    {"BrokenQuote", "default: 'a\n", "c.yaml:1:10: error: a quote that is never closed; expected a closing quote\n"},
    {"QuoteAtTheEndOfTheFile", "default: 'a", "c.yaml:1:12: error: not valid YAML: illegal EOF in scalar; a quote may be missing\n"},
    {"QuoteBehindAnchor", "default: &a \"a\n", "c.yaml:1:10: error: a quote that is never closed; expected a closing quote\n"},
    {"BackslashInDoubleQuotes", R"y(groups:
  - name: "\d"
)y",
     "c.yaml:2:14: error: not valid YAML: unknown escape character: d; in double quotes a backslash begins an escape; put patterns into "
     "single quotes\n"},
    {"ColonInPlainText", "default: a: b\n", "c.yaml:1:11: error: not valid YAML: illegal map value; put text with \": \" into quotes\n"},
    {"TabIndentation", R"y(collect:
	interval: 0s
)y",
     "c.yaml:2:10: error: not valid YAML: illegal map value; indent with spaces\n"},
    {"OpenBracket", "groups: [\n", "c.yaml:2:1: error: not valid YAML: end of sequence flow not found; a \"]\" may be missing\n"},
    {"OpenBrace", "limits: {groups: 1\n", "c.yaml:2:1: error: not valid YAML: end of map flow not found; a \"}\" may be missing\n"},
    {"AtSign", "default: @x\n", "c.yaml:1:10: error: not valid YAML: unknown token; put text that begins with @, ` or % into quotes\n"},
    {"StarWithoutQuotes", R"y(groups:
  - name: *
)y",
     "c.yaml:2:12: error: not valid YAML: alias not found after *; put text that begins with * into quotes\n"},
    {"WrongIndentation", R"y(limits:
    groups: 1
  series: 100
)y",
     "c.yaml:3:3: error: not valid YAML: end of map not found; check the indentation\n"},
    {"TwoDocuments", R"y(default: a
---
default: b
)y",
     "c.yaml:2:1: error: a second document; expected one document in a file; check for \"---\" and for text after a closing bracket\n"},
    {"TextBehindBracket", "{default: a} b\n",
     "c.yaml:1:14: error: a second document; expected one document in a file; check for \"---\" and for text after a closing bracket\n"},
    {"Tag", "default: !!str a\n",
     "c.yaml:1:10: error: the tag \"tag:yaml.org,2002:str\"; expected no tags; put text into quotes instead\n"},
    {"TagOnMap", "!config {}\n", "c.yaml:1:1: error: the tag \"!config\"; expected no tags; put text into quotes instead\n"},
    {"UndefinedAlias", "default: *a\n",
     "c.yaml:1:10: error: not valid YAML: the referenced anchor is not defined; put text that begins with * into quotes\n"},
    {"AliasOfItself", "groups: &a [*a]\n", "c.yaml:1:13: error: an alias that contains itself; expected an alias of another value\n"},
    {"MergeKey", "<<: {}\n",
     "c.yaml:1:1: error: unknown key \"<<\"; expected one of collect, limits, groups, default, children, exclude_self, containers, "
     "threads, process_names; merge keys are not supported; write the keys out\n"},
    {"KeyIsAList", "[a]: b\n",
     "c.yaml:1:1: error: a key that is not text; expected text before the colon; put text with brackets or braces into quotes\n"},
    {"KeyIsNothing", "~: b\n", "c.yaml:1:1: error: a key that is not text; expected text before the colon\n"},
    {"RootIsAList", "- a\n", "c.yaml:1:1: error: a list; expected keys with values\n"},
    {"RootIsText", "groups\n", "c.yaml:1:1: error: \"groups\"; expected keys with values\n"},
    {"NotUtf8", "default: \"a\xff\"\n", "c.yaml:1:12: error: a byte that is not UTF-8; expected text in UTF-8\n"},
    {"ControlCharacter", "default: \"a\x01\"\n", "c.yaml:1:12: error: the control character \\x01; expected text in UTF-8\n"},
};

INSTANTIATE_TEST_SUITE_P(Syntax, Diagnosed, testing::ValuesIn(kSyntaxCases), name_of);

}  // namespace
}  // namespace procledger::config
