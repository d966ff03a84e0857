// SPDX-License-Identifier: Apache-2.0
#include "core/config/flags.hpp"

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/text.hpp"
#include "core/config/regexes.hpp"

namespace procledger::config {
namespace {

constexpr std::size_t kMaxMessage = 120;
constexpr std::string_view kCapture = "mapped";

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> parts;
  if (text.empty()) return parts;
  for (std::size_t start = 0; start <= text.size();) {
    const std::size_t end = std::min(text.find(',', start), text.size());
    parts.emplace_back(text.substr(start, end - start));
    start = end + 1;
  }
  return parts;
}

/// comm -> pattern. A comm that comes twice keeps the last pattern, as there.
Result<std::map<std::string, std::string>> parse_mapping(std::string_view text) {
  std::map<std::string, std::string> mapping;
  Regexes regexes;
  auto parts = split(text);
  if (parts.size() % 2 == 1) return fail(ErrorKind::kUsage, "names and patterns must come in pairs: comm,regex,comm,regex");
  for (std::size_t i = 0; i < parts.size(); i += 2) {
    if (parts[i].empty() || parts[i + 1].empty()) return fail(ErrorKind::kUsage, "a name or a pattern is empty");
    const Regex& regex = regexes.of(parts[i + 1]);
    if (!regex.ok) {
      return fail(ErrorKind::kUsage,
                  "the pattern \"" + safe_text(parts[i + 1], kMaxMessage) + "\": " + safe_text(regex.error, kMaxMessage));
    }
    if (regex.groups == 0) {
      return fail(ErrorKind::kUsage, "the pattern \"" + safe_text(parts[i + 1], kMaxMessage) +
                                         "\" captures nothing, so that it gives no name; put what is wanted in parentheses");
    }
    mapping[std::move(parts[i])] = std::move(parts[i + 1]);
  }
  return mapping;
}

}  // namespace

Result<rules::RuleBook> rule_book_of_flags(std::string_view names, std::string_view mapping) {
  const auto mapped = parse_mapping(mapping);
  if (!mapped) return tl::unexpected{Error{mapped.error()}.within("-namemapping")};

  rules::RuleBook book;
  book.fallback = std::nullopt;
  for (const auto& [comm, pattern] : *mapped) {
    rules::Rule rule;
    rule.name = "{{.Comm}}:{{.Matches." + std::string{kCapture} + "}}";
    rule.match.comm = {comm};
    rule.match.cmdline = {pattern};
    rule.first_capture = kCapture;
    book.rules.push_back(std::move(rule));
  }
  rules::Rule plain;
  plain.name = "{{.Comm}}";
  std::set<std::string> seen;
  for (std::string& name : split(names)) {
    if (name.empty() || mapped->contains(name) || !seen.insert(name).second) continue;
    plain.match.comm.push_back(std::move(name));
  }
  if (!plain.match.comm.empty()) book.rules.push_back(std::move(plain));
  return book;
}

}  // namespace procledger::config
