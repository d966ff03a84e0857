// SPDX-License-Identifier: Apache-2.0
// All that rules may ask of one process. Facts are views that last as long as a decision; a fact that is absent is not known.
#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace procledger::rules {

/// NAME=value, a NUL behind each.
struct Environment {
  std::string_view block;
  bool cut{};  ///< there was more; what stands last without a NUL is half a variable
};

struct Subject {
  std::string_view comm;
  std::optional<std::string_view> exe;   ///< path of the real executable
  std::optional<std::string_view> args;  ///< NUL between arguments, NULs at the end do not count; may be cut
  std::optional<Environment> env;
  std::uint32_t uid{};                   ///< effective
  std::optional<std::string_view> user;  ///< name of `uid`
  std::uint32_t tgid{};
  std::uint32_t parent_tgid{};
  std::optional<std::string_view> cgroup;     ///< path in the authoritative hierarchy
  std::span<const std::string_view> cgroups;  ///< paths in all hierarchies
  std::optional<std::string_view> unit;
  std::optional<std::string_view> namespace_name;  ///< of Kubernetes, as the two below
  std::optional<std::string_view> pod;
  std::optional<std::string_view> container;
  std::optional<std::uint64_t> start_unix_ns;
  bool kernel_thread{};
};

/// What a rule asks beyond the process itself. The answers are about the subject of the decision at hand.
class Surroundings {
 public:
  virtual ~Surroundings() = default;
  /// Whether the process with this number is its parent, its parent's parent, and so on.
  [[nodiscard]] virtual bool descends_from(std::uint32_t ancestor_tgid) const = 0;
  /// The number that this file holds; absent when there is none to be read.
  [[nodiscard]] virtual std::optional<std::uint32_t> pid_in(const std::string& pidfile) const = 0;
};

// Which facts the conditions and templates of a configuration look at: the others need not be collected.

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
