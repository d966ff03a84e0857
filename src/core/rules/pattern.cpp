// SPDX-License-Identifier: Apache-2.0
#include "core/rules/pattern.hpp"

#include <algorithm>
#include <array>
#include <bitset>
#include <cstdint>
#include <utility>
#include <vector>

#include <re2/re2.h>

#include "base/text.hpp"

namespace procledger::rules {
namespace {

/// Bounds the memory of an automaton, which grows with the texts.
constexpr std::int64_t kMaxAutomatonBytes = 1 << 20;
constexpr std::size_t kMaxWeight = 500'000;  // total instructions: some thousand usual patterns, at worst a second of compilation
constexpr std::size_t kWeightOfTooLarge = 20'000;
constexpr std::size_t kMaxMessage = 120;  // bytes shown of RE2's message

constexpr std::size_t kMaxPatternBytes = 16'384;  // RE2's own limit is much larger

re2::StringPiece piece(std::string_view text) { return {text.data(), text.size()}; }

/// Syntax that RE2 cannot support in linear time, or writes differently: first bytes and message.
constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kForeign{{
    {"(?=", "look-ahead is not supported"},
    {"(?!", "look-ahead is not supported"},
    {"(?<=", "look-behind is not supported"},
    {"(?<!", "look-behind is not supported"},
    {"(?<", "write a named group as (?P<name>...)"},
    {"(?P=", "back references are not supported"},
}};

tl::unexpected<SyntaxError> bad_regex(std::size_t offset, std::string_view message, std::string hint = {}) {
  return tl::unexpected<SyntaxError>{{offset, safe_text(message, kMaxMessage), "a regular expression in RE2 syntax", std::move(hint)}};
}

tl::unexpected<SyntaxError> explained(const re2::RE2& regex, std::string_view pattern) {
  constexpr std::size_t kNowhere = std::string_view::npos;
  const std::string& wrong = regex.error_arg();
  std::size_t offset = pattern.find(wrong);
  if (offset == kNowhere) offset = 0;
  if (regex.error_code() != re2::RE2::ErrorBadPerlOp) return bad_regex(offset, regex.error());
  // For "(?P=" RE2 reports only "(?P", with which valid groups begin, too.
  if (wrong == "(?P" && pattern.find("(?P=") != kNowhere) offset = pattern.find("(?P=");
  for (const auto& [start, message] : kForeign) {
    if (!pattern.substr(offset).starts_with(start)) continue;
    return bad_regex(offset, message, message.starts_with("look-") ? "exclude processes with the key not" : "");
  }
  return bad_regex(offset, regex.error());
}

tl::unexpected<SyntaxError> bad_glob(std::size_t offset, std::string message) {
  return tl::unexpected<SyntaxError>{{offset, std::move(message), "a glob", {}}};
}

constexpr std::size_t kMaxGlobBytes = 4096;  // PATH_MAX
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

