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

bool holds(const Condition& condition, Evaluation& subject) {
  return std::visit([&](const auto& one) { return one.holds(subject); }, condition);
}

template <typename T>
std::size_t place_in(std::vector<T>& list, T item) {
  const auto found = std::find(list.begin(), list.end(), item);
  if (found != list.end()) return static_cast<std::size_t>(found - list.begin());
  list.push_back(std::move(item));
  return list.size() - 1;
}

}  // namespace

bool UserIs::holds(Evaluation& subject) const {
  const Subject& facts = subject.subject();
  return (facts.user && names.contains(*facts.user)) || std::binary_search(uids.begin(), uids.end(), facts.uid);
}

bool ParentIs::holds(Evaluation& subject) const { return std::binary_search(tgids.begin(), tgids.end(), subject.subject().parent_tgid); }

bool Argv0Is::holds(Evaluation& subject) const {
  const auto argv0 = subject.argv0();
  return argv0 && (base_names.contains(base_name(*argv0)) || whole.contains(*argv0));
}

bool TextMatches::holds(Evaluation& subject) const {
  const auto& fact = subject.subject().*text;
  return fact && std::any_of(globs.begin(), globs.end(), [&](const Glob& glob) { return glob.matches(*fact); });
}

bool VariableIs::holds(Evaluation& subject) const {
  const Variable variable = subject.variable(name);
  if (std::holds_alternative<std::monostate>(wanted)) return variable.state == Variable::State::kUnset;
  if (variable.state != Variable::State::kSet) return false;
  if (const auto* text = std::get_if<std::string>(&wanted)) return variable.value == *text;
  return std::get<Pattern>(wanted).matches_whole(valid_utf8(variable.value));
}

bool Descends::holds(Evaluation& subject) const {
  return std::any_of(questions.begin(), questions.end(), [&](std::size_t question) { return subject.descends(question); });
}

bool CommandLineMatches::holds(Evaluation& subject) const {
  const auto command_line = subject.command_line();
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
    globs("unit", match_.unit, &Subject::unit, Fact::kUnit);
    globs("namespace", match_.namespaces, &Subject::namespace_name, Fact::kNamespace);
    globs("pod", match_.pod, &Subject::pod, Fact::kPod);
    globs("container", match_.container, &Subject::container, Fact::kContainer);
    globs("cgroup", match_.cgroup, &Subject::cgroup, Fact::kCgroup, Glob::Reach::kSubtree);
    globs("exe", match_.exe, &Subject::exe, Fact::kExe);
    env();
    descent();
    cmdline();
    return std::move(result_);
  }

 private:
  template <typename C>
  void add(C condition, Fact fact) {
    result_.conditions_.emplace_back(std::move(condition));
    findings_.needs.add(fact);
  }

  void comm() {
    if (match_.comm.empty()) return;
    CommIs condition;
    for (const std::string& name : match_.comm) condition.names.insert(name.substr(0, kCommBytes));
    add(std::move(condition), Fact::kComm);
  }

  void user() {
    if (match_.user.empty()) return;
    UserIs condition;
    for (const std::string& user : match_.user) {
      if (const auto uid = number_in(user)) condition.uids.push_back(*uid);
      condition.names.insert(user);  // a name may consist of digits
    }
    std::sort(condition.uids.begin(), condition.uids.end());
    findings_.needs.add(Fact::kUid);
    add(std::move(condition), Fact::kUser);
  }

  void parent() {
    if (match_.ppid.empty()) return;
    ParentIs condition{match_.ppid};
    std::sort(condition.tgids.begin(), condition.tgids.end());
    add(std::move(condition), Fact::kParentTgid);
  }

  void argv0() {
    if (match_.argv0.empty()) return;
    Argv0Is condition;
    for (const std::string& name : match_.argv0) {
      (name.find('/') == std::string::npos ? condition.base_names : condition.whole).insert(name);
    }
    add(std::move(condition), Fact::kArgv0);
  }

  void globs(std::string_view name, const std::vector<std::string>& patterns, std::optional<std::string_view> Subject::* text, Fact fact,
             Glob::Reach reach = Glob::Reach::kWhole) {
    if (patterns.empty()) return;
    TextMatches condition{text, {}};
    for (std::size_t item = 0; item < patterns.size(); ++item) {
      auto glob = Glob::parse(patterns[item], reach);
      if (glob) {
        condition.globs.push_back(*std::move(glob));
      } else {
        refuse(name, item, patterns[item], glob.error().offset, patterns[item], "a glob", glob.error().message);
      }
    }
    add(std::move(condition), fact);
  }

  void env() {
    for (std::size_t item = 0; item < match_.env.size(); ++item) {
      const EnvCondition& wanted = match_.env[item];
      VariableIs condition{wanted.name, {}};
      if (wanted.kind == EnvCondition::Kind::kEquals) condition.wanted = wanted.text;
      if (wanted.kind == EnvCondition::Kind::kPattern) {
        auto pattern = this->pattern("env." + wanted.name, item, wanted.text);
        if (!pattern) continue;
        condition.wanted = *std::move(pattern);
      }
      place_in(findings_.needs.variables, wanted.name);
      add(std::move(condition), Fact::kEnv);
    }
  }

  void descent() {
    if (match_.pid.empty() && match_.pidfile.empty()) return;
    Descends condition;
    for (const std::uint32_t pid : match_.pid) condition.questions.push_back(place_in(findings_.questions, DescentQuestion{pid}));
    for (const std::string& file : match_.pidfile) condition.questions.push_back(place_in(findings_.questions, DescentQuestion{file}));
    add(std::move(condition), Fact::kDescent);
  }

  void cmdline() {
    for (std::size_t item = 0; item < match_.cmdline.size(); ++item) {
      if (auto pattern = this->pattern("cmdline", item, match_.cmdline[item])) {
        add(CommandLineMatches{*std::move(pattern)}, Fact::kArgs);
      }
    }
  }

  std::optional<Pattern> pattern(std::string_view name, std::size_t item, const std::string& text) {
    auto pattern = Pattern::parse(text);
    if (pattern) return *std::move(pattern);
    refuse(name, item, text, pattern.error().offset, pattern.error().found, "a regular expression (RE2)", pattern.error().message);
    return std::nullopt;
  }

  void refuse(std::string_view name, std::size_t item, const std::string& text, std::size_t offset, const std::string& found,
              const char* expected, const std::string& hint) {
    findings_.errors.push_back({rule_, key_ + "." + std::string{name}, item, text, offset, found, expected, hint});
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

bool CompiledMatch::all(Evaluation& subject) const {
  return std::all_of(conditions_.begin(), conditions_.end(), [&](const Condition& condition) { return holds(condition, subject); });
}

bool CompiledMatch::any(Evaluation& subject) const {
  return std::any_of(conditions_.begin(), conditions_.end(), [&](const Condition& condition) { return holds(condition, subject); });
}

Captures CompiledMatch::captures(Evaluation& subject) const {
  Captures captures;
  const auto command_line = subject.command_line();
  if (!command_line) return captures;
  for (const Condition& condition : conditions_) {
    if (const auto* matches = std::get_if<CommandLineMatches>(&condition)) matches->pattern.capture(*command_line, captures);
  }
  return captures;
}

}  // namespace procledger::rules
