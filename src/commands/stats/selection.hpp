// SPDX-License-Identifier: Apache-2.0
// Which processes are wanted.
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

/// What was asked for: of each kind any item, of the environment all. A kind without items lets everybody through.
struct Wanted {
  std::vector<std::string> names;  ///< comm; the kernel keeps 15 bytes
  std::vector<std::string> users;  ///< effective user, by name or number
  std::vector<std::uint32_t> pids;
  std::vector<rules::EnvCondition> env;

  friend bool operator==(const Wanted&, const Wanted&) = default;
};

/// "NAME=VALUE": set to that. "NAME!": not set.
/// @error  kUsage
[[nodiscard]] Result<rules::EnvCondition> parse_env_condition(std::string_view text);

class Selection {
 public:
  /// @error  kUsage: an item that can never match
  [[nodiscard]] static Result<Selection> compile(const Wanted& wanted);

  /// Asks for the environment last, and only if everything else holds.
  /// @param process  made with our required attributes
  [[nodiscard]] bool takes(rules::ProcessAttributes& process) const;

  [[nodiscard]] bool asks_for_pid(std::uint32_t pid) const;  ///< also when it asks for none in particular
  [[nodiscard]] const rules::RequiredAttributes& required() const { return required_; }

 private:
  Selection() = default;

  rules::CompiledMatch match_;
  std::vector<std::uint32_t> pids_;
  rules::RequiredAttributes required_;
};

}  // namespace procledger::stats
