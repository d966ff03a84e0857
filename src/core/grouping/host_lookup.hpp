// SPDX-License-Identifier: Apache-2.0
// What grouping has to ask beyond the kernel's records. Answered from files by whoever puts the program together.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/event/sink.hpp"
#include "core/ledger/classifier.hpp"

namespace procledger::grouping {

/// Where a process runs. A part that is empty is not known, or there is none. Views last until the next question.
struct Place {
  std::string_view path;  ///< of its cgroup
  std::string_view unit;
  std::string_view namespace_name;
  std::string_view pod;
  std::string_view container;
  std::string_view container_id;
  std::string_view pod_uid;
  std::string_view qos;
};

class World {
 public:
  virtual ~World() = default;
  [[nodiscard]] virtual std::optional<Place> place(std::uint64_t cgroup_id) = 0;
  [[nodiscard]] virtual std::string user(std::uint32_t uid) = 0;  ///< name, else the number
  /// What a process runs that was there before us, or whose exec was lost; null: it is gone, or may not be read.
  [[nodiscard]] virtual ledger::ProgramPtr program(std::uint32_t tgid, std::uint64_t birth_ns, bool with_env) = 0;
  [[nodiscard]] virtual std::optional<std::uint32_t> pid_in(const std::string& pidfile) = 0;
  [[nodiscard]] virtual std::vector<std::string> cgroups(std::uint32_t tgid) = 0;  ///< paths in all hierarchies
  [[nodiscard]] virtual std::uint64_t unix_ns(std::uint64_t boottime_ns) = 0;
  virtual void learn(const event::CgroupNamed& cgroup) = 0;
  virtual void forget_cgroup(std::uint64_t id) = 0;
};

}  // namespace procledger::grouping
