// SPDX-License-Identifier: Apache-2.0
// What rules ask of the host, answered from this host's files. For the collector's thread.
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

class FileHostLookup final : public rules::HostLookup {
 public:
  /// @param procfs  where procfs is mounted
  /// @param passwd  names of users
  FileHostLookup(std::string procfs, std::string passwd, container::Containers containers);

  [[nodiscard]] std::optional<rules::Place> place(std::uint64_t cgroup_id) override;
  [[nodiscard]] std::string user(std::uint32_t uid) override { return users_.name(uid); }
  [[nodiscard]] ledger::ProgramPtr program(std::uint32_t tgid, std::uint64_t birth_ns, bool with_env) override;
  [[nodiscard]] std::optional<std::uint32_t> pid_in(const std::string& pidfile) override;
  [[nodiscard]] std::vector<std::string> cgroups(std::uint32_t tgid) override;
  [[nodiscard]] std::uint64_t unix_ns(std::uint64_t boottime_ns) override;
  void learn(const event::CgroupNamed& cgroup) override;
  void forget_cgroup(std::uint64_t id) override { containers_.forget(id); }

  /// Whenever somebody is about to be decided: once a collection, and before what the kernel told in between is taken in.
  /// @param places  whether anybody wants to know where processes run
  /// @return  whether an answer that was given before would be another one now
  [[nodiscard]] bool refresh(std::uint64_t now_ns, bool places);

 private:
  [[nodiscard]] bool refresh_pidfiles();

  std::string procfs_;
  procfs::UserCache users_;
  container::Containers containers_;
  std::uint64_t places_told_{};
  std::map<std::string, std::optional<std::uint32_t>> pidfiles_;  ///< that anybody asked for, as of the last refresh
};

}  // namespace procledger::collector
