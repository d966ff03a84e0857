// SPDX-License-Identifier: Apache-2.0
// Names of groups, and which process belongs to which. The first form: by comm, kernel threads apart, forks inherit.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "grouping/group_table.hpp"
#include "ledger/classifier.hpp"

namespace procledger::grouping {

inline constexpr std::string_view kKernelGroup = "(kernel)";
inline constexpr std::string_view kUnattributedGroup = "(unattributed)";
inline constexpr std::string_view kOtherGroup = "(other)";

/// Decides groups for the ledger. Rules from a configuration file will stand between `facts` and the default here.
class Grouping final : public ledger::Classifier {
 public:
  explicit Grouping(Limits limits) : table_{limits} {}

  ledger::Decision decide(const ledger::ProcessFacts& facts, std::optional<ledger::GroupId> parents) override;
  ledger::Decision unattributed() override;

  [[nodiscard]] GroupTable& table() { return table_; }
  [[nodiscard]] const GroupTable& table() const { return table_; }

 private:
  GroupTable table_;
};

}  // namespace procledger::grouping
