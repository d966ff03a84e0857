// SPDX-License-Identifier: Apache-2.0
#include "base/nearest.hpp"
#include "base/text.hpp"
#include "core/config/value.hpp"

namespace procledger::config {
namespace {

constexpr std::size_t kMaxQuoted = 80;
constexpr std::size_t kMaxWord = 40;  // longer ones are no typing errors

}  // namespace

std::string quoted(std::string_view text) { return "\"" + safe_text(text, kMaxQuoted) + "\""; }

std::string one_of(std::span<const std::string_view> words) {
  if (words.size() == 1) return std::string{words.front()};
  std::string list{"one of "};
  for (std::size_t i = 0; i < words.size(); ++i) list += (i == 0 ? "" : ", ") + std::string{words[i]};
  return list;
}

std::string suggestion(std::string_view word, std::span<const std::string_view> candidates) {
  if (word.size() > kMaxWord) return {};
  const std::string_view near = nearest(word, candidates);
  return near.empty() ? "" : "did you mean " + quoted(near) + "?";
}

}  // namespace procledger::config
