// SPDX-License-Identifier: Apache-2.0
#include "core/rules/matcher.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <system_error>
#include <utility>

#include "base/text.hpp"

namespace procledger::rules {
namespace {

constexpr std::size_t kCommBytes = 15;  // TASK_COMM_LEN, without its NUL

std::optional<std::uint32_t> number_in(std::string_view text) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

bool holds(const Condition& condition, ProcessAttributes& process) {
  return std::visit([&](const auto& one) { return one.holds(process); }, condition);
}

template <typename T>
std::size_t place_in(std::vector<T>& list, T item) {
  const auto found = std::find(list.begin(), list.end(), item);
  if (found != list.end()) return static_cast<std::size_t>(found - list.begin());
  list.push_back(std::move(item));
  return list.size() - 1;
}

}  // namespace

bool UserIs::holds(ProcessAttributes& process) const {
  return std::binary_search(uids.begin(), uids.end(), process.uid()) || names.contains(process.user());
}

bool ParentIs::holds(ProcessAttributes& process) const { return std::binary_search(tgids.begin(), tgids.end(), process.parent_tgid()); }

bool Argv0Is::holds(ProcessAttributes& process) const {
  const auto argv0 = process.argv0();
  return argv0 && (base_names.contains(base_name(*argv0)) || whole.contains(*argv0));
}

bool TextMatches::holds(ProcessAttributes& process) const {
  const auto known = (process.*text)();
  return known && std::any_of(globs.begin(), globs.end(), [&](const Glob& glob) { return glob.matches(*known); });
}

bool VariableIs::holds(ProcessAttributes& process) const {
  const Variable variable = process.variable(name);
  if (std::holds_alternative<std::monostate>(wanted)) return variable.state == Variable::State::kUnset;
  if (variable.state != Variable::State::kSet) return false;
  if (const auto* text = std::get_if<std::string>(&wanted)) return variable.value == *text;
  return std::get<Pattern>(wanted).matches_whole(valid_utf8(variable.value));
}

bool Descends::holds(ProcessAttributes& process) const {
  return std::any_of(questions.begin(), questions.end(), [&](std::size_t question) { return process.descends(question); });
}

bool CommandLineMatches::holds(ProcessAttributes& process) const {
  const auto command_line = process.command_line();
  return command_line && pattern.found_in(*command_line);
}

class MatchCompiler {
 public:
  MatchCompiler(const Match& match, std::size_t rule, const std::string& key, Findings& findings)
      : match_{match}, rule_{rule}, key_{key}, findings_{findings} {}

  CompiledMatch run() {
    comm();
    user();
    parent();
    argv0();
    globs("unit", match_.unit, &ProcessAttributes::unit, Attribute::kUnit);
    globs("namespace", match_.namespaces, &ProcessAttributes::namespace_name, Attribute::kNamespace);
    globs("pod", match_.pod, &ProcessAttributes::pod, Attribute::kPod);
    globs("container", match_.container, &ProcessAttributes::container, Attribute::kContainer);
    globs("cgroup", match_.cgroup, &ProcessAttributes::cgroup, Attribute::kCgroup, Glob::Reach::kSubtree);
    globs("exe", match_.exe, &ProcessAttributes::exe, Attribute::kExe);
    env();
    descent();
    cmdline();
    return std::move(result_);
  }

 private:
  template <typename C>
  void add(C condition, Attribute attribute) {
    result_.conditions_.emplace_back(std::move(condition));
    findings_.required.add(attribute);
  }

  void comm() {
    if (match_.comm.empty()) return;
    CommIs condition;
    for (const std::string& name : match_.comm) condition.names.insert(name.substr(0, kCommBytes));
    add(std::move(condition), Attribute::kComm);
  }

  void user() {
    if (match_.user.empty()) return;
    UserIs condition;
    for (const std::string& user : match_.user) {
      if (const auto uid = number_in(user)) condition.uids.push_back(*uid);
      condition.names.insert(user);  // a name may consist of digits
    }
    std::sort(condition.uids.begin(), condition.uids.end());
    findings_.required.add(Attribute::kUid);
    add(std::move(condition), Attribute::kUser);
  }

