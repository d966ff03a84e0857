// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "core/config/checks.hpp"
#include "core/config/match.hpp"
#include "core/config/sections.hpp"

namespace procledger::config {
namespace {

constexpr std::array<std::string_view, 2> kContainerKeys{"labels", "class"};
constexpr std::array<std::string_view, 6> kFields{"namespace", "pod", "container", "container_id", "pod_uid", "qos"};  // as ContainerField
constexpr std::string_view kClassLabel = "class";
constexpr std::string_view kHostClass = "host";

std::optional<ContainerField> field_of(std::string_view word) {
  const auto at = std::find(kFields.begin(), kFields.end(), word);
  if (at == kFields.end()) return std::nullopt;
  return static_cast<ContainerField>(at - kFields.begin());
}

/// "pod".
void read_plain(const Value& value, std::vector<ContainerLabel>& labels) {
  if (const auto index = value.word(kFields)) labels.push_back({static_cast<ContainerField>(*index), std::string{kFields[*index]}});
}

/// "pod: k8s_pod".
void read_renamed(const Value& value, std::vector<ContainerLabel>& labels) {
  for (const Value::Member& member : value.members(kFields)) {
    const auto name = member.value.text("the name of a label");
    if (!name || !check_label_name(member.value, member.value.node().place, *name)) continue;
    labels.push_back({field_of(member.key).value_or(ContainerField::kPod), *name});
  }
}

std::vector<ContainerLabel> read_labels(const Value& value) {
  std::vector<ContainerLabel> labels;
  const auto add = [&labels](const Value& from) {
    std::vector<ContainerLabel> more;
    from.is(TreeNode::Kind::kMap) ? read_renamed(from, more) : read_plain(from, more);
    for (ContainerLabel& each : more) {
      const bool taken = std::any_of(labels.begin(), labels.end(), [&](const ContainerLabel& other) { return other.name == each.name; });
      if (taken) from.error({"a second label " + quoted(each.name), "each label once", {}});
      labels.push_back(std::move(each));
    }
  };
  if (value.is(TreeNode::Kind::kMap)) {
    add(value);
  } else {
    for (const Value& item : value.list()) add(item);
  }
  return labels;
}

std::vector<ContainerClass> read_classes(const Value& value) {
  std::vector<ContainerClass> classes;
  for (const Value::Member& member : value.members()) {
    if (member.key.empty() || member.key == kHostClass) {
      member.value.complain(Severity::kError, member.place,
                            {"the class " + quoted(member.key), "a name of your own", "what runs in no pod is \"host\" by itself"});
    }
    classes.push_back({member.key, read_texts(member.value, "a namespace pattern or a list of them", check_glob)});
  }
  return classes;
}

}  // namespace

Containers read_containers(const Value& value) {
  Containers containers;
  const auto members = value.members(kContainerKeys);
  if (const Value* labels = find(members, "labels")) containers.labels = read_labels(*labels);
  if (const Value* classes = find(members, "class")) {
    containers.classes = read_classes(*classes);
    const bool taken = std::any_of(containers.labels.begin(), containers.labels.end(),
                                   [](const ContainerLabel& label) { return label.name == kClassLabel; });
    if (taken) classes->error({"the label \"class\" is among containers.labels already", "each label once", "rename that label"});
  }
  return containers;
}

CommonLabels common_labels(const Containers& containers) {
  CommonLabels names;
  for (const ContainerLabel& label : containers.labels) names.insert(label.name);
  if (!containers.classes.empty()) names.emplace(kClassLabel);
  return names;
}

}  // namespace procledger::config
