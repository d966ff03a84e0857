// SPDX-License-Identifier: Apache-2.0
// How streams show text: facts in, display out.
#include "commands/cli/terminal.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>

#include "base/unique_fd.hpp"

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

}  // namespace
}  // namespace procledger::commands
