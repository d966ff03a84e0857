// SPDX-License-Identifier: Apache-2.0
// How streams show text: facts in, display out.
#include "commands/cli/terminal.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <string>

#include "base/unique_fd.hpp"
#include "commands/check_config/check_config.hpp"

namespace procledger::commands {
namespace {

StreamFacts a_terminal() { return {.terminal = true, .window_columns = 120, .no_color = "", .term = "xterm-256color", .columns = ""}; }

TEST(Terminal, HasColorsAndItsWidth) {
  const Display display = display_of(a_terminal());
  EXPECT_TRUE(display.terminal);
  EXPECT_TRUE(display.colors);
  EXPECT_EQ(display.width, 120U);
}

TEST(Terminal, PipeHasNoColorsWhateverTheEnvironment) {
  StreamFacts facts = a_terminal();
  facts.terminal = false;
  facts.columns = "100";
  const Display display = display_of(facts);
  EXPECT_FALSE(display.terminal);
  EXPECT_FALSE(display.colors);
  EXPECT_EQ(display.width, 0U);
}

TEST(Terminal, NoColorAndDumbTerminalsHaveNoColors) {
  StreamFacts facts = a_terminal();
  facts.no_color = "0";  // any value that is not empty
  EXPECT_FALSE(display_of(facts).colors);
  EXPECT_TRUE(display_of(facts).terminal);
  facts = a_terminal();
  facts.term = "dumb";
  EXPECT_FALSE(display_of(facts).colors);
}

TEST(Terminal, WidthIsTheWindowsThenThatOfColumnsThenTheUsual) {
  StreamFacts facts = a_terminal();
  facts.columns = "100";
  EXPECT_EQ(display_of(facts).width, 120U);
  facts.window_columns = 0;
  EXPECT_EQ(display_of(facts).width, 100U);
  for (const char* unusable : {"", "0", "wide", "100x", "-1", "99999999999999999999999"}) {
    facts.columns = unusable;
    EXPECT_EQ(display_of(facts).width, 80U) << unusable;
  }
}

TEST(Terminal, FileIsNone) {
  const UniqueFd file{::open("/dev/null", O_WRONLY | O_CLOEXEC)};
  const Display display = display_of_stream(file.get());
  EXPECT_FALSE(display.terminal || display.colors);
  EXPECT_EQ(display.width, 0U);
}

TEST(Terminal, StylesEndWhereTheTextEnds) {
  const Display colored{.terminal = true, .colors = true, .width = 80};
  EXPECT_EQ(colored.bold("a"), "\x1b[1ma\x1b[0m");
  EXPECT_EQ(colored.red("exit 1"), "\x1b[31mexit 1\x1b[0m");
  EXPECT_EQ(colored.yellow("b"), "\x1b[33mb\x1b[0m");
  EXPECT_EQ(colored.red(""), "");
}

TEST(Terminal, StylesWithoutColorsAreThePlainText) {
  const Display plain{.terminal = true, .colors = false, .width = 80};
  EXPECT_EQ(plain.bold("a") + plain.red("b") + plain.yellow("c"), "abc");
}

TEST(CheckConfigColors, ErrorsAreRedAndWarningsYellow) {
  const Display colored{.terminal = true, .colors = true, .width = 80};
  EXPECT_EQ(colored_diagnostics("c.yaml:3:13: error: a: found: warning: x\nc.yaml:5:1: warning: b: error: y\nother\n", "c.yaml", colored),
            "c.yaml:3:13: \x1b[31merror\x1b[0m: a: found: warning: x\nc.yaml:5:1: \x1b[33mwarning\x1b[0m: b: error: y\nother\n");
  EXPECT_EQ(colored_diagnostics("a: error: b:1:1: warning: c\n", "a: error: b", colored), "a: error: b:1:1: \x1b[33mwarning\x1b[0m: c\n")
      << "a file may have any name";
  EXPECT_EQ(colored_diagnostics("", "c.yaml", colored), "");
}

TEST(CheckConfigColors, NoByteChangesWithoutColors) {
  const std::string lines = "c.yaml:3:13: error: a: b\nc.yaml:5:1: warning: c: d\n";
  EXPECT_EQ(colored_diagnostics(lines, "c.yaml", {}), lines);
  EXPECT_EQ(colored_diagnostics(lines, "c.yaml", {.terminal = true, .colors = false, .width = 80}), lines);
}

}  // namespace
}  // namespace procledger::commands
