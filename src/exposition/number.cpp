// SPDX-License-Identifier: Apache-2.0
#include "exposition/number.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>

namespace procledger::exposition {
namespace {

constexpr double kLargestPlain = 1e15;  // below 2^53, so every whole number is exact

bool plain_integer(double value) {
  return std::abs(value) <= kLargestPlain && value == std::trunc(value) && !(value == 0 && std::signbit(value));
}

template <typename Number>
void append_chars(std::string& out, Number value) {
  std::array<char, 32> buffer{};  // the longest double, -2.2250738585072014e-308, takes 24
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
  out.append(buffer.data(), end);
}

}  // namespace

void append_number(std::string& out, double value) {
  if (std::isnan(value)) {
    out += "NaN";
  } else if (std::isinf(value)) {
    out += value > 0 ? "+Inf" : "-Inf";
  } else if (plain_integer(value)) {
    append_chars(out, static_cast<std::int64_t>(value));  // to_chars(double) would make 100000 "1e+05"
  } else {
    append_chars(out, value);
  }
}

void append_bound(std::string& out, double bound) {
  append_number(out, bound);
  if (plain_integer(bound)) out += ".0";
}

}  // namespace procledger::exposition
