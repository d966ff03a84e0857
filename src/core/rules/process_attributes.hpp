// SPDX-License-Identifier: Apache-2.0
// One process as rules see it: the only description of a process between the ledger and grouping.
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

/// The cgroup, unit and container of a process. An empty part is unknown or does not exist.
struct Place {
  std::string_view path;  ///< of the cgroup, in the authoritative hierarchy
  std::string_view unit;
  std::string_view namespace_name;  ///< Kubernetes, like the parts below
  std::string_view pod;
  std::string_view container;
  std::string_view container_id;
  std::string_view pod_uid;
  std::string_view qos;
};

/// The facts about the host that rules need and the kernel's records lack. The collector and `stats` implement this interface over files,
/// because the core reads no file. ProcessAttributes calls it. The base class knows nothing. For one thread.
class HostLookup {
 public:
  virtual ~HostLookup() = default;
  /// Views are valid during the classification of one process.
  [[nodiscard]] virtual std::optional<Place> place(std::uint64_t /*cgroup_id*/) { return std::nullopt; }
  [[nodiscard]] virtual std::string user(std::uint32_t uid) { return std::to_string(uid); }  ///< name, else the number
  /// Reads the program of a process that started before the source, or whose exec record was lost. Null: the process has exited, or may
  /// not be read.
  [[nodiscard]] virtual ledger::ProgramPtr program(std::uint32_t /*tgid*/, std::uint64_t /*start_boottime_ns*/, bool /*with_env*/) {
    return nullptr;
  }
  /// The number in this file.
  [[nodiscard]] virtual std::optional<std::uint32_t> pid_in(const std::string& /*pidfile*/) { return std::nullopt; }
  [[nodiscard]] virtual std::vector<std::string> cgroups(std::uint32_t /*tgid*/) { return {}; }  ///< paths in all hierarchies
  [[nodiscard]] virtual std::uint64_t unix_ns(std::uint64_t boottime_ns) { return boottime_ns; }
  virtual void learn(const event::CgroupNamed& /*cgroup*/) {}
  virtual void forget_cgroup(std::uint64_t /*id*/) {}
};

enum class Attribute : std::uint8_t {
  kComm,
  kExe,
  kArgv0,  ///< only the first argument
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
  kDescent,  ///< for `pid` and `pidfile`: the number of the process and its ancestors
};

inline constexpr std::size_t kAttributes = static_cast<std::size_t>(Attribute::kDescent) + 1;

/// A question: is the process, or does it descend from, the process with this number, or with the number in this file?
using DescentQuestion = std::variant<std::uint32_t, std::string>;

/// The attributes that the conditions and templates of a configuration may ask for. ProcessAttributes reads nothing else of a program, and
/// MatchCache makes its keys of them. The kernel-thread flag is always required.
class RequiredAttributes {
 public:
  void add(Attribute attribute) { attributes_.set(static_cast<std::size_t>(attribute)); }
  [[nodiscard]] bool has(Attribute attribute) const { return attributes_.test(static_cast<std::size_t>(attribute)); }

  [[nodiscard]] bool has_args() const { return has(Attribute::kArgs) || has(Attribute::kArgv0); }
  /// Whether containers must be resolved.
  [[nodiscard]] bool has_kubernetes() const { return has(Attribute::kNamespace) || has(Attribute::kPod) || has(Attribute::kContainer); }

  std::vector<std::string> variables;              ///< names for kEnv, without repetitions
  std::vector<DescentQuestion> descent_questions;  ///< for kDescent, without repetitions

 private:
  std::bitset<kAttributes> attributes_;
};

/// A variable of an environment. An unknown variable is neither set nor unset.
struct Variable {
  enum class State : std::uint8_t { kUnknown, kUnset, kSet };
  State state{State::kUnknown};
  std::string_view value;  ///< for kSet
};

/// Like Go's filepath.Base: the text after the last slash; slashes at the end are removed first.
[[nodiscard]] std::string_view base_name(std::string_view path);

/// One process during its classification: getters over the facts of the ledger and of the host. The first call of a getter asks the host,
/// later calls do not; an attribute without a call is never read. An absent attribute is unknown and satisfies no condition. Owns the
/// answers of the host; views last as long as this object. Grouping makes one per classification, on the stack. The class assigns no group.
class ProcessAttributes {
 public:
  /// All three parameters must outlive this object.
  /// @param required  the required attributes of the rules: which parts of a program to read, and the descent questions
  ProcessAttributes(HostLookup& host, const ledger::ProcessFacts& facts, const RequiredAttributes& required)
      : host_{host}, facts_{facts}, required_{required} {}
  ProcessAttributes(const ProcessAttributes&) = delete;
  ProcessAttributes& operator=(const ProcessAttributes&) = delete;

  // From the ledger.

  [[nodiscard]] const ledger::ProcessFacts& facts() const { return facts_; }
  [[nodiscard]] std::string_view comm() const { return facts_.comm; }
  [[nodiscard]] std::uint32_t uid() const { return facts_.uid; }  ///< effective
  [[nodiscard]] std::uint32_t tgid() const { return facts_.tgid; }
  [[nodiscard]] std::uint32_t parent_tgid() const { return facts_.parent_tgid; }
  [[nodiscard]] bool kernel_thread() const { return facts_.kernel_thread; }

  // The program: from its exec record, or from the host if the record lacks a required part.

  /// Path of the real executable. Absent when the first components are cut.
  [[nodiscard]] std::optional<std::string_view> exe();
  /// Arguments with NUL between them, without NULs at the end; may be cut. Absent for a kernel thread.
  [[nodiscard]] std::optional<std::string_view> args();
  /// The first argument. Absent when there are no arguments or the first one is empty.
  [[nodiscard]] std::optional<std::string_view> argv0();
  /// The arguments joined by spaces, as valid UTF-8.
  [[nodiscard]] std::optional<std::string_view> command_line();
  /// The first variable with this name, as in getenv(3). In a cut environment, a variable that is not found is unknown.
  [[nodiscard]] Variable variable(std::string_view name);
  /// Whether a required part of the program is cut or unknown.
  [[nodiscard]] bool program_incomplete();
  /// The program that the host returned; null: the host was not asked, or does not know the program.
  [[nodiscard]] const ledger::ProgramPtr& learnt_program() const { return learnt_; }

  // From the host.

  [[nodiscard]] std::string_view user();  ///< name of `uid`, else the number
  [[nodiscard]] const Place* place();     ///< null when unknown, and for a kernel thread
  [[nodiscard]] std::optional<std::string_view> cgroup() { return part(&Place::path); }
  [[nodiscard]] std::optional<std::string_view> unit() { return part(&Place::unit); }
  [[nodiscard]] std::optional<std::string_view> namespace_name() { return part(&Place::namespace_name); }
  [[nodiscard]] std::optional<std::string_view> pod() { return part(&Place::pod); }
  [[nodiscard]] std::optional<std::string_view> container() { return part(&Place::container); }
  [[nodiscard]] const std::vector<std::string>& cgroups();  ///< paths in all hierarchies; empty for an exited process
  [[nodiscard]] std::uint64_t start_unix_ns();

  // The process tree.

  [[nodiscard]] bool descends_from(std::uint32_t tgid) const { return facts_.ancestry != nullptr && facts_.ancestry->descends_from(tgid); }
  /// The answer to a required descent question, by its index. The answer does not change during the life of this object, even if a pidfile
  /// changes.
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