  void parent() {
    if (match_.ppid.empty()) return;
    ParentIs condition{match_.ppid};
    std::sort(condition.tgids.begin(), condition.tgids.end());
    add(std::move(condition), Attribute::kParentTgid);
  }

  void argv0() {
    if (match_.argv0.empty()) return;
    Argv0Is condition;
    for (const std::string& name : match_.argv0) {
      (name.find('/') == std::string::npos ? condition.base_names : condition.whole).insert(name);
    }
    add(std::move(condition), Attribute::kArgv0);
  }

  void globs(std::string_view name, const std::vector<std::string>& patterns, TextAttribute text, Attribute attribute,
             Glob::Reach reach = Glob::Reach::kWhole) {
    if (patterns.empty()) return;
    TextMatches condition{text, {}};
    for (std::size_t item = 0; item < patterns.size(); ++item) {
      const auto& glob = findings_.patterns.glob(patterns[item], reach);
      if (glob) {
        condition.globs.push_back(*glob);
      } else {
        refuse(name, item, patterns[item], glob.error());
      }
    }
    add(std::move(condition), attribute);
  }

  void env() {
    for (std::size_t item = 0; item < match_.env.size(); ++item) {
      const EnvCondition& wanted = match_.env[item];
      VariableIs condition{wanted.name, {}};
      if (wanted.kind == EnvCondition::Kind::kEquals) condition.wanted = wanted.text;
      if (wanted.kind == EnvCondition::Kind::kPattern) {
        const auto pattern = this->pattern("env." + wanted.name, item, wanted.text);
        if (!pattern) continue;
        condition.wanted = *pattern;
      }
      place_in(findings_.required.variables, wanted.name);
      add(std::move(condition), Attribute::kEnv);
    }
  }

  void descent() {
    if (match_.pid.empty() && match_.pidfile.empty()) return;
    Descends condition;
    for (const std::uint32_t pid : match_.pid)
      condition.questions.push_back(place_in(findings_.required.descent_questions, DescentQuestion{pid}));
    for (const std::string& file : match_.pidfile)
      condition.questions.push_back(place_in(findings_.required.descent_questions, DescentQuestion{file}));
    add(std::move(condition), Attribute::kDescent);
  }

  void cmdline() {
    for (std::size_t item = 0; item < match_.cmdline.size(); ++item) {
      if (const auto pattern = this->pattern("cmdline", item, match_.cmdline[item])) add(CommandLineMatches{*pattern}, Attribute::kArgs);
    }
  }

  std::optional<Pattern> pattern(std::string_view name, std::size_t item, const std::string& text) {
    const auto& pattern = findings_.patterns.regex(text);
    if (pattern) return *pattern;
    refuse(name, item, text, pattern.error());
    return std::nullopt;
  }

  void refuse(std::string_view name, std::size_t item, const std::string& text, const SyntaxError& error) {
    findings_.errors.push_back({rule_, key_ + "." + std::string{name}, item, text, error});
  }

  const Match& match_;
  std::size_t rule_;
  const std::string& key_;
  Findings& findings_;
  CompiledMatch result_;
};

CompiledMatch CompiledMatch::compile(const Match& match, std::size_t rule, const std::string& key, Findings& findings) {
  return MatchCompiler{match, rule, key, findings}.run();
}

bool CompiledMatch::all(ProcessAttributes& process) const {
  return std::all_of(conditions_.begin(), conditions_.end(), [&](const Condition& condition) { return holds(condition, process); });
}

bool CompiledMatch::any(ProcessAttributes& process) const {
  return std::any_of(conditions_.begin(), conditions_.end(), [&](const Condition& condition) { return holds(condition, process); });
}

Captures CompiledMatch::captures(ProcessAttributes& process) const {
  Captures captures;
  const auto command_line = process.command_line();
  if (!command_line) return captures;
  for (const Condition& condition : conditions_) {
    if (const auto* matches = std::get_if<CommandLineMatches>(&condition)) matches->pattern.capture(*command_line, captures);
  }
  return captures;
}

}  // namespace procledger::rules
