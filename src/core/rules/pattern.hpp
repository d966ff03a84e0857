// SPDX-License-Identifier: Apache-2.0
// The patterns of a configuration: regular expressions and globs. The only place that compiles them, and that knows where in a pattern an
// error stands.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <tl/expected.hpp>

#include "core/rules/rule.hpp"
#include "core/rules/template.hpp"

namespace re2 {
class RE2;
}

namespace procledger::rules {

/// A regular expression in RE2's syntax, as process-exporter has them. Linear time and bounded memory over hostile text. Texts have to be
/// valid UTF-8.
class Pattern {
 public:
  [[nodiscard]] bool found_in(std::string_view text) const;
  [[nodiscard]] bool matches_whole(std::string_view text) const;

  /// Adds what the groups caught in `text`, if the pattern is found in it: by name; "" is the last group without a name, or the
  /// whole where there is no such group. A group that took no part caught "".
  void capture(std::string_view text, Captures& captures) const;
  /// What the first group caught that caught anything, named or not; absent: none did.
  [[nodiscard]] std::optional<std::string> first_caught(std::string_view text) const;

  [[nodiscard]] std::vector<std::string> group_names() const;
  [[nodiscard]] std::size_t groups() const;  ///< with a name or without

 private:
  friend class PatternCompiler;
  explicit Pattern(std::shared_ptr<const re2::RE2> regex) : regex_{std::move(regex)} {}
  static tl::expected<Pattern, SyntaxError> parse(std::string_view pattern);
  /// Of the compiled pattern: what it costs in memory, and roughly in time to compile.
  [[nodiscard]] std::size_t instructions() const;

  std::shared_ptr<const re2::RE2> regex_;  ///< copies share it
};

/// A shell-like pattern over paths and names, byte by byte. Matching takes time linear in the text, whatever pattern and text are.
/// `*` any bytes but "/", `**` any bytes at all, `**/` any number of whole components (none included), `?` one byte but "/",
/// `[abc]`, `[a-z]`, `[!a-z]` or `[^a-z]` one byte of a set but never "/", `\x` x itself. All else stands for itself.
class Glob {
 public:
  enum class Reach : std::uint8_t {
    kWhole,    ///< the text itself matches
    kSubtree,  ///< the text or a path above it does: "/a/*" takes "/a/b" and "/a/b/c"; "/" takes every path
  };

  [[nodiscard]] bool matches(std::string_view text) const;

 private:
  friend class PatternCompiler;
  Glob() = default;
  /// A pattern that is empty, unfinished or can match nothing is an error.
  static tl::expected<Glob, SyntaxError> parse(std::string_view pattern, Reach reach);

  Reach reach_{Reach::kWhole};
  std::string literal_;                    ///< before the first wildcard: decides most texts alone
  std::shared_ptr<const re2::RE2> regex_;  ///< of a pattern with wildcards; copies share it
};

/// Compiles the patterns of one configuration, each once: to check the file, and for the rules that use them. Owns what it compiled; copies
/// of a result share the automaton. All regular expressions together have a bound, since a few bytes can ask for a megabyte. For one
/// thread at a time.
class PatternCompiler {
 public:
  /// Both results are valid as long as this object.
  const tl::expected<Pattern, SyntaxError>& regex(const std::string& text);
  const tl::expected<Glob, SyntaxError>& glob(const std::string& text, Glob::Reach reach = Glob::Reach::kWhole);

  /// Patterns that were compiled, the bad ones among them.
  [[nodiscard]] std::size_t compiled() const { return regexes_.size() + globs_.size(); }

 private:
  [[nodiscard]] tl::expected<Pattern, SyntaxError> compile(const std::string& text);

  std::map<std::string, tl::expected<Pattern, SyntaxError>> regexes_;
  std::map<std::pair<std::string, Glob::Reach>, tl::expected<Glob, SyntaxError>> globs_;
  std::size_t weight_{};  ///< of all regular expressions, in instructions
};

}  // namespace procledger::rules
