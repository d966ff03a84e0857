// SPDX-License-Identifier: Apache-2.0
#include "core/rules/template.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <system_error>
#include <utility>

#include "base/text.hpp"

namespace procledger::rules {
namespace {

constexpr std::string_view kNoValue = "<no value>";  // Go's text for a key that is not in a map

template <typename... Visitors>
struct Overloaded : Visitors... {
  using Visitors::operator()...;
};
template <typename... Visitors>
Overloaded(Visitors...) -> Overloaded<Visitors...>;

/// Prints like Go prints a slice of strings: "[a b]".
std::string slice_text(const std::vector<std::string>& items) {
  std::string text = "[";
  std::string_view separator;
  for (const std::string& item : items) {
    text.append(separator).append(item);
    separator = " ";
  }
  return text + ']';
}

/// Prints like Go prints a map of strings: "map[a:1 b:2]", keys in byte order.
std::string map_text(const Captures& captures) {
  std::string text = "map[";
  std::string_view separator;
  for (const auto& [name, value] : captures) {
    text.append(separator).append(name).append(":").append(value);
    separator = " ";
  }
  return text + ']';
}

std::string whole_text(Field field, const FieldSource& source) {
  switch (field) {
    case Field::kMatches:
      return map_text(source.captures());
    case Field::kCgroups:
      return slice_text(source.slice(field));
    default:
      return source.scalar(field);
  }
}

constexpr std::string_view kBlanks = " \t\r\n";
constexpr std::string_view kOpen = "{{";
constexpr std::string_view kClose = "}}";
constexpr std::size_t kShownBytes = 40;  // bytes of the template shown in an error

constexpr std::string_view kAnyForm = "a field such as {{.Comm}}, {{.Matches.name}} or {{index .Cgroups 0}}";
constexpr std::array<std::string_view, 10> kControls{"if",     "else",     "end",   "range", "with",
                                                     "define", "template", "block", "break", "continue"};
constexpr std::array<std::string_view, 19> kFunctions{"and", "call", "html", "js", "len", "not", "or",    "print",    "printf", "println",
                                                      "eq",  "ge",   "gt",   "le", "lt",  "ne",  "slice", "urlquery", "index"};

bool is_blank(char c) { return kBlanks.find(c) != std::string_view::npos; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
/// Every byte beyond ASCII counts as part of a word, without a check for letters.
bool is_word(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

template <std::size_t N>
bool is_among(const std::array<std::string_view, N>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::string lower(std::string_view text) {
  std::string out{text};
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

/// The field with the most similar name; empty when no name is similar.
std::string_view nearest_field(std::string_view word) {
  const auto same = std::find_if(kFieldNames.begin(), kFieldNames.end(), [&](auto name) { return lower(name) == lower(word); });
  return same != kFieldNames.end() ? *same : nearest(word, kFieldNames);
}

std::string all_fields() {
  std::string text = "one of";
  for (const std::string_view name : kFieldNames) text.append(" .").append(name);
  return text;
}

}  // namespace

std::string_view field_name(Field field) { return kFieldNames[static_cast<std::size_t>(field)]; }

std::string Template::render(const FieldSource& source) const {
  std::string out;
  const auto append = Overloaded{
      [&](const Text& part) {
        out += part.text;
        return true;
      },
      [&](const Whole& part) {
        out += whole_text(part.field, source);
        return true;
      },
      [&](const Capture& part) {
        const auto found = source.captures().find(part.name);
        out += found == source.captures().end() ? kNoValue : std::string_view{found->second};
        return true;
      },
      [&](const Indexed& part) {
        const std::vector<std::string> items = source.slice(part.field);
        if (part.index >= items.size()) return false;
        out += items[part.index];
        return true;
      },
  };
  for (const Part& part : parts_) {
    if (!std::visit(append, part)) break;
  }
  return out;
}

bool Template::uses(Field field) const {
  const auto names_it = Overloaded{
      [](const Text&) { return false; },
      [&](const Whole& part) { return part.field == field; },
      [&](const Capture&) { return field == Field::kMatches; },
      [&](const Indexed& part) { return part.field == field; },
  };
  return std::any_of(parts_.begin(), parts_.end(), [&](const Part& part) { return std::visit(names_it, part); });
}

std::vector<std::string> Template::captures() const {
  std::vector<std::string> names;
  for (const Part& part : parts_) {
    if (const auto* capture = std::get_if<Capture>(&part)) names.push_back(capture->name);
  }
  return names;
}

class TemplateParser {
 public:
  explicit TemplateParser(std::string_view text) : text_{text} {}

  tl::expected<Template, SyntaxError> run() {
    while (pos_ < text_.size()) {
      const std::size_t open = text_.find(kOpen, pos_);
      add_text(open);
      if (open == std::string_view::npos) break;
      if (auto done = action(open); !done) return tl::unexpected{std::move(done).error()};
    }
    return std::move(result_);
  }

 private:
  using Status = tl::expected<void, SyntaxError>;

  /// "{{- " removes the blanks before it, " -}}" removes the blanks after it.
  [[nodiscard]] bool trims_before(std::size_t open) const {
    return open + 3 < text_.size() && text_[open + 2] == '-' && is_blank(text_[open + 3]);
  }

  void add_text(std::size_t open) {
    std::string_view text = text_.substr(pos_, open == std::string_view::npos ? open : open - pos_);
    if (trim_next_) text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
    if (open != std::string_view::npos && trims_before(open)) text = text.substr(0, text.find_last_not_of(kBlanks) + 1);
    if (!text.empty()) result_.parts_.emplace_back(Template::Text{std::string{text}});
    trim_next_ = false;
  }

  Status action(std::size_t open) {
    open_ = open;
    pos_ = open + kOpen.size() + (trims_before(open) ? 1 : 0);
    skip_blanks();
    auto part = expression();
    if (!part) return tl::unexpected{std::move(part).error()};
    if (auto closed = close(); !closed) return closed;
    result_.parts_.push_back(*std::move(part));
    return {};
  }

  tl::expected<Template::Part, SyntaxError> expression() {
    if (pos_ >= text_.size()) return fail_open();
    if (at(kClose) || at("-}}")) return fail_at(pos_, std::string{kAnyForm});
    if (text_[pos_] == '.') return field_expression();
    if (word_at(pos_) == "index") return index_expression();
    const std::string_view word = word_at(pos_);
    std::string hint = hint_for_other();
    if (const auto meant = nearest_field(word); hint.empty() && !word.empty() && !meant.empty()) {
      hint = "did you mean {{." + std::string{meant} + "}}?";
    }
    return fail_at(pos_, std::string{kAnyForm}, std::move(hint));
  }

  tl::expected<Template::Part, SyntaxError> field_expression() {
    const auto field = this->field();
    if (!field) return tl::unexpected{field.error()};
    if (pos_ >= text_.size() || text_[pos_] != '.') return Template::Whole{*field};
    const std::string_view name = word_at(pos_ + 1);
    if (*field != Field::kMatches) return fail_at(pos_, std::string{kClose}, "only .Matches can be followed by a name");
    if (name.empty()) return fail_at(pos_, "the name of a capture");
    if (is_digit(name[0])) {
      return fail_at(pos_, "the name of a capture", "captures have no numbers: name the capture in the pattern, (?P<name>...)");
    }
    pos_ += 1 + name.size();
    return Template::Capture{std::string{name}};
  }

  tl::expected<Template::Part, SyntaxError> index_expression() {
    pos_ += std::string_view{"index"}.size();
    skip_blanks();
    const std::size_t start = pos_;
    if (!at(".")) return fail_at(pos_, "a list: .Cgroups");
    const auto field = this->field();
    if (!field) return tl::unexpected{field.error()};
    if (*field == Field::kMatches) return fail_at(start, "a list: .Cgroups", "write a capture as {{.Matches.name}}");
    if (*field != Field::kCgroups) return fail_at(start, "a list: .Cgroups", "." + std::string{field_name(*field)} + " is a single value");
    skip_blanks();
    const std::string_view digits = word_at(pos_);
    std::size_t index = 0;
    const auto [end, error] = std::from_chars(digits.begin(), digits.end(), index);
    if (digits.empty() || error != std::errc{} || end != digits.end()) return fail_at(pos_, "a number, 0 for the first");
    pos_ += digits.size();
    return Template::Indexed{*field, index};
  }

  /// Parses ".Name". The caller has seen the dot.
  tl::expected<Field, SyntaxError> field() {
    const std::string_view name = word_at(pos_ + 1);
    const auto field = field_of(name);
    if (!field) {
      const std::string_view meant = name.empty() ? "" : nearest_field(name);
      return fail_at(pos_, all_fields(), meant.empty() ? "" : "did you mean ." + std::string{meant} + "?");
    }
    pos_ += 1 + name.size();
    return *field;
  }

  Status close() {
    const std::size_t end_of_expression = pos_;
    skip_blanks();
    if (pos_ >= text_.size()) return fail_open();
    if (at("-}}") && pos_ > end_of_expression) {
      trim_next_ = true;
      ++pos_;
    }
    if (at(kClose)) {
      pos_ += kClose.size();
      return {};
    }
    if (at("-}}")) return fail_at(pos_, std::string{kClose}, "put a blank before -}}");
    return fail_at(pos_, std::string{kClose}, hint_for_other());
  }

  /// A hint why the text at pos_ is not supported, for Go's forms that procledger does not have; else empty.
  [[nodiscard]] std::string hint_for_other() const {
    const std::string_view word = word_at(pos_);
    if (at("|")) return "pipelines are not supported";
    if (at("/*") || at("- /*")) return "comments are not supported";
    if (at("$") || at(":=")) return "variables are not supported";
    if (is_among(kControls, word)) return "control structures are not supported: write one rule for each case";
    if (is_among(kFunctions, word)) return "functions are not supported";
    return at("(") || at("\"") || at("`") ? "functions and their arguments are not supported" : "";
  }

  [[nodiscard]] bool at(std::string_view token) const { return text_.substr(std::min(pos_, text_.size())).starts_with(token); }

  [[nodiscard]] std::string_view word_at(std::size_t start) const {
    std::size_t end = start;
    while (end < text_.size() && is_word(text_[end])) ++end;
    return text_.substr(std::min(start, text_.size()), end - start);
  }

  void skip_blanks() {
    while (pos_ < text_.size() && is_blank(text_[pos_])) ++pos_;
  }

  /// The text from `offset` to the next blank or closing braces.
  [[nodiscard]] std::string found_at(std::size_t offset) const {
    std::string_view rest = text_.substr(offset);
    if (rest.starts_with(kClose)) return std::string{kClose};
    rest = rest.substr(0, rest.find(kClose));
    return std::string{rest.substr(0, std::min(rest.find_first_of(kBlanks, 1), kShownBytes))};
  }

  [[nodiscard]] tl::unexpected<SyntaxError> fail_at(std::size_t offset, std::string expected, std::string hint = "") const {
    return tl::unexpected<SyntaxError>{{offset, found_at(offset), std::move(expected), std::move(hint)}};
  }

  [[nodiscard]] tl::unexpected<SyntaxError> fail_open() const {
    return tl::unexpected<SyntaxError>{{open_, std::string{text_.substr(open_, kShownBytes)}, std::string{kClose}, "{{ is never closed"}};
  }

  std::string_view text_;
  std::size_t pos_{};
  std::size_t open_{};  ///< offset of the opening braces of this action
  bool trim_next_{};    ///< the last action removes the blanks after it
  Template result_;
};

tl::expected<Template, SyntaxError> Template::parse(std::string_view text) { return TemplateParser{text}.run(); }

}  // namespace procledger::rules
