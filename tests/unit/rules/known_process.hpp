// SPDX-License-Identifier: Apache-2.0
// Processes for tests of rules.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/rules/process_attributes.hpp"
#include "core/rules/rule_set.hpp"
#include "support/known_host.hpp"

namespace procledger::rules {

using namespace std::string_view_literals;

struct Environment {
  std::string_view block;
  bool cut{};
};

/// The attributes of a process; an absent attribute is unknown. The texts have to outlive the object.
struct KnownProcess {
  std::string_view comm;
  std::optional<std::string_view> exe;
  std::optional<std::string_view> args;
  std::optional<Environment> env;
  std::uint32_t uid{};
  std::optional<std::string> user;
  std::uint32_t tgid{};
  std::uint32_t parent_tgid{};
  std::string_view cgroup;
  std::string_view unit;
  std::string_view namespace_name;
  std::string_view pod;
  std::string_view container;
  std::vector<std::string> cgroups;
  std::uint64_t start_unix_ns{};
  bool kernel_thread{};
};

/// The ancestors of a process, and the pidfiles of its host.
class Family final : public ledger::Ancestry {
 public:
  [[nodiscard]] bool descends_from(std::uint32_t tgid) const override {
    ++asked;
    return ancestors.contains(tgid);
  }

  std::set<std::uint32_t> ancestors;
  std::map<std::string, std::uint32_t> pidfiles;
  mutable int asked{};
};

/// The attributes of a known process: the program from its exec record, other attributes from a host with the values of the test.
class Trial {
 public:
  Trial(const KnownProcess& known, const Family& family, RequiredAttributes asked_for)
      : required{std::move(asked_for)}, facts{facts_of(known, family)}, attributes{host, facts, required} {
    host.places[1] = {.path = known.cgroup,
                      .unit = known.unit,
                      .namespace_name = known.namespace_name,
                      .pod = known.pod,
                      .container = known.container,
                      .container_id = {},
                      .pod_uid = {},
                      .qos = {}};
    if (known.user) host.users[known.uid] = *known.user;
    host.cgroup_paths = known.cgroups;
    host.pidfiles = family.pidfiles;
  }

  test::KnownHost host;
  RequiredAttributes required;
  ledger::ProcessFacts facts;
  ProcessAttributes attributes;

 private:
  static ledger::ProcessFacts facts_of(const KnownProcess& known, const Family& family) {
    ledger::Program program;
    if (known.args) program.args = *known.args;
    if (known.exe) program.path = *known.exe;
    if (known.env) program.env = known.env->block;
    program.env_cut = known.env && known.env->cut;
    ledger::ProcessFacts facts;
    facts.comm = known.comm;
    facts.program = std::make_shared<const ledger::Program>(std::move(program));
    facts.tgid = known.tgid;
    facts.parent_tgid = known.parent_tgid;
    facts.uid = known.uid;
    facts.start_boottime_ns = known.start_unix_ns;
    facts.cgroup_id = 1;
    facts.kernel_thread = known.kernel_thread;
    facts.ancestry = &family;
    return facts;
  }
};

/// Rules for known processes.
class TriedRules final : public RuleSet {
 public:
  explicit TriedRules(RuleSet rules) : RuleSet{std::move(rules)} {}

  [[nodiscard]] std::optional<RuleMatch> match(const KnownProcess& known, const Family& family = {}) const {
    Trial trial{known, family, required()};
    return RuleSet::match(trial.attributes);
  }
  [[nodiscard]] std::optional<RuleMatch> fallback(const KnownProcess& known) const {
    const Family family;
    Trial trial{known, family, required()};
    return RuleSet::fallback(trial.attributes);
  }
};

inline KnownProcess named(std::string_view comm) {
  KnownProcess process;
  process.comm = comm;
  process.tgid = 100;
  process.parent_tgid = 1;
  return process;
}

inline KnownProcess with_args(std::string_view args, std::string_view comm = "comm") {
  KnownProcess process = named(comm);
  process.args = args;
  return process;
}

inline KnownProcess kernel_thread(std::string_view comm) {
  KnownProcess process = named(comm);
  process.kernel_thread = true;
  return process;
}

inline Rule rule(std::string name, Match match, Match exclude = {}) {
  Rule rule;
  rule.name = std::move(name);
  rule.match = std::move(match);
  rule.exclude = std::move(exclude);
  return rule;
}

inline TriedRules compiled_book(const RuleBook& book) { return TriedRules{RuleSet::compile(book).value()}; }

inline TriedRules compiled(std::vector<Rule> rules) {
  RuleBook book;
  book.rules = std::move(rules);
  return compiled_book(book);
}

/// Whether a rule with this match accepts the process.
inline bool takes(const Match& match, const KnownProcess& process, const Family& family = {}) {
  return compiled({rule("x", match)}).match(process, family).has_value();
}

/// Whether a rule for all processes except this match accepts the process.
inline bool excludes(const Match& exclude, const KnownProcess& process, const Family& family = {}) {
  return !compiled({rule("x", {}, exclude)}).match(process, family).has_value();
}

/// The group name of a rule; "(none)" if the rule does not match.
inline std::string name_by(const Rule& rule, const KnownProcess& process) {
  const auto match = compiled({rule}).match(process);
  return match ? match->name : "(none)";
}

}  // namespace procledger::rules
