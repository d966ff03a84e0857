// SPDX-License-Identifier: Apache-2.0
#include "commands/cli/terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>

#include "base/text.hpp"

namespace procledger::commands {
namespace {

constexpr std::size_t kUsualColumns = 80;

std::string styled(std::string_view text, const char* style, bool colors) {
  if (!colors || text.empty()) return std::string{text};
  return std::string{style}.append(text).append("\x1b[0m");
}

/// @return  0: the terminal does not report its width
std::size_t columns_of_window(int fd) {
  winsize window{};
  if (::ioctl(fd, TIOCGWINSZ, &window) != 0) return 0;
  return window.ws_col;
}

std::string_view variable(const char* name) {
  const char* const value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): the program never changes its environment
  return value == nullptr ? std::string_view{} : std::string_view{value};
}

}  // namespace

std::string Display::bold(std::string_view text) const { return styled(text, "\x1b[1m", colors); }
std::string Display::red(std::string_view text) const { return styled(text, "\x1b[31m", colors); }
std::string Display::yellow(std::string_view text) const { return styled(text, "\x1b[33m", colors); }

Display display_of(const StreamFacts& facts) {
  if (!facts.terminal) return {};
  const std::size_t reported = facts.window_columns > 0 ? facts.window_columns : to_number<std::size_t>(facts.columns).value_or(0);
  return {.terminal = true, .colors = facts.no_color.empty() && facts.term != "dumb", .width = reported > 0 ? reported : kUsualColumns};
}

Display display_of_stream(int fd) {
  if (::isatty(fd) == 0) return {};
  return display_of({.terminal = true,
                     .window_columns = columns_of_window(fd),
                     .no_color = variable("NO_COLOR"),
                     .term = variable("TERM"),
                     .columns = variable("COLUMNS")});
}

std::vector<Entry> color_variables() {
  return {{"NO_COLOR", "not empty: no colors on a terminal"}, {"TERM", "dumb: no colors on a terminal"}};
}

}  // namespace procledger::commands