  tl::expected<void, SyntaxError> run() {
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
          if (pos_ + 1 == pattern_.size()) return bad_glob(pos_, "\"\\\" at the end escapes nothing");
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
  std::string literal;  ///< text before the first wildcard
  bool wild{};

 private:
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

  tl::expected<void, SyntaxError> set() {
    const std::size_t start = pos_++;
    const bool negated = pos_ < pattern_.size() && (pattern_[pos_] == '!' || pattern_[pos_] == '^');
    if (negated) ++pos_;
    std::bitset<256> bytes;
    for (const std::size_t first = pos_; pos_ < pattern_.size() && (pattern_[pos_] != ']' || pos_ == first);) {
      if (auto done = range(bytes); !done) return done;
    }
    if (pos_ >= pattern_.size()) return bad_glob(start, "\"[\" is never closed");
    ++pos_;
    if (negated) bytes.flip();
    bytes.reset(byte_of('/'));
    if (bytes.none()) return bad_glob(start, "this set matches nothing, because a set never contains \"/\"");
    append_set(bytes);
    return {};
  }

  /// One member of a set, or "a-z".
  tl::expected<void, SyntaxError> range(std::bitset<256>& bytes) {
    const std::size_t start = pos_;
    const std::uint8_t low = member();
    std::uint8_t high = low;
    if (pos_ + 1 < pattern_.size() && pattern_[pos_] == '-' && pattern_[pos_ + 1] != ']') {
      ++pos_;
      high = member();
    }
    if (high < low) return bad_glob(start, "the range \"" + std::string{pattern_.substr(start, pos_ - start)} + "\" runs backwards");
    for (unsigned byte = low; byte <= high; ++byte) bytes.set(byte);
    return {};
  }

  /// Takes a backslash at the end of the pattern as itself, because the caller then reports the set that is never closed.
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

tl::expected<Pattern, SyntaxError> Pattern::parse(std::string_view pattern) {
  if (pattern.size() > kMaxPatternBytes) return bad_regex(kMaxPatternBytes, "a pattern has at most 16384 bytes");
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kMaxAutomatonBytes);
  auto regex = std::make_shared<const re2::RE2>(piece(pattern), options);
  if (!regex->ok()) return explained(*regex, pattern);
  return Pattern{std::move(regex)};
}

bool Pattern::found_in(std::string_view text) const { return re2::RE2::PartialMatch(piece(text), *regex_); }

bool Pattern::matches_whole(std::string_view text) const { return re2::RE2::FullMatch(piece(text), *regex_); }

void Pattern::capture(std::string_view text, Captures& captures) const {
  std::vector<re2::StringPiece> caught(static_cast<std::size_t>(regex_->NumberOfCapturingGroups()) + 1);
  if (!regex_->Match(piece(text), 0, text.size(), re2::RE2::UNANCHORED, caught.data(), static_cast<int>(caught.size()))) return;
  const auto& names = regex_->CapturingGroupNames();
  for (std::size_t group = 0; group < caught.size(); ++group) {
    const auto name = names.find(static_cast<int>(group));
    captures[name == names.end() ? "" : name->second] = std::string{caught[group].data(), caught[group].size()};
  }
}

std::optional<std::string> Pattern::first_caught(std::string_view text) const {
  std::vector<re2::StringPiece> caught(groups() + 1);
  if (!regex_->Match(piece(text), 0, text.size(), re2::RE2::UNANCHORED, caught.data(), static_cast<int>(caught.size())))
    return std::nullopt;
  const auto first = std::find_if(caught.begin() + 1, caught.end(), [](const re2::StringPiece& group) { return !group.empty(); });
  if (first == caught.end()) return std::nullopt;
  return std::string{first->data(), first->size()};
}

std::vector<std::string> Pattern::group_names() const {
  std::vector<std::string> names;
  for (const auto& [name, group] : regex_->NamedCapturingGroups()) names.push_back(name);
  return names;
}

std::size_t Pattern::groups() const { return static_cast<std::size_t>(regex_->NumberOfCapturingGroups()); }

std::size_t Pattern::instructions() const { return static_cast<std::size_t>(regex_->ProgramSize()); }

tl::expected<Glob, SyntaxError> Glob::parse(std::string_view pattern, Reach reach) {
  if (pattern.empty()) return bad_glob(0, "an empty pattern matches nothing");
  if (pattern.size() > kMaxGlobBytes) return bad_glob(kMaxGlobBytes, "a pattern has at most 4096 bytes");
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
  options.set_max_mem(kMaxAutomatonBytes);
  const std::string regex = subtree ? std::string{without_slashes_behind(translator.regex)} + "(?:/.*)?" : translator.regex;
  glob.regex_ = std::make_shared<const re2::RE2>(regex, options);
  if (!glob.regex_->ok()) return bad_glob(0, "the pattern is too complex");
  return glob;
}

bool Glob::matches(std::string_view text) const {
  if (!text.starts_with(literal_)) return false;
  if (regex_) return re2::RE2::FullMatch({text.data(), text.size()}, *regex_);
  return text.size() == literal_.size() || (reach_ == Reach::kSubtree && text[literal_.size()] == '/');
}

const tl::expected<Pattern, SyntaxError>& PatternCompiler::regex(const std::string& text) {
  const auto known = regexes_.find(text);
  return known != regexes_.end() ? known->second : regexes_.emplace(text, compile(text)).first->second;
}

tl::expected<Pattern, SyntaxError> PatternCompiler::compile(const std::string& text) {
  if (weight_ > kMaxWeight) return bad_regex(0, "the patterns of this file are too large in total");
  weight_ += text.size();
  auto pattern = Pattern::parse(text);
  if (pattern) {
    weight_ += pattern->instructions();
  } else if (pattern.error().found.starts_with("pattern too large")) {
    weight_ += kWeightOfTooLarge;
  }
  return pattern;
}

const tl::expected<Glob, SyntaxError>& PatternCompiler::glob(const std::string& text, Glob::Reach reach) {
  auto key = std::pair{text, reach};
  const auto known = globs_.find(key);
  return known != globs_.end() ? known->second : globs_.emplace(std::move(key), Glob::parse(text, reach)).first->second;
}

}  // namespace procledger::rules
