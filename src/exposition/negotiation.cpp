// SPDX-License-Identifier: Apache-2.0
#include "exposition/negotiation.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <tuple>

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

/// The text before the next separator outside quotes. Removes the text and the separator from `rest`.
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

struct Offer {
  Format format;
  std::string_view type;
  std::string_view major;  // type up to the slash
  std::string_view version;
};

// In our order of preference, which counts for "*/*": browsers and curl get plain text.
constexpr std::array kOffers{
    Offer{Format::kText, "text/plain", "text", "0.0.4"},
    Offer{Format::kOpenMetrics, "application/openmetrics-text", "application", "1.0.0"},
    Offer{Format::kOpenMetrics, "application/openmetrics-text", "application", "0.0.1"},
};

/// How specifically `range` names the offer: 3 with its version, 2 by type, 1 by major type, 0 for any type; nullopt if not at all.
std::optional<int> specificity(const HeaderItem& range, const Offer& offer) {
  if (range.value == "*/*" || range.value == "*") return 0;  // a lone "*" is what Java's URLConnection sends
  const auto slash = range.value.find('/');
  if (slash == std::string_view::npos || !same_word(range.value.substr(0, slash), offer.major)) return std::nullopt;
  if (range.value.substr(slash) == "/*") return 1;
  if (!same_word(range.value, offer.type)) return std::nullopt;
  const std::string_view version = range.parameter("version");
  if (!version.empty()) return version == offer.version ? std::optional{3} : std::nullopt;
  return offer.format == Format::kText || offer.version == "0.0.1" ? std::optional{2} : std::nullopt;
}

struct Match {
  const Offer* offer{};
  const HeaderItem* range{};
  int specificity{};
  std::ptrdiff_t position{};

  [[nodiscard]] bool better_than(const Match& other) const {
    return std::tuple{range->q, specificity, -position} > std::tuple{other.range->q, other.specificity, -other.position};
  }
};

/// The most specific range for an offer: its q counts.
std::optional<Match> match(const Offer& offer, const std::vector<HeaderItem>& ranges) {
  std::optional<Match> best;
  for (const auto& range : ranges) {
    const auto exact = specificity(range, offer);
    if (exact && (!best || *exact > best->specificity)) best = Match{&offer, &range, *exact, &range - ranges.data()};
  }
  return best;
}

std::string content_type(const Offer& offer, bool escaping) {
  std::string type{offer.type};
  (type += "; version=") += offer.version;
  type += "; charset=utf-8";
  if (escaping) type += "; escaping=underscores";
  return type;
}

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

Choice choose_format(std::string_view accept) {
  const auto ranges = parse_header_list(accept);
  std::optional<Match> best;
  for (const auto& offer : kOffers) {
    const auto candidate = match(offer, ranges);
    if (candidate && candidate->range->q > 0 && (!best || candidate->better_than(*best))) best = candidate;
  }
  const Offer& offer = best ? *best->offer : kOffers.front();
  return {offer.format, content_type(offer, best && !best->range->parameter("escaping").empty())};
}

bool accepts_gzip(std::string_view accept_encoding) {
  std::optional<double> gzip;
  std::optional<double> identity;
  std::optional<double> any;
  for (const auto& coding : parse_header_list(accept_encoding)) {
    if (same_word(coding.value, "gzip") || same_word(coding.value, "x-gzip")) gzip = coding.q;
    if (same_word(coding.value, "identity")) identity = coding.q;
    if (coding.value == "*") any = coding.q;
  }
  const double wanted = gzip.value_or(any.value_or(0));
  return wanted > 0 && wanted >= identity.value_or(any.value_or(0));
}

}  // namespace procledger::exposition
