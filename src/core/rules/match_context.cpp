// SPDX-License-Identifier: Apache-2.0
#include "core/rules/match_context.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace procledger::rules {

std::string_view base_name(std::string_view path) {
  const std::size_t end = path.find_last_not_of('/');
  if (end == std::string_view::npos) return path.substr(0, 1);
  path = path.substr(0, end + 1);
  return path.substr(path.rfind('/') + 1);
}

Evaluation::Evaluation(const Subject& subject, const Surroundings& surroundings, std::span<const DescentQuestion> questions)
    : subject_{subject}, surroundings_{surroundings}, questions_{questions} {
  if (!subject.args || subject.kernel_thread) return;
  args_ = subject.args->substr(0, subject.args->find_last_not_of('\0') + 1);
  const std::string_view first = args_->substr(0, args_->find('\0'));
  if (!first.empty()) argv0_ = first;
}

std::optional<std::string_view> Evaluation::command_line() {
  if (!args_) return std::nullopt;
  if (!command_line_) command_line_ = valid_utf8(join_arguments(*args_));
  return *command_line_;
}

Variable Evaluation::variable(std::string_view name) const {
  if (!subject_.env) return {};
  for (std::string_view rest = subject_.env->block; !rest.empty();) {
    const std::size_t end = rest.find('\0');
    const std::string_view entry = rest.substr(0, end);
    if (end == std::string_view::npos && subject_.env->cut) break;
    if (entry.size() > name.size() && entry[name.size()] == '=' && entry.starts_with(name)) {
      return {Variable::State::kSet, entry.substr(name.size() + 1)};
    }
    rest.remove_prefix(std::min(entry.size() + 1, rest.size()));
  }
  return {subject_.env->cut ? Variable::State::kUnknown : Variable::State::kUnset, {}};
}

bool Evaluation::descends(std::size_t question) {
  answers_.resize(questions_.size());
  std::optional<bool>& answer = answers_[question];
  if (!answer) answer = ask(questions_[question]);
  return *answer;
}

bool Evaluation::ask(const DescentQuestion& question) const {
  const auto* number = std::get_if<std::uint32_t>(&question);
  const auto ancestor = number ? std::optional{*number} : surroundings_.pid_in(std::get<std::string>(question));
  return ancestor && (*ancestor == subject_.tgid || surroundings_.descends_from(*ancestor));
}

}  // namespace procledger::rules
