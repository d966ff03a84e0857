// SPDX-License-Identifier: Apache-2.0
#include "core/grouping/policy.hpp"

#include <algorithm>
#include <utility>

namespace procledger::grouping {
namespace {

constexpr std::string_view kClassLabel = "class";
constexpr std::string_view kHostClass = "host";  // processes outside pods

std::string_view field_of(const rules::Place& place, config::ContainerField field) {
  using config::ContainerField;
  switch (field) {
    case ContainerField::kNamespace:
      return place.namespace_name;
    case ContainerField::kPod:
      return place.pod;
    case ContainerField::kContainer:
      return place.container;
    case ContainerField::kContainerId:
      return place.container_id;
    case ContainerField::kPodUid:
      return place.pod_uid;
    case ContainerField::kQos:
      return place.qos;
  }
  return {};
}

bool is_fixed(std::string_view text) { return text.find("{{") == std::string_view::npos; }

bool is_fixed(const rules::Rule& rule) {
  return is_fixed(rule.name) && std::ranges::all_of(rule.labels, [](const auto& label) { return is_fixed(label.second); });
}

}  // namespace

Result<Policy> Policy::compile(const config::Config& config) {
  rules::PatternCompiler own;
  rules::PatternCompiler& patterns = config.patterns ? *config.patterns : own;
  auto rules = rules::RuleSet::compile(config.book, patterns);
  if (!rules) return fail(ErrorKind::kMalformed, rules.error().front().key + ": " + rules.error().front().error.found);
  Policy policy;
  policy.rules_ = std::make_shared<const rules::RuleSet>(std::move(*rules));
  policy.limits_ = {.groups = config.limits.groups, .label_bytes = config.limits.label_bytes};
  policy.inherits_ = config.book.inherit;
  policy.excludes_self_ = config.book.exclude_self;
  policy.thread_filter_ = config.book.thread_filter;
  policy.labels_ = config.containers.labels;
  policy.wants_pss_ = config.book.fallback_series.pss;
  policy.wants_sockets_ = config.book.fallback_series.sockets;
  bool processes = config.book.fallback_series.processes;
  for (const config::ContainerClass& each : config.containers.classes) {
    Class compiled{.name = each.name, .namespaces = {}};
    for (const std::string& pattern : each.patterns) {
      const auto& glob = patterns.glob(pattern);
      if (!glob) return fail(ErrorKind::kMalformed, "containers.class." + each.name + ": " + glob.error().found);
      compiled.namespaces.push_back(*glob);
    }
    policy.classes_.push_back(std::move(compiled));
  }
  for (std::size_t i = 0; i < config.book.rules.size(); ++i) {
    const rules::Rule& rule = config.book.rules[i];
    policy.kernel_rules_.push_back(!rule.match.comm.empty());
    processes |= rule.series.processes;
    policy.wants_pss_ |= rule.series.pss;
    policy.wants_sockets_ |= rule.series.sockets;
    if (is_fixed(rule) && !policy.has_place_labels()) {
      policy.fixed_.push_back({.rule = i, .name = rule.name, .labels = rule.labels, .series = rule.series});
    }
  }
  policy.required_ = policy.rules_->required();
  if (processes) {
    policy.required_.add(rules::Attribute::kArgs);
    policy.required_.add(rules::Attribute::kExe);
  }
  return policy;
}

Labels Policy::place_labels(rules::ProcessAttributes& process) const {
  Labels labels;
  if (!has_place_labels()) return labels;
  const rules::Place* place = process.place();
  for (const config::ContainerLabel& label : labels_) {
    const std::string_view value = place != nullptr ? field_of(*place, label.source) : std::string_view{};
    if (!value.empty()) labels.emplace_back(label.name, value);
  }
  if (classes_.empty()) return labels;
  if (place == nullptr || place->namespace_name.empty()) {
    labels.emplace_back(kClassLabel, kHostClass);
    return labels;
  }
  const auto takes = [place](const Class& each) {
    return std::ranges::any_of(each.namespaces, [place](const rules::Glob& glob) { return glob.matches(place->namespace_name); });
  };
  if (const auto found = std::ranges::find_if(classes_, takes); found != classes_.end()) labels.emplace_back(kClassLabel, found->name);
  return labels;
}

bool Policy::wants_threads_of(const rules::ProcessAttributes& process) const {
  if (std::ranges::find(thread_filter_.comm, process.comm()) != thread_filter_.comm.end()) return true;
  return std::ranges::any_of(thread_filter_.pid, [&process](std::uint32_t pid) { return process.descends_from(pid); });
}

bool Policy::needs_places() const {
  const rules::RequiredAttributes& required = rules_->required();
  return needs_pods() || required.has(rules::Attribute::kCgroup) || required.has(rules::Attribute::kUnit);
}

bool Policy::needs_pods() const { return has_place_labels() || rules_->required().has_kubernetes(); }

}  // namespace procledger::grouping
