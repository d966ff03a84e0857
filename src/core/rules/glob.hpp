// SPDX-License-Identifier: Apache-2.0
// Shell-like patterns over paths and names, byte by byte. Matching takes time linear in the text, whatever pattern and text are.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

namespace re2 {
class RE2;
}

namespace procledger::rules {

struct GlobError {
  std::size_t offset{};  ///< bytes into the pattern
  std::string message;
};

/// `*` any bytes but "/", `**` any bytes at all, `**/` any number of whole components (none included), `?` one byte but "/",
/// `[abc]`, `[a-z]`, `[!a-z]` or `[^a-z]` one byte of a set but never "/", `\x` x itself. All else stands for itself.
class Glob {
 public:
  enum class Reach : std::uint8_t {
    kWhole,    ///< the text itself matches
    kSubtree,  ///< the text or a path above it does: "/a/*" takes "/a/b" and "/a/b/c"; "/" takes every path
  };

  /// A pattern that is empty, unfinished or can match nothing is an error.
  static tl::expected<Glob, GlobError> parse(std::string_view pattern, Reach reach = Reach::kWhole);

  [[nodiscard]] bool matches(std::string_view text) const;

 private:
  Glob() = default;

  Reach reach_{Reach::kWhole};
  std::string literal_;                    ///< before the first wildcard: decides most texts alone
  std::shared_ptr<const re2::RE2> regex_;  ///< of a pattern with wildcards; copies share it
};

}  // namespace procledger::rules
