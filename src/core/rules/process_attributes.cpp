// SPDX-License-Identifier: Apache-2.0
#include "core/rules/process_attributes.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace procledger::rules {
namespace {

bool lacks(const ledger::Program* program, const RequiredAttributes& required) {
  const bool path = required.has(Attribute::kExe);
  const bool env = required.has(Attribute::kEnv);
  if (program == nullptr) return required.has_args() || path || env;
  return (required.has_args() && !program->args) || (path && !program->path) || (env && !program->env);
}

bool has_cut(const ledger::Program& program, const RequiredAttributes& required) {
  return (required.has_args() && program.args_cut) || (required.has(Attribute::kExe) && program.path_cut) ||
         (required.has(Attribute::kEnv) && program.env_cut);
}

}  // namespace

std::string_view base_name(std::string_view path) {
  const std::size_t end = path.find_last_not_of('/');
  if (end == std::string_view::npos) return path.substr(0, 1);
  path = path.substr(0, end + 1);
  return path.substr(path.rfind('/') + 1);
}

// The host is not asked about an exited process, because /proc has no data about it.
const ledger::Program* ProcessAttributes::program() {
  if (!program_asked_) {
    program_asked_ = true;
    const bool readable = !facts_.kernel_thread && !facts_.dead;
    if (readable && lacks(facts_.program.get(), required_)) {
      learnt_ = host_.program(facts_.tgid, facts_.start_boottime_ns, required_.has(Attribute::kEnv));
    }
  }
  return learnt_ ? learnt_.get() : facts_.program.get();
}

bool ProcessAttributes::program_incomplete() {
  const ledger::Program* known = program();
  return lacks(known, required_) || (known != nullptr && has_cut(*known, required_));
}

std::optional<std::string_view> ProcessAttributes::exe() {
  const ledger::Program* known = program();
  if (known == nullptr || known->path_cut || !known->path) return std::nullopt;
  return *known->path;
}

std::optional<std::string_view> ProcessAttributes::args() {
  if (args_split_) return args_;
  args_split_ = true;
  const ledger::Program* known = facts_.kernel_thread ? nullptr : program();
  if (known == nullptr || !known->args) return std::nullopt;
  const std::string_view all = *known->args;
  args_ = all.substr(0, all.find_last_not_of('\0') + 1);
  const std::string_view first = args_->substr(0, args_->find('\0'));
  if (!first.empty()) argv0_ = first;
  return args_;
}

std::optional<std::string_view> ProcessAttributes::argv0() { return args() ? argv0_ : std::nullopt; }

std::optional<std::string_view> ProcessAttributes::command_line() {
  const auto known = args();
  if (!known) return std::nullopt;
  if (!command_line_) command_line_ = valid_utf8(join_arguments(*known));
  return *command_line_;
}

Variable ProcessAttributes::variable(std::string_view name) {
  const ledger::Program* known = program();
  if (known == nullptr || !known->env) return {};
  for (std::string_view rest = *known->env; !rest.empty();) {
    const std::size_t end = rest.find('\0');
    const std::string_view entry = rest.substr(0, end);
    if (end == std::string_view::npos && known->env_cut) break;
    if (entry.size() > name.size() && entry[name.size()] == '=' && entry.starts_with(name)) {
      return {Variable::State::kSet, entry.substr(name.size() + 1)};
    }
    rest.remove_prefix(std::min(entry.size() + 1, rest.size()));
  }
  return {known->env_cut ? Variable::State::kUnknown : Variable::State::kUnset, {}};
}

std::string_view ProcessAttributes::user() {
  if (!user_) user_ = host_.user(facts_.uid);
  return *user_;
}

const Place* ProcessAttributes::place() {
  if (!place_asked_) {
    place_asked_ = true;
    if (facts_.cgroup_id && !facts_.kernel_thread) place_ = host_.place(*facts_.cgroup_id);
  }
  return place_ ? &*place_ : nullptr;
}

std::optional<std::string_view> ProcessAttributes::part(std::string_view Place::* member) {
  const Place* known = place();
  if (known == nullptr || (known->*member).empty()) return std::nullopt;
  return known->*member;
}

const std::vector<std::string>& ProcessAttributes::cgroups() {
  if (!cgroups_) cgroups_ = facts_.dead ? std::vector<std::string>{} : host_.cgroups(facts_.tgid);
  return *cgroups_;
}

std::uint64_t ProcessAttributes::start_unix_ns() {
  if (!start_unix_ns_) start_unix_ns_ = host_.unix_ns(facts_.start_boottime_ns);
  return *start_unix_ns_;
}

bool ProcessAttributes::descends(std::size_t question) {
  answers_.resize(required_.descent_questions.size());
  std::optional<bool>& known = answers_[question];
  if (!known) known = answer(required_.descent_questions[question]);
  return *known;
}

bool ProcessAttributes::answer(const DescentQuestion& question) const {
  const auto* number = std::get_if<std::uint32_t>(&question);
  const auto ancestor = number != nullptr ? std::optional{*number} : host_.pid_in(std::get<std::string>(question));
  return ancestor && (*ancestor == facts_.tgid || descends_from(*ancestor));
}

}  // namespace procledger::rules
