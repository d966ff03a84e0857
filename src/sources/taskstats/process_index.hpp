// SPDX-License-Identifier: Apache-2.0
// Who is who: processes and threads by number, as the last event or the last walk told them.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include "core/event/observation.hpp"
#include "core/event/source.hpp"
#include "host/procfs/file.hpp"
#include "host/procfs/task_stat.hpp"
#include "sources/proc/proc_scanner.hpp"

namespace procledger::taskstats {

using proc::ProcessKey;

/// A process that lives, as far as we were told.
struct Person {
  ProcessKey key;
  std::optional<ProcessKey> parent;
  std::uint32_t uid{};
  bool kernel_thread{};
  std::optional<std::uint64_t> cgroup_id;
  event::Comm comm;
  bool inherited_name{};  ///< of whoever forked it: nobody told of an exec or another name
  /// It called exec at this time, and was gone before its program could be asked for. Its record has the name, and comes.
  std::optional<std::uint64_t> unread_exec_ns{};
};

/// As an observation of its leader, without figures.
[[nodiscard]] event::Observation leader_of(const Person& person);
[[nodiscard]] event::ProcessId id_of(const ProcessKey& key);

class People {
 public:
  /// @param walker  must outlive this
  People(std::string procfs, const proc::Walker& walker);

  /// A new process; replaces what had its number. A birth is a whole tick and the same whoever tells it: /proc has it exactly, as long as
  /// it can be read; after that the time of the event has to do.
  /// @param born_ns  CLOCK_BOOTTIME of the event, a little after the birth
  const Person& born(std::uint32_t tgid, std::uint32_t parent_tgid, std::uint64_t born_ns);
  void thread_born(std::uint32_t tgid, std::uint32_t tid, std::uint64_t born_ns);

  /// By what the walk knows, as far as no event told of it. Absent: nobody told of it.
  [[nodiscard]] std::optional<Person> find(std::uint32_t tgid) const;
  /// Somebody of whose birth nobody told, by when it must have been.
  [[nodiscard]] Person stranger(std::uint32_t tgid, std::uint64_t born_ns);
  /// From now on it is as said here.
  void know(const Person& person) { people_.insert_or_assign(person.key.tgid, person); }

  /// A thread's birth, which the walk and the events tell alike.
  [[nodiscard]] std::uint64_t birth_of(std::uint32_t tgid, std::uint32_t tid, std::uint64_t otherwise_ns) const;
  /// Whether it has living threads beside this one and its leader.
  [[nodiscard]] bool has_others(std::uint32_t tgid, std::uint32_t tid) const;
  void thread_ended(std::uint32_t tgid, std::uint32_t tid) { threads_.erase({tgid, tid}); }
  /// Only its leader is left: by exec, or not even that.
  void threads_ended(std::uint32_t tgid);
  void ended(std::uint32_t tgid);

  [[nodiscard]] std::size_t size() const { return people_.size() + threads_.size(); }

 private:
  [[nodiscard]] std::optional<procfs::TaskStat> look(std::uint32_t tgid);
  [[nodiscard]] std::uint64_t exact_birth(const std::optional<procfs::TaskStat>& stat, std::uint32_t tgid, std::uint64_t born_ns) const;

  std::string procfs_;
  const proc::Walker& walker_;
  procfs::Reader reader_;
  std::unordered_map<std::uint32_t, Person> people_;                          ///< by tgid
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint64_t> threads_;  ///< births by tgid and tid; without leaders
};

/// What a process runs, as far as it can be read while it lives.
struct RunningProgram {
  std::string file;  ///< the path of the executable; empty: not known
  std::optional<std::string> args;
  std::optional<std::string> env;
  std::optional<event::Comm> comm;
};

/// @param birth_ns  of the process that is meant: nothing is read of a later one with its number
[[nodiscard]] RunningProgram read_program(const std::string& procfs, std::uint32_t tgid, std::uint64_t birth_ns,
                                          event::Source::Wanted wanted);

}  // namespace procledger::taskstats
