// SPDX-License-Identifier: Apache-2.0
// The accounts of all groups, and the usage of their threads by name.
#pragma once

#include <vector>

#include "core/ledger/account.hpp"
#include "core/ledger/classifier.hpp"
#include "core/ledger/series.hpp"

namespace procledger::ledger {

/// Owns one account for each group id. Each part of the ledger writes its own fields of an account, as account.hpp says; code outside the
/// ledger writes none. Invariant: `open` has created an account before any other call uses its id. An account starts from zero when its id
/// goes to another group.
class AccountTable {
 public:
  /// The account of a decision's group. The account starts from zero if the id is new or belonged to a dropped group.
  Account& open(const Decision& decision) {
    if (decision.group >= accounts_.size()) accounts_.resize(decision.group + std::size_t{1});
    Account& account = accounts_[decision.group];
    if (decision.fresh) {
      account = Account{};
      thread_names_.forget(decision.group);
    }
    account.series = decision.series;
    return account;
  }

  [[nodiscard]] Account& operator[](GroupId group) { return accounts_[group]; }
  [[nodiscard]] const Account& operator[](GroupId group) const { return accounts_[group]; }
  [[nodiscard]] const std::vector<Account>& all() const { return accounts_; }
  [[nodiscard]] auto begin() { return accounts_.begin(); }
  [[nodiscard]] auto end() { return accounts_.end(); }

  [[nodiscard]] ThreadNames& thread_names() { return thread_names_; }
  [[nodiscard]] const ThreadNames& thread_names() const { return thread_names_; }

  /// As Ledger::visit_tables.
  template <typename Self, typename Visit>
  static void visit_tables(Self& self, Visit& visit) {
    visit("accounts", self.accounts_);
    ThreadNames::visit_tables(self.thread_names_, visit);
  }

 private:
  std::vector<Account> accounts_;
  ThreadNames thread_names_;
};

}  // namespace procledger::ledger
