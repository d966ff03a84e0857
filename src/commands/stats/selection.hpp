// SPDX-License-Identifier: Apache-2.0
// Which processes are wanted.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "core/rules/match_context.hpp"
#include "core/rules/matcher.hpp"
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

  [[nodiscard]] bool takes(const rules::Subject& subject) const;
  /// The same, whatever its environment is.
  [[nodiscard]] bool may_take(const rules::Subject& subject) const;

  [[nodiscard]] bool asks_for_pid(std::uint32_t pid) const;  ///< also when it asks for none in particular
  [[nodiscard]] bool asks_for_env() const { return asks_for_env_; }

 private:
  Selection() = default;

  rules::CompiledMatch match_;
  rules::CompiledMatch match_but_env_;
  std::vector<std::uint32_t> pids_;
  bool asks_for_env_{};
};

}  // namespace procledger::stats
