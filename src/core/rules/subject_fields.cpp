// SPDX-License-Identifier: Apache-2.0
#include "core/rules/subject_fields.hpp"

#include <array>
#include <chrono>
#include <cstdio>
#include <optional>
#include <utility>

namespace procledger::rules {
namespace {

std::string text_of(std::optional<std::string_view> fact) { return std::string{fact.value_or("")}; }

std::string base_text(std::optional<std::string_view> path, std::string_view otherwise) {
  return std::string{path ? base_name(*path) : otherwise};
}

std::string user_text(const Subject& facts) { return facts.user ? std::string{*facts.user} : std::to_string(facts.uid); }

}  // namespace

std::string SubjectFields::scalar(Field field) const {
  const Subject& facts = subject_.subject();
  switch (field) {
    case Field::kComm:
      return std::string{facts.comm};
    case Field::kExe:
      return text_of(facts.exe);
    case Field::kExeBase:
      return base_text(subject_.argv0(), facts.comm);
    case Field::kExeFull:
      return std::string{subject_.argv0().value_or(facts.comm)};
    case Field::kUsername:
      return user_text(facts);
    case Field::kPid:
      return std::to_string(facts.tgid);
    case Field::kStartTime:
      return facts.start_unix_ns ? start_time_text(*facts.start_unix_ns) : "";
    case Field::kCgroup:
      return text_of(facts.cgroup);
    case Field::kUnit:
      return text_of(facts.unit);
    case Field::kNamespace:
      return text_of(facts.namespace_name);
    case Field::kPod:
      return text_of(facts.pod);
    case Field::kContainer:
      return text_of(facts.container);
    case Field::kCgroups:
    case Field::kMatches:
      break;
  }
  return "";
}

std::vector<std::string> SubjectFields::slice(Field field) const {
  if (field != Field::kCgroups) return {};
  const auto paths = subject_.subject().cgroups;
  return {paths.begin(), paths.end()};
}

std::string start_time_text(std::uint64_t unix_ns) {
  using std::chrono::sys_days;
  constexpr std::uint64_t kCentisecondNs = 10'000'000;
  const std::chrono::sys_time<std::chrono::nanoseconds> at{std::chrono::nanoseconds{unix_ns}};
  const sys_days day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss time{std::chrono::floor<std::chrono::seconds>(at - day)};

  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02u %02d:%02d:%02d", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), static_cast<int>(time.hours().count()),
                static_cast<int>(time.minutes().count()), static_cast<int>(time.seconds().count()));
  std::string out = text.data();
  if (const auto hundredths = unix_ns / kCentisecondNs % 100; hundredths != 0) {  // Go leaves zeros at the end out
    out += '.';
    out += static_cast<char>('0' + hundredths / 10);
    if (hundredths % 10 != 0) out += static_cast<char>('0' + hundredths % 10);
  }
  return out + " +0000 UTC";
}

void add_needs(const Template& text, Needs& needs) {
  constexpr std::array kMadeOf{
      std::pair{Field::kComm, Fact::kComm},     std::pair{Field::kExe, Fact::kExe},
      std::pair{Field::kExeBase, Fact::kArgv0}, std::pair{Field::kExeBase, Fact::kComm},
      std::pair{Field::kExeFull, Fact::kArgv0}, std::pair{Field::kExeFull, Fact::kComm},
      std::pair{Field::kUsername, Fact::kUser}, std::pair{Field::kUsername, Fact::kUid},
      std::pair{Field::kPid, Fact::kTgid},      std::pair{Field::kStartTime, Fact::kStartTime},
      std::pair{Field::kCgroup, Fact::kCgroup}, std::pair{Field::kCgroups, Fact::kCgroups},
      std::pair{Field::kUnit, Fact::kUnit},     std::pair{Field::kNamespace, Fact::kNamespace},
      std::pair{Field::kPod, Fact::kPod},       std::pair{Field::kContainer, Fact::kContainer},
  };
  for (const auto& [field, fact] : kMadeOf) {
    if (text.uses(field)) needs.add(fact);
  }
}

}  // namespace procledger::rules
