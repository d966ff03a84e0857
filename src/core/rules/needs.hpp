// SPDX-License-Identifier: Apache-2.0
// Which facts the conditions and templates of a configuration look at: the others need not be collected.
#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace procledger::rules {

enum class Fact : std::uint8_t {
  kComm,
  kExe,
  kArgv0,  ///< the first of the arguments, and no more of them
  kArgs,
  kEnv,
  kUid,
  kUser,
  kTgid,  ///< as part of a name
  kParentTgid,
  kCgroup,
  kCgroups,
  kUnit,
  kNamespace,
  kPod,
  kContainer,
  kStartTime,
  kDescent,  ///< `pid` and `pidfile`: its own number and the process tree
};

inline constexpr std::size_t kFacts = static_cast<std::size_t>(Fact::kDescent) + 1;

/// Whether it is a kernel thread is always looked at.
class Needs {
 public:
  void add(Fact fact) { facts_.set(static_cast<std::size_t>(fact)); }
  [[nodiscard]] bool has(Fact fact) const { return facts_.test(static_cast<std::size_t>(fact)); }

  /// Resolving containers is worth its while.
  [[nodiscard]] bool has_kubernetes() const { return has(Fact::kNamespace) || has(Fact::kPod) || has(Fact::kContainer); }

  std::vector<std::string> variables;  ///< names, of kEnv, each once

 private:
  std::bitset<kFacts> facts_;
};

}  // namespace procledger::rules
