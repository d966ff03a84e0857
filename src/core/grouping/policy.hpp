// SPDX-License-Identifier: Apache-2.0
// A configuration as grouping uses it: compiled once, replaced whole.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "core/config/config.hpp"
#include "core/grouping/group_table.hpp"
#include "core/rules/pattern.hpp"
#include "core/rules/process_attributes.hpp"
#include "core/rules/rule_set.hpp"

namespace procledger::grouping {

class Policy {
 public:
  /// @error  kMalformed: a pattern or template of it is none; a configuration that was read from a file has passed that check
  static Result<Policy> compile(const config::Config& config);

  [[nodiscard]] const std::shared_ptr<const rules::RuleSet>& rules() const { return rules_; }
  [[nodiscard]] const Limits& limits() const { return limits_; }
  [[nodiscard]] bool inherits() const { return inherits_; }
  [[nodiscard]] bool excludes_self() const { return excludes_self_; }

  /// Labels that the place of a process adds; none where the configuration asks for none.
  [[nodiscard]] Labels place_labels(rules::ProcessAttributes& process) const;
  [[nodiscard]] bool has_place_labels() const { return !labels_.empty() || !classes_.empty(); }
  [[nodiscard]] bool needs_places() const;
  [[nodiscard]] bool needs_pods() const;
  /// By rules and names, or by series of processes.
  [[nodiscard]] const rules::RequiredAttributes& required() const { return required_; }

  /// Whether the threads of this process are asked for, whatever group it is in.
  [[nodiscard]] bool wants_threads_of(const rules::ProcessAttributes& process) const;

  /// A rule takes kernel threads only if it asks for a comm.
  [[nodiscard]] bool takes_kernel_threads(std::optional<std::size_t> rule) const { return rule && kernel_rules_[*rule]; }

  /// What rules ask of groups that can be named before anybody is in them.
  [[nodiscard]] const std::vector<rules::RuleMatch>& fixed() const { return fixed_; }

  /// Whether any group wants this; for all groups where neither rules nor fallback say otherwise.
  [[nodiscard]] bool wants_pss() const { return wants_pss_; }
  [[nodiscard]] bool wants_sockets() const { return wants_sockets_; }

 private:
  struct Class {
    std::string name;
    std::vector<rules::Glob> namespaces;
  };

  std::shared_ptr<const rules::RuleSet> rules_;
  Limits limits_;
  bool inherits_{};
  bool excludes_self_{};
  bool wants_pss_{};
  bool wants_sockets_{};
  rules::ThreadFilter thread_filter_;
  rules::RequiredAttributes required_;
  std::vector<bool> kernel_rules_;
  std::vector<rules::RuleMatch> fixed_;
  std::vector<config::ContainerLabel> labels_;
  std::vector<Class> classes_;
};

}  // namespace procledger::grouping
