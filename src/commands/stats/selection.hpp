// SPDX-License-Identifier: Apache-2.0
// The selection of processes by name, user, PID and environment.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "core/rules/matcher.hpp"
#include "core/rules/process_attributes.hpp"
#include "core/rules/rule.hpp"

namespace procledger::stats {

/// The values of the selectors. Values of one selector are ORed, environment conditions are ANDed; selectors are ANDed. An empty selector
/// matches every process.
struct Wanted {
  std::vector<std::string> names;  ///< comm; the kernel keeps 15 bytes
  std::vector<std::string> users;  ///< effective user, by name or number
  std::vector<std::uint32_t> pids;
  std::vector<rules::EnvCondition> env;

  friend bool operator==(const Wanted&, const Wanted&) = default;
};

/// Parses "NAME=VALUE" (the variable has this value) or "NAME!" (the variable is not set).
/// @error  kUsage: neither form, or no name
[[nodiscard]] Result<rules::EnvCondition> parse_env_condition(std::string_view text);

/// The compiled selectors. The finder asks it about each process.
class Selection {
 public:
  /// @error  kUsage: a value that can never match
  [[nodiscard]] static Result<Selection> compile(const Wanted& wanted);

  /// All selectors match. The environment is read last, and only if all other selectors match.
  /// @param process  made with required()
  [[nodiscard]] bool takes(rules::ProcessAttributes& process) const;

  [[nodiscard]] bool asks_for_pid(std::uint32_t pid) const;  ///< true also without a --pid
  [[nodiscard]] const rules::RequiredAttributes& required() const { return required_; }

 private:
  Selection() = default;

  rules::CompiledMatch match_;
  std::vector<std::uint32_t> pids_;
  rules::RequiredAttributes required_;
};

}  // namespace procledger::stats
