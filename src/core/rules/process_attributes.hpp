// SPDX-License-Identifier: Apache-2.0
// All that rules may ask of one process. Facts are views that last as long as a decision; a fact that is absent is not known.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

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

}  // namespace procledger::rules
