// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include "core/ledger/classifier.hpp"

namespace procledger::grouping {

inline constexpr std::uint64_t kHour = 3'600'000'000'000;  ///< ns

/// A process with a known comm and no other known attributes.
inline ledger::ProcessFacts named(std::string_view comm) {
  ledger::ProcessFacts facts;
  facts.comm = comm;
  return facts;
}

}  // namespace procledger::grouping
