// SPDX-License-Identifier: Apache-2.0
// A host lookup with contents from the test, in place of the files of this host.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/grouping/host_lookup.hpp"
#include "core/grouping/policy.hpp"

namespace procledger::test {

class KnownWorld final : public grouping::World {
 public:
  [[nodiscard]] std::optional<grouping::Place> place(std::uint64_t cgroup_id) override {
    const auto found = places.find(cgroup_id);
    return found == places.end() ? std::nullopt : std::optional{found->second};
  }
  [[nodiscard]] std::string user(std::uint32_t uid) override { return "user" + std::to_string(uid); }
  [[nodiscard]] ledger::ProgramPtr program(std::uint32_t tgid, std::uint64_t /*birth_ns*/, bool /*with_env*/) override {
    ++asked;
    const auto found = programs.find(tgid);
    return found == programs.end() ? nullptr : std::make_shared<const ledger::Program>(found->second);
  }
  [[nodiscard]] std::optional<std::uint32_t> pid_in(const std::string& pidfile) override {
    const auto found = pidfiles.find(pidfile);
    return found == pidfiles.end() ? std::nullopt : std::optional{found->second};
  }
  [[nodiscard]] std::vector<std::string> cgroups(std::uint32_t /*tgid*/) override { return {"/a", "/b"}; }
  [[nodiscard]] std::uint64_t unix_ns(std::uint64_t boottime_ns) override { return boottime_ns; }
  void learn(const event::CgroupNamed& cgroup) override { learnt.push_back(std::string{cgroup.path}); }
  void forget_cgroup(std::uint64_t id) override { places.erase(id); }

  std::map<std::uint64_t, grouping::Place> places;  ///< the texts have to outlive the object
  std::map<std::uint32_t, ledger::Program> programs;
  std::map<std::string, std::uint32_t> pidfiles;
  std::vector<std::string> learnt;
  int asked{};  ///< number of calls of program()
};

/// The policy of a configuration. An invalid configuration aborts the test.
[[nodiscard]] inline grouping::Policy policy_of(const config::Config& config = {}) { return grouping::Policy::compile(config).value(); }

}  // namespace procledger::test
