// SPDX-License-Identifier: Apache-2.0
#include "exposition/header_list.hpp"

#include <algorithm>
#include <charconv>

namespace procledger::exposition {
namespace {

constexpr std::string_view kBlanks = " \t";

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

std::string_view unquote(std::string_view text) {
  const bool quoted = text.size() >= 2 && text.front() == '"' && text.back() == '"';
  return quoted ? text.substr(1, text.size() - 2) : text;
}

/// The text up to the next separator outside quotes, which is taken off `rest` together with it.
std::string_view next_part(std::string_view& rest, char separator) {
  bool quoted = false;
  std::size_t at = 0;
  for (; at < rest.size() && (quoted || rest[at] != separator); ++at) {
    if (rest[at] == '"') quoted = !quoted;
  }
  const std::string_view part = rest.substr(0, at);
  rest.remove_prefix(std::min(at + 1, rest.size()));
  return trim(part);
}

double parse_q(std::string_view text) {
  double q = 1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), q);
  return error == std::errc{} && end == text.data() + text.size() && q >= 0 && q <= 1 ? q : 1;
}

HeaderItem parse_item(std::string_view text) {
  HeaderItem item{.value = next_part(text, ';'), .parameters = {}};
  while (!text.empty()) {
    std::string_view value = next_part(text, ';');
    const std::string_view name = next_part(value, '=');
    value = unquote(trim(value));
    if (same_word(name, "q")) {
      item.q = parse_q(value);
    } else if (!name.empty()) {
      item.parameters.emplace_back(name, value);
    }
  }
  return item;
}

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

std::string_view HeaderItem::parameter(std::string_view name) const {
  const auto found = std::ranges::find_if(parameters, [name](const auto& each) { return same_word(each.first, name); });
  return found == parameters.end() ? std::string_view{} : found->second;
}

std::vector<HeaderItem> parse_header_list(std::string_view header) {
  std::vector<HeaderItem> items;
  while (!header.empty()) {
    auto item = parse_item(next_part(header, ','));
    if (!item.value.empty()) items.push_back(std::move(item));
  }
  return items;
}

bool same_word(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

}  // namespace procledger::exposition
