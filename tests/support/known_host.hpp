// SPDX-License-Identifier: Apache-2.0
// A host lookup with contents from the test, in place of the files of this host. The object counts its calls.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/grouping/policy.hpp"
#include "core/rules/process_attributes.hpp"

namespace procledger::test {

class KnownHost final : public rules::HostLookup {
 public:
  /// The number of calls of each function. A comparison with a value checks that no other function was called.
  struct Asked {
    int place{};
    int user{};
    int program{};
    int pid_in{};
    int cgroups{};
    int unix_ns{};
    bool operator==(const Asked&) const = default;
  };

  [[nodiscard]] std::optional<rules::Place> place(std::uint64_t cgroup_id) override {
    ++asked.place;
    const auto found = places.find(cgroup_id);
    return found == places.end() ? std::nullopt : std::optional{found->second};
  }
  [[nodiscard]] std::string user(std::uint32_t uid) override {
    ++asked.user;
    const auto found = users.find(uid);
    return found == users.end() ? std::to_string(uid) : found->second;
  }
  [[nodiscard]] ledger::ProgramPtr program(std::uint32_t tgid, std::uint64_t /*start_boottime_ns*/, bool with_env) override {
    ++asked.program;
    const auto found = programs.find(tgid);
    if (found == programs.end()) return nullptr;
    ledger::Program program = found->second;
    if (!with_env) program.env.reset();
    return std::make_shared<const ledger::Program>(std::move(program));
  }
  [[nodiscard]] std::optional<std::uint32_t> pid_in(const std::string& pidfile) override {
    ++asked.pid_in;
    const auto found = pidfiles.find(pidfile);
    return found == pidfiles.end() ? std::nullopt : std::optional{found->second};
  }
  [[nodiscard]] std::vector<std::string> cgroups(std::uint32_t /*tgid*/) override {
    ++asked.cgroups;
    return cgroup_paths;
  }
  [[nodiscard]] std::uint64_t unix_ns(std::uint64_t boottime_ns) override {
    ++asked.unix_ns;
    return boottime_ns;
  }
  void learn(const event::CgroupNamed& cgroup) override { learnt.push_back(std::string{cgroup.path}); }
  void forget_cgroup(std::uint64_t id) override { places.erase(id); }

  std::map<std::uint64_t, rules::Place> places;  ///< the texts have to outlive the object
  std::map<std::uint32_t, std::string> users;
  std::map<std::uint32_t, ledger::Program> programs;
  std::map<std::string, std::uint32_t> pidfiles;
  std::vector<std::string> cgroup_paths{"/a", "/b"};
  std::vector<std::string> learnt;
  Asked asked;
};

/// The policy of a configuration. An invalid configuration aborts the test.
[[nodiscard]] inline grouping::Policy policy_of(const config::Config& config = {}) { return grouping::Policy::compile(config).value(); }

}  // namespace procledger::test
