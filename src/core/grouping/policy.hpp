// SPDX-License-Identifier: Apache-2.0
// The configuration as grouping uses it.
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

/// A compiled configuration: rules, limits, labels by container, and the required attributes and series. Grouping owns the current one and
/// replaces it as a whole on a reload; the collector reads it to know what to sample. Immutable.
class Policy {
 public:
  /// @error  kMalformed: a pattern or template has an error. A configuration from a file has no such error, because its reader checks them.
  static Result<Policy> compile(const config::Config& config);

  [[nodiscard]] const std::shared_ptr<const rules::RuleSet>& rules() const { return rules_; }
  [[nodiscard]] const Limits& limits() const { return limits_; }
  [[nodiscard]] bool inherits() const { return inherits_; }
  [[nodiscard]] bool excludes_self() const { return excludes_self_; }

  /// Labels that the place of a process adds; empty unless the configuration has such labels.
  [[nodiscard]] Labels place_labels(rules::ProcessAttributes& process) const;
  [[nodiscard]] bool has_place_labels() const { return !labels_.empty() || !classes_.empty(); }
  [[nodiscard]] bool needs_places() const;
  [[nodiscard]] bool needs_pods() const;
  /// Attributes that rules, names and series of processes require.
  [[nodiscard]] const rules::RequiredAttributes& required() const { return required_; }

  /// Whether this process has one series per thread in every group.
  [[nodiscard]] bool wants_threads_of(const rules::ProcessAttributes& process) const;

  /// A rule matches kernel threads only if it has a condition on the comm.
  [[nodiscard]] bool takes_kernel_threads(std::optional<std::size_t> rule) const { return rule && kernel_rules_[*rule]; }

  /// Groups with fixed names and labels: known without a process.
  [[nodiscard]] const std::vector<rules::RuleMatch>& fixed() const { return fixed_; }

  // Whether at least one rule or the fallback enables the samples.
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
