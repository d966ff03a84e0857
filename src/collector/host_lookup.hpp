// SPDX-License-Identifier: Apache-2.0
// Answers the questions of rules from files of this host.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/rules/process_attributes.hpp"
#include "host/container/containers.hpp"
#include "host/procfs/users.hpp"

namespace procledger::collector {

/// Looks up users, programs, pidfiles and cgroups for rules. Owns the caches of users, containers and pidfiles. Only the collector's
/// thread calls it.
class FileHostLookup final : public rules::HostLookup {
 public:
  /// @param procfs  mount point of procfs
  /// @param passwd  file with the names of users
  FileHostLookup(std::string procfs, std::string passwd, container::Containers containers);

  [[nodiscard]] std::optional<rules::Place> place(std::uint64_t cgroup_id) override;
  [[nodiscard]] std::string user(std::uint32_t uid) override { return users_.name(uid); }
  [[nodiscard]] ledger::ProgramPtr program(std::uint32_t tgid, std::uint64_t start_boottime_ns, bool with_env) override;
  [[nodiscard]] std::optional<std::uint32_t> pid_in(const std::string& pidfile) override;
  [[nodiscard]] std::vector<std::string> cgroups(std::uint32_t tgid) override;
  [[nodiscard]] std::uint64_t unix_ns(std::uint64_t boottime_ns) override;
  void learn(const event::CgroupNamed& cgroup) override;
  void forget_cgroup(std::uint64_t id) override { containers_.forget(id); }

  /// Refreshes the caches. Call it before processes are classified: once a collection, and before records are drained.
  /// @param places  whether rules or labels need the cgroup of processes
  /// @return  whether an earlier answer has changed
  [[nodiscard]] bool refresh(std::uint64_t now_ns, bool places);

 private:
  [[nodiscard]] bool refresh_pidfiles();

  std::string procfs_;
  procfs::UserCache users_;
  container::Containers containers_;
  std::uint64_t places_seen_{};
  std::map<std::string, std::optional<std::uint32_t>> pidfiles_;  ///< requested pidfiles and their PIDs, as of the last refresh
};

}  // namespace procledger::collector
