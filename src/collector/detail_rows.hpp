// SPDX-License-Identifier: Apache-2.0
// Rows of threads and processes, for the groups that have such.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/ledger/ledger.hpp"
#include "core/metrics/snapshot.hpp"

namespace procledger::collector {

class DetailRows {
 public:
  /// @param user_name  of an effective uid
  DetailRows(const ledger::Ledger& ledger, const std::function<std::string(std::uint32_t)>& user_name);

  /// Puts those of a group into its row; once for each group.
  /// @param thread_names  whether they are asked for still: the ledger keeps what a group once had
  void move_to(ledger::GroupId group, metrics::GroupRow& row, bool thread_names);

 private:
  const ledger::Ledger& ledger_;
  std::unordered_map<ledger::GroupId, std::vector<metrics::ThreadRow>> threads_;
  std::unordered_map<ledger::GroupId, std::vector<metrics::ProcessRow>> processes_;
};

/// The daemon that a command line names: of Ceph's "osd.3", from `ceph-osd ... --id 3`, `-i 3` or `-n osd.3`; else nothing.
/// @param args  NUL between arguments
[[nodiscard]] std::string ceph_daemon(std::string_view comm, std::string_view args);

}  // namespace procledger::collector
