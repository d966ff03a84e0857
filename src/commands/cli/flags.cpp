// SPDX-License-Identifier: Apache-2.0
#include "commands/cli/flags.hpp"

#include <algorithm>
#include <sstream>

#include "base/duration.hpp"
#include "base/text.hpp"

namespace procledger::commands {
namespace {

constexpr std::string_view kHelp = "--help";

/// "-log.level" becomes "--log.level"; "-h" and "-" stay.
std::string with_two_dashes(std::string_view name) {
  const bool one_dash = name.size() > 2 && name[0] == '-' && name[1] != '-';
  return (one_dash ? "-" : "") + std::string{name};
}

bool is_number(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

bool is_flag(std::string_view argument) { return argument.size() > 1 && argument[0] == '-'; }

std::string in_words(std::chrono::milliseconds time) {
  const auto count = time.count();
  return count % 1000 == 0 ? std::to_string(count / 1000) + "s" : std::to_string(count) + "ms";
}

template <typename Target>
TakeValue duration_into(Target& target, std::chrono::milliseconds min, std::string_view or_zero) {
  return [&target, min, or_zero](const std::string& value) -> Result<void> {
    const auto duration = parse_duration(value);
    if (!duration) return tl::unexpected{duration.error()};
    const bool zero = duration->count() == 0;
    if (zero ? or_zero.empty() : *duration < min) {
      const std::string hint = or_zero.empty() ? "" : ", or 0 " + std::string{or_zero};
      return usage(min.count() <= 1 ? "must be more than 0" : "must be at least " + in_words(min) + hint);
    }
    target = *duration;
    return {};
  };
}

}  // namespace

std::vector<std::string> Flag::choices() const {
  std::vector<std::string> found;
  if (value.find('|') == std::string::npos) return found;
  std::istringstream words{value};
  for (std::string word; std::getline(words, word, '|');) found.push_back(word);
  return found;
}

void FlagTable::add(Flag flag, TakeValue take) {
  flag.heading = heading_;
  rows_.push_back({.flag = std::move(flag), .take = std::move(take), .need = needs_.size()});
}

void FlagTable::add(Flag flag, bool& target) {
  add(std::move(flag), [&target](const std::string& value) -> Result<void> {
    const auto parsed = parse_bool(value);
    if (!parsed) return usage(in_quotes(value) + " is neither true nor false");
    target = *parsed;
    return {};
  });
}

void FlagTable::add(Flag flag, std::string& target) {
  flag.fallback = target;
  add(std::move(flag), [&target](const std::string& value) -> Result<void> {
    target = value;
    return {};
  });
}

void FlagTable::add(Flag flag, std::vector<std::string>& target) {
  flag.repeatable = true;
  const std::size_t defaults = target.size();  // the first given value replaces the defaults
  if (defaults == 1) flag.fallback = target.front();
  add(std::move(flag), [&target, pending = defaults > 0](const std::string& value) mutable -> Result<void> {
    if (std::exchange(pending, false)) target.clear();
    target.push_back(value);
    return {};
  });
}

FlagTable::Row* FlagTable::row(std::string_view name) {
  const auto found = std::ranges::find_if(rows_, [name](const Row& row) { return row.flag.name == name || row.flag.short_name == name; });
  return found == rows_.end() || name.empty() ? nullptr : &*found;
}

const Flag* FlagTable::find(std::string_view name) const {
  const auto found = std::ranges::find_if(rows_, [name](const Row& row) { return row.flag.name == name || row.flag.short_name == name; });
  return found == rows_.end() || name.empty() ? nullptr : &found->flag;
}

bool FlagTable::given(std::string_view name) const {
  return std::ranges::any_of(rows_, [name](const Row& row) { return row.flag.name == name && row.count > 0; });
}

std::string_view FlagTable::first_given(std::span<const std::string_view> names) const {
  const auto found = std::ranges::find_if(names, [this](std::string_view name) { return given(name); });
  return found == names.end() ? std::string_view{} : *found;
}

std::vector<Flag> FlagTable::flags() const {
  std::vector<Flag> flags(rows_.size());
  std::ranges::transform(rows_, flags.begin(), &Row::flag);
  return flags;
}

Error FlagTable::unknown(const std::string& name, const Elsewhere& elsewhere) const {
  if (name == kHelp) return {ErrorKind::kUsage, "--help takes no value"};
  if (const std::string owner = elsewhere ? elsewhere(name) : ""; !owner.empty()) return {ErrorKind::kUsage, owner};
  std::vector<std::string_view> known{kHelp};
  for (const Row& row : rows_) {
    if (!row.flag.hidden) known.push_back(row.flag.name);
  }
  const std::string_view hint = nearest(name, known);
  return {ErrorKind::kUsage, "unknown flag " + name + (hint.empty() ? "; see --help" : "; did you mean " + std::string{hint} + "?")};
}

Result<void> FlagTable::take(Row& row, const std::string& value) {
  const Flag& flag = row.flag;
  if (value.empty() && !flag.may_be_empty) return usage(flag.name + " needs a value");
  if (++row.count > 1 && !flag.repeatable && !flag.last_wins) return usage(flag.name + " is given more than once");
  auto taken = row.take(value);
  if (!taken) return tl::unexpected{std::move(taken).error().within(flag.name)};
  return {};
}

Result<void> FlagTable::check_needs() const {
  for (const Row& row : rows_) {
    if (row.count == 0 || row.need == 0) continue;
    const Need& need = needs_[row.need - 1];
    if (!need.holds()) return usage(row.flag.name + " needs " + need.hint);
  }
  return {};
}

// In "-children false" the word "false" is meant for a switch, but a switch takes its value only after `=`.
Result<void> FlagTable::read_operand(Rest& rest, const std::string& word, const std::string& before) const {
  const Flag* flag = is_flag(before) ? find(with_two_dashes(before)) : nullptr;
  if (flag != nullptr && flag->value.empty() && parse_bool(word)) {
    return usage("unexpected argument " + in_quotes(word) + ": the value of " + flag->name + " follows \"=\": " + flag->name + "=" + word);
  }
  rest.operands.push_back(word);
  return {};
}

Result<std::size_t> FlagTable::read_flag(std::span<const std::string> arguments, const Elsewhere& elsewhere) {
  const std::string& argument = arguments.front();
  const std::string_view behind_short = std::string_view{argument}.substr(2);
  if (Row* const counted = row(argument.substr(0, 2)); counted != nullptr && is_number(behind_short)) {  // -r5
    return take(*counted, std::string{behind_short}).map([] { return std::size_t{1}; });
  }
  const std::size_t equals = argument.find('=');
  const std::string name = with_two_dashes(std::string_view{argument}.substr(0, equals));
  Row* const found = row(name);
  if (found == nullptr) return tl::unexpected{unknown(name, elsewhere)};
  if (equals != std::string::npos) return take(*found, argument.substr(equals + 1)).map([] { return std::size_t{1}; });
  if (found->flag.value.empty()) return take(*found, "true").map([] { return std::size_t{1}; });
  const bool no_value =
      arguments.size() < 2 || (is_flag(arguments[1]) && row(with_two_dashes(arguments[1].substr(0, arguments[1].find('=')))) != nullptr);
  if (no_value) return usage(found->flag.name + " needs a value");
  return take(*found, arguments[1]).map([] { return std::size_t{2}; });
}

Result<FlagTable::Rest> FlagTable::parse(std::span<const std::string> arguments, Operands operands, const Elsewhere& elsewhere) {
  Rest rest;
  const auto mark = static_cast<std::size_t>(std::ranges::find(arguments, "--") - arguments.begin());
  rest.marked = mark < arguments.size();
  for (std::size_t at = 0; at < mark;) {
    const std::string& word = arguments[at];
    if (with_two_dashes(word) == kHelp || word == "-h") {
      rest.help = true;
      return rest;
    }
    if (is_flag(word)) {
      const auto words = read_flag(arguments.subspan(at, mark - at), elsewhere);
      if (!words) return tl::unexpected{words.error()};
      at += *words;
      continue;
    }
    if (operands == Operands::kAtTheEnd) {
      if (rest.marked) return usage("unexpected argument " + in_quotes(word) + " before --");
      rest.operands.assign(arguments.begin() + static_cast<std::ptrdiff_t>(at), arguments.end());
      break;
    }
    if (auto read = read_operand(rest, word, at == 0 ? "" : arguments[at - 1]); !read) return tl::unexpected{std::move(read).error()};
    ++at;
  }
  if (rest.marked) rest.operands.insert(rest.operands.end(), arguments.begin() + static_cast<std::ptrdiff_t>(mark) + 1, arguments.end());
  if (auto fit = check_needs(); !fit) return tl::unexpected{std::move(fit).error()};
  return rest;
}

std::optional<bool> parse_bool(std::string_view text) {
  constexpr std::array<std::string_view, 6> kTrue{"1", "t", "T", "true", "TRUE", "True"};
  constexpr std::array<std::string_view, 6> kFalse{"0", "f", "F", "false", "FALSE", "False"};
  if (std::ranges::find(kTrue, text) != kTrue.end()) return true;
  if (std::ranges::find(kFalse, text) != kFalse.end()) return false;
  return std::nullopt;
}

TakeValue take_duration(std::chrono::milliseconds& target, std::chrono::milliseconds min, std::string_view or_zero) {
  return duration_into(target, min, or_zero);
}

TakeValue take_duration(std::optional<std::chrono::milliseconds>& target, std::chrono::milliseconds min, std::string_view or_zero) {
  return duration_into(target, min, or_zero);
}

tl::unexpected<Error> not_among(const std::string& value, const std::vector<std::string_view>& words) {
  std::string known;
  for (const std::string_view word : words) (known += known.empty() ? "" : ", ") += word;
  return usage(in_quotes(value) + " is not one of " + known);
}

TakeValue take_word(std::string& target, std::vector<std::string_view> words) {
  return [&target, words = std::move(words)](const std::string& value) -> Result<void> {
    if (std::ranges::find(words, value) == words.end()) return not_among(value, words);
    target = value;
    return {};
  };
}

Result<void> exclude(bool one, std::string_view this_flag, bool other, std::string_view other_flag) {
  if (one && other) return usage(std::string{this_flag} + " cannot be combined with " + std::string{other_flag});
  return {};
}

}  // namespace procledger::commands
