// SPDX-License-Identifier: Apache-2.0
#include "commands/cli/flags.hpp"

#include <algorithm>
#include <sstream>

#include "base/duration.hpp"
#include "base/text.hpp"

namespace procledger::commands {
namespace {

constexpr std::string_view kHelp = "--help";

/// "-log.level" as "--log.level"; "-h" and "-" stay.
std::string with_two_dashes(std::string_view name) {
  const bool one_dash = name.size() > 2 && name[0] == '-' && name[1] != '-';
  return (one_dash ? "-" : "") + std::string{name};
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
      return usage(min.count() <= 1 ? "more than 0" : "at least " + in_words(min) + hint);
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
  const std::size_t defaults = target.size();  // the first value that is given replaces them
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
  if (++row.count > 1 && !flag.repeatable && !flag.last_wins) return usage(flag.name + " is there more than once");
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

// In "-children false" the word belongs to a switch, which takes its value by `=` only.
Result<void> FlagTable::read_operand(Rest& rest, const std::string& word, const std::string& before) const {
  const Flag* flag = is_flag(before) ? find(with_two_dashes(before)) : nullptr;
  if (flag != nullptr && flag->value.empty() && parse_bool(word)) {
    return usage("unexpected argument " + in_quotes(word) + ": the value of " + flag->name + " follows \"=\": " + flag->name + "=" + word);
  }
  rest.operands.push_back(word);
  return {};
}

Result<FlagTable::Rest> FlagTable::parse(std::span<const std::string> arguments, Operands operands, const Elsewhere& elsewhere) {
  Rest rest;
  const auto mark = std::ranges::find(arguments, "--");
  rest.marked = mark != arguments.end();
  for (auto at = arguments.begin(); at != mark; ++at) {
    if (!is_flag(*at)) {
      if (operands == Operands::kAtTheEnd) {
        if (rest.marked) return usage("unexpected argument " + in_quotes(*at) + " before --");
        rest.operands.assign(at, arguments.end());
        break;
      }
      if (auto read = read_operand(rest, *at, at == arguments.begin() ? "" : *std::prev(at)); !read) return tl::unexpected{read.error()};
      continue;
    }
    const std::size_t equals = at->find('=');
    const std::string name = with_two_dashes(std::string_view{*at}.substr(0, equals));
    if (name == kHelp || name == "-h") {
      rest.help = true;
      return rest;
    }
    Row* const found = row(name);
    if (found == nullptr) return tl::unexpected{unknown(name, elsewhere)};
    const bool is_switch = found->flag.value.empty();
    std::string value = is_switch ? "true" : "";
    if (equals != std::string::npos) {
      value = at->substr(equals + 1);
    } else if (!is_switch) {
      const auto next = std::next(at);
      if (next == mark || (is_flag(*next) && row(with_two_dashes(*next)) != nullptr)) return usage(found->flag.name + " needs a value");
      value = *++at;
    }
    if (auto taken = take(*found, value); !taken) return tl::unexpected{std::move(taken).error()};
  }
  if (rest.marked) rest.operands.insert(rest.operands.end(), std::next(mark), arguments.end());
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
  return usage(in_quotes(value) + " is none of " + known);
}

TakeValue take_word(std::string& target, std::vector<std::string_view> words) {
  return [&target, words = std::move(words)](const std::string& value) -> Result<void> {
    if (std::ranges::find(words, value) == words.end()) return not_among(value, words);
    target = value;
    return {};
  };
}

Result<void> exclude(bool one, std::string_view this_flag, bool other, std::string_view other_flag) {
  if (one && other) return usage(std::string{this_flag} + " makes no sense with " + std::string{other_flag});
  return {};
}

}  // namespace procledger::commands
