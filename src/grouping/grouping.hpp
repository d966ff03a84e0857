// SPDX-License-Identifier: Apache-2.0
// Names of groups, and which process belongs to which. The first form: by comm, kernel threads apart, forks inherit.
#pragma once

#include <optional>

#include "grouping/group_table.hpp"
#include "grouping/reserved.hpp"
#include "ledger/classifier.hpp"

namespace procledger::grouping {

/// Decides groups for the ledger. Rules from a configuration file will stand between `facts` and the default here.
class Grouping final : public ledger::Classifier {
 public:
  explicit Grouping(Limits limits) : table_{limits} {}

  ledger::Decision decide(const ledger::ProcessFacts& facts) override;
  ledger::Decision unattributed() override;

  [[nodiscard]] GroupTable& table() { return table_; }
  [[nodiscard]] const GroupTable& table() const { return table_; }

 private:
  GroupTable table_;
};

}  // namespace procledger::grouping
