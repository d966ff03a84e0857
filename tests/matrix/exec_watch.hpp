// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "support/forwarding_sink.hpp"

namespace procledger::test {

/// Records the execs of one program while events pass through to the sink.
class ExecWatch final : public ForwardingSink {
 public:
  struct Seen {
    std::string path;
    std::string env;  ///< NUL between variables
    bool env_cut{};
    bool args_cut{};
  };

  ExecWatch(event::Sink& to, std::string comm) : ForwardingSink{to}, comm_{std::move(comm)} {}

  void on_exec(const event::Execed& exec) override {
    if (exec.task.comm.view() == comm_) {
      ++count_;
      ++by_args_[std::string{exec.args.value_or("unreadable")}];
      cgroups_.insert(exec.task.cgroup_id.value_or(0));
      last_ = {.path = std::string{exec.path.value_or("")},
               .env = std::string{exec.env.value_or("")},
               .env_cut = exec.env_cut,
               .args_cut = exec.args_cut};
    }
    ForwardingSink::on_exec(exec);
  }

  [[nodiscard]] std::uint64_t count() const { return count_; }
  /// Number of execs with exactly these arguments.
  [[nodiscard]] std::uint64_t times(const std::vector<std::string>& argv) const {
    std::string args;
    for (const std::string& arg : argv) args += arg + '\0';
    const auto found = by_args_.find(args);
    return found == by_args_.end() ? 0 : found->second;
  }
  /// Ids of the cgroups of all execs; 0 for an unknown cgroup.
  [[nodiscard]] const std::set<std::uint64_t>& cgroups() const { return cgroups_; }
  [[nodiscard]] const Seen& last() const { return last_; }

 private:
  std::string comm_;
  std::uint64_t count_{};
  std::map<std::string, std::uint64_t> by_args_;
  std::set<std::uint64_t> cgroups_;
  Seen last_;
};

}  // namespace procledger::test
