// SPDX-License-Identifier: Apache-2.0
// The findings of doctor, as text and as JSON. Pure: reads nothing from the host.
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

/// The facts of the host as {name, value}, in the order of the text. JSON has the same names.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> facts_in_words(const probe::HostFacts& facts);

/// The facts of this host, the assessment of each source, and the result of a trial. `doctor` fills it.
struct Diagnosis {
  probe::HostFacts facts;
  std::array<probe::Assessment, 3> sources;  ///< best first: bpf, taskstats, proc
  std::optional<Result<void>> tried{};       ///< the result of loading and attaching the programs; absent: not tried, bpf is unusable

  /// The best source was tried and works.
  [[nodiscard]] bool well() const { return tried && tried->has_value(); }
};

[[nodiscard]] std::string diagnosis_text(const Diagnosis& diagnosis);
[[nodiscard]] std::string diagnosis_json(const Diagnosis& diagnosis);

/// The likely reason, and a remedy, where the kernel refuses the bpf source although no finding blocks it.
[[nodiscard]] std::string hint_for(const Error& refusal, const probe::HostFacts& facts);

}  // namespace procledger::commands
