// SPDX-License-Identifier: Apache-2.0
// The part of a configuration about groups, as plain data. config reads it from a file; RuleSet compiles it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace procledger::rules {

/// A condition on one environment variable: its value equals a text, its whole value matches a pattern (RE2), or it is not set.
struct EnvCondition {
  enum class Kind : std::uint8_t { kEquals, kPattern, kAbsent };
  std::string name;
  Kind kind{Kind::kEquals};
  std::string text;  ///< for kEquals and kPattern
  bool operator==(const EnvCondition&) const = default;
};

/// Conditions on a process. Lists are ANDed; an empty list holds. Items of a list are ORed, except items of `cmdline` and `env`, which are
/// ANDed.
struct Match {
  std::vector<std::string> comm{};     ///< exact; the kernel keeps 15 bytes
  std::vector<std::string> exe{};      ///< glob over the path of the real executable
  std::vector<std::string> argv0{};    ///< process-exporter's `exe`: base name of argv[0], or the whole of it if the item has a slash
  std::vector<std::string> cmdline{};  ///< RE2, unanchored, over the arguments joined by spaces; named captures become Matches
  std::vector<std::string> user{};     ///< effective user, by name or number
  std::vector<std::uint32_t> pid{};    ///< the process and its descendants
  std::vector<std::string> pidfile{};  ///< the process with the number in the file, and its descendants
  std::vector<std::uint32_t> ppid{};   ///< parent
  std::vector<EnvCondition> env{};
  std::vector<std::string> cgroup{};      ///< glob over the path in the authoritative hierarchy; includes descendants
  std::vector<std::string> unit{};        ///< glob over the systemd unit
  std::vector<std::string> namespaces{};  ///< globs over Kubernetes names; a process outside pods matches none
  std::vector<std::string> pod{};
  std::vector<std::string> container{};

  [[nodiscard]] bool empty() const { return *this == Match{}; }
  bool operator==(const Match&) const = default;
};

/// The series for the threads of a group.
enum class ThreadSeries : std::uint8_t { kOff, kByName, kByTid };

/// Series of a group beyond its sums.
struct SeriesOptions {
  ThreadSeries threads{ThreadSeries::kOff};
  bool processes{};  ///< one series per process
  bool pss{};        ///< proportional memory, sampled in the background
  bool sockets{};    ///< sampled in the background
  bool operator==(const SeriesOptions&) const = default;
};

/// Processes with one series per thread, in addition to the groups with such SeriesOptions.
struct ThreadFilter {
  std::vector<std::string> comm{};   ///< exact; the kernel keeps 15 bytes
  std::vector<std::uint32_t> pid{};  ///< the process and its descendants

  [[nodiscard]] bool empty() const { return comm.empty() && pid.empty(); }
  bool operator==(const ThreadFilter&) const = default;
};

using Labels = std::vector<std::pair<std::string, std::string>>;  ///< name, template of the value

/// One rule: a name for the group of the processes that match. The first matching rule of a RuleBook counts.
struct Rule {
  std::string name;  ///< template
  Match match;       ///< empty: every process
  Match exclude;     ///< `not`: one condition that holds excludes the process from this rule
  Labels labels;
  SeriesOptions series;
  /// If set, Matches has under this name the first capture, with or without a name, that is not empty, of the first `match.cmdline`
  /// pattern; a process without such a capture does not match. Implements process-exporter's -namemapping.
  std::string first_capture;
  bool operator==(const Rule&) const = default;
};

/// All rules in order, and the treatment of processes that no rule matches.
struct RuleBook {
  std::vector<Rule> rules;
  std::optional<std::string> fallback{"{{.Comm}}"};  ///< template; absent: no group series for these processes
  bool inherit{true};                                ///< an unmatched process belongs to its parent's group if a rule matched the parent
  bool exclude_self{};
  SeriesOptions fallback_series;
  ThreadFilter thread_filter;
  bool operator==(const RuleBook&) const = default;
};

/// An error in a pattern or template. The reader of the file adds the place of the text.
struct SyntaxError {
  std::size_t offset{};  ///< bytes into the text
  std::string found;     ///< for a pattern: the error; for a template: the text at the offset, may be empty
  std::string expected;
  std::string hint;  ///< may be empty
};

/// A text of a RuleBook that does not compile. A RuleBook from a file has no such text: the same compiler has checked the file.
struct RuleError {
  std::optional<std::size_t> rule;  ///< index of the rule; absent: the text belongs to the RuleBook itself
  std::string key;                  ///< "name", "labels.team", "match.cmdline", "not.exe", "match.env.APP"; without a rule: "default"
  std::size_t item{};               ///< index in the list of that key
  std::string text;                 ///< the text with the error
  SyntaxError error;
};

}  // namespace procledger::rules
