// SPDX-License-Identifier: Apache-2.0
// A store of a ledger in memory: copies all tables of one ledger, and fills the tables of another ledger, which shares no object with the
// first.
#pragma once

#include <any>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/ledger/ledger.hpp"

namespace procledger::test {

class TableCopy {
 public:
  /// @param from  a Ledger or HostLedger
  template <typename From>
  explicit TableCopy(const From& from) {
    auto list = [this](std::string_view name, const auto& table) { take(name, table); };
    from.visit_tables(list);
  }

  /// Fills each table of `to`, once.
  /// @return  the names of the tables that this copy lacks, or that `to` does not have
  template <typename To>
  std::vector<std::string> fill(To& to) {
    std::vector<std::string> missing;
    auto put = [&](std::string_view name, auto& table) {
      const auto copy = tables_.find(name);
      if (copy == tables_.end()) return missing.emplace_back(name), void();
      give(copy->second, table);
      tables_.erase(copy);
    };
    to.visit_tables(put);
    for (const auto& [name, table] : tables_) missing.push_back(name);
    return missing;
  }

 private:
  template <typename Table>
  void take(std::string_view name, const Table& table) {
    if constexpr (requires { table.visit([](const auto&) {}); }) {
      std::vector<ledger::RetiredProcess> records;
      table.visit([&](const auto& record) { records.push_back(record); });
      tables_.emplace(name, std::move(records));
    } else {
      tables_.emplace(name, own(table));
    }
  }

  template <typename Table>
  static void give(std::any& copy, Table& table) {
    if constexpr (requires { table.visit([](const auto&) {}); }) {
      table.clear();
      for (const ledger::RetiredProcess& record : std::any_cast<const std::vector<ledger::RetiredProcess>&>(copy)) table.add(record);
    } else {
      table = std::any_cast<Table&&>(std::move(copy));
    }
  }

  // The same value, with copies in place of the processes.
  template <typename Value>
  Value own(const Value& value) {
    if constexpr (requires { typename Value::mapped_type; }) {
      Value copy;
      for (const auto& [key, row] : value) copy.emplace(key, own(row));
      return copy;
    } else {
      return value;
    }
  }
  std::vector<ledger::ProcessPtr> own(const std::vector<ledger::ProcessPtr>& processes) {
    std::vector<ledger::ProcessPtr> copy;
    for (const ledger::ProcessPtr& process : processes) copy.push_back(own(process));
    return copy;
  }
  std::vector<std::pair<ledger::ProcessPtr, event::Observation>> own(
      const std::vector<std::pair<ledger::ProcessPtr, event::Observation>>& threads) {
    auto copy = threads;
    for (auto& [process, seen] : copy) process = own(process);
    return copy;
  }
  ledger::Task own(const ledger::Task& task) {
    ledger::Task copy{task};
    copy.process = own(task.process);
    return copy;
  }
  ledger::SourceHandover::OldTask own(const ledger::SourceHandover::OldTask& old) { return {.id = old.id, .task = own(old.task)}; }
  ledger::LiveSeries::Entry own(const ledger::LiveSeries::Entry& entry) {
    ledger::LiveSeries::Entry copy{entry};
    if (entry.row.owner) copy.row.owner = own(std::const_pointer_cast<ledger::Process>(entry.row.owner));
    return copy;
  }
  ledger::ProcessPtr own(const ledger::ProcessPtr& process) {
    if (!process) return nullptr;
    ledger::ProcessPtr& copy = processes_[process.get()];
    if (copy) return copy;
    copy = std::make_shared<ledger::Process>(*process);
    copy->end = {};
    ledger::EndOfLife::fields(copy->end) = ledger::EndOfLife::fields(process->end);
    if (process->parent) copy->parent = own(std::const_pointer_cast<ledger::Process>(process->parent));
    return copy;
  }

  std::map<std::string, std::any, std::less<>> tables_;
  std::map<const ledger::Process*, ledger::ProcessPtr> processes_;
};

}  // namespace procledger::test
