// SPDX-License-Identifier: Apache-2.0
// Rows of threads and processes, for the groups that ask for such series.
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

/// Reads the ledger's series of threads and processes once and hands each group its rows. The pipeline makes one for each snapshot.
class DetailRows {
 public:
  /// @param user_name  name of an effective uid
  DetailRows(const ledger::Ledger& ledger, const std::function<std::string(std::uint32_t)>& user_name);

  /// Moves the rows of `group` into `row`. Call it once for each group.
  /// @param thread_names  whether the rules still ask for them; the ledger keeps thread names that a group once had
  void move_to(ledger::GroupId group, metrics::GroupRow& row, bool thread_names);

 private:
  const ledger::Ledger& ledger_;
  std::unordered_map<ledger::GroupId, std::vector<metrics::ThreadRow>> threads_;
  std::unordered_map<ledger::GroupId, std::vector<metrics::ProcessRow>> processes_;
};

/// The daemon that a Ceph command line names: "osd.3" from `ceph-osd ... --id 3`, `-i 3` or `-n osd.3`. Empty for other programs.
/// @param args  arguments, separated by NUL
[[nodiscard]] std::string ceph_daemon(std::string_view comm, std::string_view args);

}  // namespace procledger::collector
