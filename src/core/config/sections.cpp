// SPDX-License-Identifier: Apache-2.0
#include "core/config/sections.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <string>

#include "base/duration.hpp"
#include "core/config/checks.hpp"
#include "core/config/group.hpp"

namespace procledger::config {
namespace {

constexpr std::size_t kCommBytes = 15;  // TASK_COMM_LEN without the NUL

std::string_view without_spaces(std::string_view word) {
  const auto first = word.find_first_not_of(' ');
  if (first == std::string_view::npos) return {};
  return word.substr(first, word.find_last_not_of(' ') - first + 1);
}

constexpr std::array<std::string_view, 2> kCollectKeys{"interval", "lifetime_histogram"};
constexpr std::array<std::string_view, 3> kLimitKeys{"groups", "series", "label_bytes"};
constexpr std::array<std::string_view, 1> kThreadKeys{"filter"};
constexpr std::string_view kInterval = "0s, or a duration from 10ms to 1h such as 500ms, 5s, 1m30s";
constexpr std::chrono::milliseconds kShortest{10};
constexpr std::chrono::milliseconds kLongest = std::chrono::hours{1};

std::string interval_hint(const std::string& text) {
  const bool digits = std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  return digits ? "a number needs a unit: did you mean \"" + text.substr(0, 20) + "s\"?" : "";
}

constexpr std::array<std::string_view, 2> kContainerKeys{"labels", "class"};
constexpr std::array<std::string_view, 6> kFields{"namespace", "pod", "container", "container_id", "pod_uid", "qos"};  // as ContainerField
constexpr std::string_view kClassLabel = "class";
constexpr std::string_view kHostClass = "host";

std::optional<ContainerField> field_of(std::string_view word) {
  const auto at = std::find(kFields.begin(), kFields.end(), word);
  if (at == kFields.end()) return std::nullopt;
  return static_cast<ContainerField>(at - kFields.begin());
}

/// Reads a label with its default name, as in "pod".
void read_plain(const Value& value, std::vector<ContainerLabel>& labels) {
  if (const auto index = value.word(kFields)) labels.push_back({static_cast<ContainerField>(*index), std::string{kFields[*index]}});
}

/// Reads labels with other names, as in "pod: k8s_pod".
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
                            {"the class " + quoted(member.key), "a name of your own", "processes outside pods have the class \"host\""});
    }
    classes.push_back({member.key, read_texts(member.value, "a namespace pattern or a list of them",
                                              [](const Value& item, const std::string& text) { check_glob(item, text); })});
  }
  return classes;
}

}  // namespace

Result<void> add_to(rules::ThreadFilter& filter, std::string_view word) {
  if (word.empty()) return fail(ErrorKind::kUsage, "an item of the list is empty");
  const bool number = std::ranges::all_of(word, [](char c) { return c >= '0' && c <= '9'; });
  if (!number) {
    filter.comm.emplace_back(word.substr(0, kCommBytes));  // the kernel keeps only this part of a name
    return {};
  }
  std::uint32_t pid = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), pid);
  if (error != std::errc{} || pid == 0 || pid > kMaxPid) {
    return fail(ErrorKind::kUsage, std::string{word} + " is not a PID; PIDs are 1 to " + std::to_string(kMaxPid));
  }
  filter.pid.push_back(pid);
  return {};
}

Result<rules::ThreadFilter> parse_thread_filter(std::string_view list) {
  rules::ThreadFilter filter;
  for (bool more = true; more;) {
    const auto comma = list.find(',');
    more = comma != std::string_view::npos;
    if (auto taken = add_to(filter, without_spaces(list.substr(0, comma))); !taken) return tl::unexpected{taken.error()};
    if (more) list.remove_prefix(comma + 1);
  }
  return filter;
}

Collect read_collect(const Value& value) {
  Collect collect;
  const auto members = value.members(kCollectKeys);
  if (const Value* interval = find(members, "interval")) {
    if (const auto text = interval->text(kInterval)) {
      const auto length = parse_duration(*text);
      if (!length || (length->count() != 0 && (*length < kShortest || *length > kLongest))) {
        interval->error({quoted(*text), std::string{kInterval}, length ? "" : interval_hint(*text)});
      } else {
        collect.interval = *length;
      }
    }
  }
  if (const Value* histogram = find(members, "lifetime_histogram")) {
    collect.lifetime_histogram = histogram->flag().value_or(collect.lifetime_histogram);
  }
  return collect;
}

Limits read_limits(const Value& value) {
  Limits limits;
  const auto members = value.members(kLimitKeys);
  const auto read = [&members](std::string_view key, std::uint32_t& limit, std::uint32_t from, std::uint32_t to) {
    if (const Value* found = find(members, key)) limit = found->number(from, to).value_or(limit);
  };
  read("groups", limits.groups, 1, 100'000);
  read("series", limits.series, 100, 10'000'000);
  read("label_bytes", limits.label_bytes, 16, 1024);
  return limits;
}

rules::ThreadFilter read_thread_filter(const Value& value) {
  rules::ThreadFilter filter;
  const auto members = value.members(kThreadKeys);
  const Value* items = find(members, "filter");
  if (items == nullptr) return filter;
  constexpr std::string_view kExpected = "a command's name or a PID, or a list of them";
  for (const Value& item : items->items(kExpected)) {
    const auto word = item.text(kExpected);
    if (!word) continue;
    if (auto taken = add_to(filter, *word); !taken) item.error({quoted(*word), std::string{kExpected}, taken.error().message});
  }
  return filter;
}

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
