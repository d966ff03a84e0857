// SPDX-License-Identifier: Apache-2.0
// What doctor found, as text for people and as JSON for machines. Pure.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "sources/probe/assessment.hpp"
#include "sources/probe/host_facts.hpp"

namespace procledger::commands {

// Facts in words.

/// {name, value} in the order in which they are shown. The names are those of the JSON, too.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> facts_in_words(const probe::HostFacts& facts);

struct Diagnosis {
  probe::HostFacts facts;
  std::array<probe::Assessment, 3> sources;
  std::optional<Result<void>> tried{};  ///< loading and attaching the programs; absent: it made no sense

  /// The best source has been tried and works.
  [[nodiscard]] bool well() const { return tried && tried->has_value(); }
};

[[nodiscard]] std::string diagnosis_text(const Diagnosis& diagnosis);
[[nodiscard]] std::string diagnosis_json(const Diagnosis& diagnosis);

/// What a refusal of the kernel may be due to although nothing that can be seen stands in the way.
[[nodiscard]] std::string hint_for(const Error& refusal, const probe::HostFacts& facts);

}  // namespace procledger::commands
