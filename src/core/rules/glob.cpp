// SPDX-License-Identifier: Apache-2.0
#include "core/rules/glob.hpp"

#include <bitset>
#include <cstdint>
#include <utility>

#include <re2/re2.h>

namespace procledger::rules {
namespace {

constexpr std::int64_t kRegexBytes = 1 << 20;   // bounds the automaton that hostile texts can make a pattern grow
constexpr std::size_t kMaxPatternBytes = 4096;  // PATH_MAX
constexpr std::string_view kHex = "0123456789abcdef";

std::uint8_t byte_of(char c) { return static_cast<std::uint8_t>(c); }

void append_byte(std::string& regex, std::uint8_t byte) {
  regex += "\\x";
  regex += kHex[byte >> 4];
  regex += kHex[byte & 0xF];
}

/// Translates a glob into RE2's syntax over bytes.
class Translator {
 public:
  explicit Translator(std::string_view pattern) : pattern_{pattern} {}

  tl::expected<void, GlobError> run() {
    while (pos_ < pattern_.size()) {
      switch (const char c = pattern_[pos_]) {
        case '*':
          stars();
          break;
        case '?':
          ++pos_;
          wildcard("[^/]");
          break;
        case '[':
          if (auto done = set(); !done) return done;
          break;
        case '\\':
          if (pos_ + 1 == pattern_.size()) return error(pos_, "\"\\\" at the end escapes nothing");
          add(pattern_[pos_ + 1]);
          pos_ += 2;
          break;
        default:
          add(c);
          ++pos_;
      }
    }
    return {};
  }

  std::string regex;
  std::string literal;  ///< what stands before the first wildcard
  bool wild{};

 private:
  static tl::unexpected<GlobError> error(std::size_t offset, std::string message) {
    return tl::unexpected<GlobError>{{offset, std::move(message)}};
  }

  void wildcard(std::string_view text) {
    regex += text;
    wild = true;
  }

  void add(char c) {
    if (!wild) literal += c;
    if (c == '/') {
      regex += c;
    } else {
      append_byte(regex, byte_of(c));
    }
  }

  void stars() {
    const std::size_t start = pos_;
    while (pos_ < pattern_.size() && pattern_[pos_] == '*') ++pos_;
    if (pos_ - start == 1) return wildcard("[^/]*");
    const bool whole_components = (start == 0 || pattern_[start - 1] == '/') && pos_ < pattern_.size() && pattern_[pos_] == '/';
    if (whole_components) ++pos_;
    wildcard(whole_components ? "(?:.*/)?" : ".*");
  }

  tl::expected<void, GlobError> set() {
    const std::size_t start = pos_++;
    const bool negated = pos_ < pattern_.size() && (pattern_[pos_] == '!' || pattern_[pos_] == '^');
    if (negated) ++pos_;
    std::bitset<256> bytes;
    for (const std::size_t first = pos_; pos_ < pattern_.size() && (pattern_[pos_] != ']' || pos_ == first);) {
      if (auto done = range(bytes); !done) return done;
    }
    if (pos_ >= pattern_.size()) return error(start, "\"[\" is never closed");
    ++pos_;
    if (negated) bytes.flip();
    bytes.reset(byte_of('/'));
    if (bytes.none()) return error(start, "this set can match nothing: \"/\" is never part of one");
    append_set(bytes);
    return {};
  }

  /// One member of a set, or "a-z".
  tl::expected<void, GlobError> range(std::bitset<256>& bytes) {
    const std::size_t start = pos_;
    const std::uint8_t low = member();
    std::uint8_t high = low;
    if (pos_ + 1 < pattern_.size() && pattern_[pos_] == '-' && pattern_[pos_ + 1] != ']') {
      ++pos_;
      high = member();
    }
    if (high < low) return error(start, "the range \"" + std::string{pattern_.substr(start, pos_ - start)} + "\" runs backwards");
    for (unsigned byte = low; byte <= high; ++byte) bytes.set(byte);
    return {};
  }

  /// A backslash at the end of the pattern stands for itself here: that the set is not closed is said anyway.
  std::uint8_t member() {
    if (pattern_[pos_] == '\\' && pos_ + 1 < pattern_.size()) ++pos_;
    return byte_of(pattern_[pos_++]);
  }

  void append_set(const std::bitset<256>& bytes) {
    wildcard("[");
    for (unsigned low = 0; low < bytes.size(); ++low) {
      if (!bytes.test(low)) continue;
      unsigned high = low;
      while (high + 1 < bytes.size() && bytes.test(high + 1)) ++high;
      append_byte(regex, static_cast<std::uint8_t>(low));
      regex += '-';
      append_byte(regex, static_cast<std::uint8_t>(high));
      low = high;
    }
    regex += ']';
  }

  std::string_view pattern_;
  std::size_t pos_{};
};

std::string_view without_slashes_behind(std::string_view path) { return path.substr(0, path.find_last_not_of('/') + 1); }

}  // namespace

tl::expected<Glob, GlobError> Glob::parse(std::string_view pattern, Reach reach) {
  if (pattern.empty()) return tl::unexpected<GlobError>{{0, "an empty pattern matches nothing"}};
  if (pattern.size() > kMaxPatternBytes) return tl::unexpected<GlobError>{{kMaxPatternBytes, "a pattern has at most 4096 bytes"}};
  Translator translator{pattern};
  if (auto done = translator.run(); !done) return tl::unexpected{std::move(done).error()};

  Glob glob;
  glob.reach_ = reach;
  const bool subtree = reach == Reach::kSubtree;
  if (!translator.wild) {
    glob.literal_ = subtree ? without_slashes_behind(translator.literal) : translator.literal;
    return glob;
  }
  glob.literal_ = std::move(translator.literal);
  re2::RE2::Options options;
  options.set_encoding(re2::RE2::Options::EncodingLatin1);
  options.set_dot_nl(true);
  options.set_log_errors(false);
  options.set_max_mem(kRegexBytes);
  const std::string regex = subtree ? std::string{without_slashes_behind(translator.regex)} + "(?:/.*)?" : translator.regex;
  glob.regex_ = std::make_shared<const re2::RE2>(regex, options);
  if (!glob.regex_->ok()) return tl::unexpected<GlobError>{{0, "the pattern is too complex"}};
  return glob;
}

bool Glob::matches(std::string_view text) const {
  if (!text.starts_with(literal_)) return false;
  if (regex_) return re2::RE2::FullMatch({text.data(), text.size()}, *regex_);
  return text.size() == literal_.size() || (reach_ == Reach::kSubtree && text[literal_.size()] == '/');
}

}  // namespace procledger::rules
