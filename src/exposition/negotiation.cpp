// SPDX-License-Identifier: Apache-2.0
#include "exposition/negotiation.hpp"

#include <array>
#include <optional>
#include <tuple>

#include "exposition/header_list.hpp"

namespace procledger::exposition {
namespace {

struct Offer {
  Format format;
  std::string_view type;
  std::string_view major;  // type up to the slash
  std::string_view version;
};

// In the order of our own liking, which decides for "*/*": people with a browser or curl get plain text.
constexpr std::array kOffers{
    Offer{Format::kText, "text/plain", "text", "0.0.4"},
    Offer{Format::kOpenMetrics, "application/openmetrics-text", "application", "1.0.0"},
    Offer{Format::kOpenMetrics, "application/openmetrics-text", "application", "0.0.1"},
};

/// How exactly `range` names the offer: 3 with its version, 2 by type, 1 by major type, 0 for any; nullopt when it does not.
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

/// The most exact range for an offer is the one whose q counts.
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
