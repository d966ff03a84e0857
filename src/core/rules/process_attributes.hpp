// SPDX-License-Identifier: Apache-2.0
// One process as rules see it. The only description of a process between the ledger and a group.
#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/event/sink.hpp"
#include "core/ledger/classifier.hpp"

namespace procledger::rules {

/// Where a process runs. A part that is empty is not known, or does not exist.
struct Place {
  std::string_view path;  ///< of its cgroup, in the authoritative hierarchy
  std::string_view unit;
  std::string_view namespace_name;  ///< of Kubernetes, as the parts below
  std::string_view pod;
  std::string_view container;
  std::string_view container_id;
  std::string_view pod_uid;
  std::string_view qos;
};

/// The host, as rules need it beyond the kernel's records. The collector and `stats` implement this interface over files; the core reads
/// no file. A plain HostLookup knows nothing. For one thread.
class HostLookup {
 public:
  virtual ~HostLookup() = default;
  /// The views stay valid while the group of one process is decided.
  [[nodiscard]] virtual std::optional<Place> place(std::uint64_t /*cgroup_id*/) { return std::nullopt; }
  [[nodiscard]] virtual std::string user(std::uint32_t uid) { return std::to_string(uid); }  ///< name, else the number
  /// What a process runs that started before the source, or whose exec record was lost; null: the process is gone, or may not be read.
  [[nodiscard]] virtual ledger::ProgramPtr program(std::uint32_t /*tgid*/, std::uint64_t /*birth_ns*/, bool /*with_env*/) {
    return nullptr;
  }
  /// The number that this file holds.
  [[nodiscard]] virtual std::optional<std::uint32_t> pid_in(const std::string& /*pidfile*/) { return std::nullopt; }
  [[nodiscard]] virtual std::vector<std::string> cgroups(std::uint32_t /*tgid*/) { return {}; }  ///< paths in all hierarchies
  [[nodiscard]] virtual std::uint64_t unix_ns(std::uint64_t boottime_ns) { return boottime_ns; }
  virtual void learn(const event::CgroupNamed& /*cgroup*/) {}
  virtual void forget_cgroup(std::uint64_t /*id*/) {}
};

enum class Attribute : std::uint8_t {
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

inline constexpr std::size_t kAttributes = static_cast<std::size_t>(Attribute::kDescent) + 1;

/// "Is the process, or does it descend from": the process of this number, or the one whose number this file holds.
using DescentQuestion = std::variant<std::uint32_t, std::string>;

/// The attributes that the conditions and templates of a configuration may ask for. Whether a process is a kernel thread is always asked.
class RequiredAttributes {
 public:
  void add(Attribute attribute) { attributes_.set(static_cast<std::size_t>(attribute)); }
  [[nodiscard]] bool has(Attribute attribute) const { return attributes_.test(static_cast<std::size_t>(attribute)); }

  [[nodiscard]] bool has_args() const { return has(Attribute::kArgs) || has(Attribute::kArgv0); }
  /// Containers have to be resolved.
  [[nodiscard]] bool has_kubernetes() const { return has(Attribute::kNamespace) || has(Attribute::kPod) || has(Attribute::kContainer); }

  std::vector<std::string> variables;            ///< names, of kEnv, each once
  std::vector<DescentQuestion> descent_questions;  ///< of kDescent, each once

 private:
  std::bitset<kAttributes> attributes_;
};

/// A variable of an environment. A variable that is not known is neither set nor unset.
struct Variable {
  enum class State : std::uint8_t { kUnknown, kUnset, kSet };
  State state{State::kUnknown};
  std::string_view value;  ///< of kSet
};

/// As Go's filepath.Base: what follows the last slash, slashes at the end aside.
[[nodiscard]] std::string_view base_name(std::string_view path);

/// One process whose group is decided: getters over what the ledger and the host know. A getter asks the host when it is first called, and
/// once; an attribute that no rule asks for is never read. An attribute that is absent is not known, and satisfies no condition. Owns what
/// the host answered; views last as long as this object. Grouping makes one for each decision, on the stack. The class decides nothing.
class ProcessAttributes {
 public:
  /// All three outlive this object.
  /// @param required  of the rules that ask: bounds what is read of a program, and holds the questions about descent
  ProcessAttributes(HostLookup& host, const ledger::ProcessFacts& facts, const RequiredAttributes& required)
      : host_{host}, facts_{facts}, required_{required} {}
  ProcessAttributes(const ProcessAttributes&) = delete;
  ProcessAttributes& operator=(const ProcessAttributes&) = delete;

