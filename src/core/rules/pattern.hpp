// SPDX-License-Identifier: Apache-2.0
// The patterns of a configuration: regular expressions and globs. Only this module compiles them and finds the place of an error in a
// pattern.
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

/// A compiled regular expression in RE2's syntax, which process-exporter also uses. Matching takes linear time and bounded memory, even
/// over hostile texts. Texts must be valid UTF-8. Copies share the automaton. PatternCompiler makes all patterns.
class Pattern {
 public:
  [[nodiscard]] bool found_in(std::string_view text) const;
  [[nodiscard]] bool matches_whole(std::string_view text) const;

  /// Searches `text`, and adds the captures of all groups if the pattern is found. The key is the name of the group; "" is the last group
  /// without a name, or the whole match if every group has a name. A group that took no part in the match captures "".
  void capture(std::string_view text, Captures& captures) const;
  /// The first capture that is not empty, from a group with or without a name; absent if there is none.
  [[nodiscard]] std::optional<std::string> first_caught(std::string_view text) const;

  [[nodiscard]] std::vector<std::string> group_names() const;
  [[nodiscard]] std::size_t groups() const;  ///< with and without a name

 private:
  friend class PatternCompiler;
  explicit Pattern(std::shared_ptr<const re2::RE2> regex) : regex_{std::move(regex)} {}
  static tl::expected<Pattern, SyntaxError> parse(std::string_view pattern);
  /// Size of the compiled pattern: measures its memory and, roughly, the time to compile it.
  [[nodiscard]] std::size_t instructions() const;

  std::shared_ptr<const re2::RE2> regex_;  ///< copies share it
};

/// A shell-like pattern over the bytes of paths and names. Matching takes linear time for every pattern and text.
///   `*`    any bytes except "/"          `?`    one byte except "/"
///   `**`   any bytes                     `[abc]`, `[a-z]`, `[!a-z]`, `[^a-z]`  one byte of a set, never "/"
///   `**/`  any number of components, also none      `\x`   x itself
/// Every other byte matches itself.
class Glob {
 public:
  enum class Reach : std::uint8_t {
    kWhole,    ///< the text itself matches
    kSubtree,  ///< the text or a path above it matches: "/a/*" matches "/a/b" and "/a/b/c"; "/" matches every path
  };

  [[nodiscard]] bool matches(std::string_view text) const;

 private:
  friend class PatternCompiler;
  Glob() = default;
  /// @error  the pattern is empty, incomplete, or can match nothing
  static tl::expected<Glob, SyntaxError> parse(std::string_view pattern, Reach reach);

  Reach reach_{Reach::kWhole};
  std::string literal_;                    ///< text before the first wildcard: rejects most texts without the automaton
  std::shared_ptr<const re2::RE2> regex_;  ///< only for a pattern with wildcards; copies share it
};

/// Compiles the patterns of one configuration, each once. The reader of the file uses the results to check the file, RuleSet and Policy to
/// match. Owns the results. The total size of all regular expressions is bounded, because a few bytes can compile to a megabyte. For one
/// thread at a time.
class PatternCompiler {
 public:
  // Results are valid as long as this object.
  const tl::expected<Pattern, SyntaxError>& regex(const std::string& text);
  const tl::expected<Glob, SyntaxError>& glob(const std::string& text, Glob::Reach reach = Glob::Reach::kWhole);

  /// Number of compiled patterns, including patterns with errors.
  [[nodiscard]] std::size_t compiled() const { return regexes_.size() + globs_.size(); }

 private:
  [[nodiscard]] tl::expected<Pattern, SyntaxError> compile(const std::string& text);

  std::map<std::string, tl::expected<Pattern, SyntaxError>> regexes_;
  std::map<std::pair<std::string, Glob::Reach>, tl::expected<Glob, SyntaxError>> globs_;
  std::size_t weight_{};  ///< total size of all regular expressions, in instructions
};

}  // namespace procledger::rules