  // What the ledger knows.

  [[nodiscard]] const ledger::ProcessFacts& facts() const { return facts_; }
  [[nodiscard]] std::string_view comm() const { return facts_.comm; }
  [[nodiscard]] std::uint32_t uid() const { return facts_.uid; }  ///< effective
  [[nodiscard]] std::uint32_t tgid() const { return facts_.tgid; }
  [[nodiscard]] std::uint32_t parent_tgid() const { return facts_.parent_tgid; }
  [[nodiscard]] bool kernel_thread() const { return facts_.kernel_thread; }

  // Of the program: from its exec record; where that lacks a required part, from the host.

  /// Path of the real executable. Absent when its first components are missing.
  [[nodiscard]] std::optional<std::string_view> exe();
  /// NUL between arguments, without the NULs at the end; may be cut. A kernel thread has none.
  [[nodiscard]] std::optional<std::string_view> args();
  /// Absent when there are no arguments or the first is empty.
  [[nodiscard]] std::optional<std::string_view> argv0();
  /// The arguments joined by spaces, as valid UTF-8.
  [[nodiscard]] std::optional<std::string_view> command_line();
  /// The first variable of this name, as getenv(3) takes it. In a cut environment a variable that is not seen is unknown.
  [[nodiscard]] Variable variable(std::string_view name);
  /// Whether a required part of the program is cut, or not known.
  [[nodiscard]] bool program_incomplete();
  /// What the host answered about the program; null: the host was not asked, or did not know.
  [[nodiscard]] const ledger::ProgramPtr& learnt_program() const { return learnt_; }

  // From the host.

  [[nodiscard]] std::string_view user();  ///< name of `uid`, else the number
  [[nodiscard]] const Place* place();     ///< null when it is not known; a kernel thread has none
  [[nodiscard]] std::optional<std::string_view> cgroup() { return part(&Place::path); }
  [[nodiscard]] std::optional<std::string_view> unit() { return part(&Place::unit); }
  [[nodiscard]] std::optional<std::string_view> namespace_name() { return part(&Place::namespace_name); }
  [[nodiscard]] std::optional<std::string_view> pod() { return part(&Place::pod); }
  [[nodiscard]] std::optional<std::string_view> container() { return part(&Place::container); }
  [[nodiscard]] const std::vector<std::string>& cgroups();  ///< paths in all hierarchies; empty for a dead process
  [[nodiscard]] std::uint64_t start_unix_ns();

  // The process tree.

  [[nodiscard]] bool descends_from(std::uint32_t tgid) const { return facts_.ancestry != nullptr && facts_.ancestry->descends_from(tgid); }
  /// The answer to one of the required questions. The answer stays the same for this object, even if a pidfile changes.
  [[nodiscard]] bool descends(std::size_t question);

 private:
  [[nodiscard]] const ledger::Program* program();
  [[nodiscard]] std::optional<std::string_view> part(std::string_view Place::* member);
  [[nodiscard]] bool answer(const DescentQuestion& question) const;

  HostLookup& host_;
  const ledger::ProcessFacts& facts_;
  const RequiredAttributes& required_;
  bool program_asked_{};
  bool args_split_{};
  bool place_asked_{};
  ledger::ProgramPtr learnt_;
  std::optional<std::string_view> args_;
  std::optional<std::string_view> argv0_;
  std::optional<std::string> command_line_;
  std::optional<std::string> user_;
  std::optional<Place> place_;
  std::optional<std::vector<std::string>> cgroups_;
  std::optional<std::uint64_t> start_unix_ns_;
  std::vector<std::optional<bool>> answers_;  ///< by question
};

}  // namespace procledger::rules
