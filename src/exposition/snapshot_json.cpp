// SPDX-License-Identifier: Apache-2.0
#include "exposition/snapshot_json.hpp"

#include <algorithm>
#include <cstddef>
#include <map>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "core/metrics/metric_table.hpp"

namespace procledger::exposition {
namespace {

using metrics::to_seconds;
using nlohmann::json;

/// Writes each sample into an object, at the place in the metric's row (Family::json).
class JsonSink final : public metrics::SampleSink {
 public:
  explicit JsonSink(json& object) : object_{object} {}

  void open(const metrics::Family& family) override {
    path_ = family.json;
    label_names_ = family.labels;
    is_flag_ = path_.ends_with('?');
    if (is_flag_) path_.remove_suffix(1);
    if (const auto bracket = path_.find('['); bracket != std::string_view::npos) {
      json& list = object_[std::string{path_.substr(0, bracket)}];
      if (list.is_null()) list = json::array();  // the list exists even without elements
    }
  }

 private:
  void on_sample(metrics::LabelValues labels, const metrics::Number& value) override {
    if (path_.empty()) return;
    json& at = place(labels);
    if (path_.ends_with('*')) {
      put_labels(at, labels);
    } else if (is_flag_) {
      at = metrics::as_double(value) != 0;
    } else {
      std::visit([&at](auto number) { at = number; }, value);
    }
  }
  void on_hidden(metrics::LabelValues labels, const metrics::Number& value) override { on_sample(labels, value); }
  void on_histogram(const metrics::Histogram& histogram) override {
    metrics::LabelValues none;
    place(none) = {{"bounds_seconds", histogram.bounds}, {"counts", histogram.counts}, {"sum_seconds", histogram.sum}};
  }

  /// The place of the value. Removes the labels that the path uses from `labels`.
  [[nodiscard]] json& place(metrics::LabelValues& labels) {
    json* at = &object_;
    for (std::string_view rest = path_; !rest.empty() && rest != "*";) {
      std::string key{take_until(rest, '.')};
      if (key.ends_with(']')) {
        at = &element(key, labels);
        continue;
      }
      if (const auto gap = key.find("{}"); gap != std::string::npos) key.replace(gap, 2, take(labels));
      at = &(*at)[key];
    }
    return *at;
  }

  /// The element of a list. In "list[name,...]", the names in brackets are the keys that identify the element.
  json& element(std::string_view key, metrics::LabelValues& labels) {
    std::string_view names = key.substr(0, key.size() - 1);
    std::string identity{take_until(names, '[')};
    json& list = object_[identity];
    json fresh = json::object();
    while (!names.empty()) {
      const std::string_view value = take(labels);
      fresh[std::string{take_until(names, ',')}] = value;
      (identity += '\0') += value;
    }
    const auto [found, is_new] = elements_.try_emplace(std::move(identity), list.size());
    if (is_new) list.push_back(std::move(fresh));
    return list[found->second];
  }

  /// Writes the remaining labels, by name.
  void put_labels(json& object, metrics::LabelValues labels) const {
    std::string_view names = label_names_;
    const std::size_t count = static_cast<std::size_t>(std::ranges::count(names, ',')) + 1;
    for (std::size_t i = 0; i < count; ++i) {
      const std::string name{take_until(names, ',')};
      if (i + labels.size() < count) continue;
      const std::string_view value = labels[i + labels.size() - count];
      object[name] = value == "true" ? json(true) : value == "false" ? json(false) : json(value);
    }
  }

  static std::string_view take(metrics::LabelValues& labels) {
    if (labels.empty()) return {};  // the path has more placeholders than the metric has labels
    const std::string_view value = labels.front();
    labels = labels.subspan(1);
    return value;
  }

  json& object_;
  std::string_view path_;
  std::string_view label_names_;
  bool is_flag_{};
  std::map<std::string, std::size_t> elements_;  ///< index of list elements, by list and labels
};

/// Writes groups as JSON objects.
class GroupWriter {
 public:
  GroupWriter(const metrics::Snapshot& snapshot, const metrics::MetricTable& table) : snapshot_{snapshot}, table_{table} {}

  [[nodiscard]] json group(const metrics::GroupRow& row) const {
    const auto& account = row.account;
    json object{{"name", row.name}, {"configured", row.configured}};
    auto& labels = object["labels"] = json::object();
    for (const auto& [name, value] : row.labels) labels[name] = value;
    put_metrics(object, {row, snapshot_, account.total}, [](std::string_view path) { return !path.empty(); });
    auto& children = object["children"];
    put_usage(children["cumulative"], {row, snapshot_, account.children.total});
    if (snapshot_.kernel.lives) {
      put_usage(children["waited"], {row, snapshot_, account.reaped[static_cast<std::size_t>(ledger::Reaping::kWaited)].own.total});
      put_usage(children["autoreaped"], {row, snapshot_, account.reaped[static_cast<std::size_t>(ledger::Reaping::kAutoreaped)].own.total});
    }
    put_rows(object, "thread_names", row.thread_names);
    put_rows(object, "thread_list", row.threads);
    put_rows(object, "process_list", row.processes);
    return object;
  }

 private:
  /// Writes the group's metrics for which `wanted` is true.
  template <typename Wanted>
  void put_metrics(json& object, const metrics::GroupView& group, Wanted wanted) const {
    JsonSink sink{object};
    for (const metrics::Metric& metric : table_.groups()) {
      if (!wanted(metric.family.json)) continue;
      sink.open(metric.family);
      metrics::emit_group(metric, group, sink);
    }
  }

  void put_usage(json& object, const metrics::GroupView& group) const {
    put_metrics(object, group, [](std::string_view path) { return path.starts_with(metrics::kUsage); });
  }

  template <typename Row>
  void put_rows(json& object, const char* key, const std::vector<Row>& rows) const {
    for (const Row& row : rows) {
      json element = identity(row);
      JsonSink sink{element};
      metrics::emit_detail(table_, row, sink);
      object[key].push_back(std::move(element));
    }
  }

  static json identity(const metrics::ThreadNameRow& row) { return {{"name", row.name}, {"living", row.living}}; }
  static json identity(const metrics::ThreadRow& row) {
    return {{"daemon", row.daemon}, {"pname", row.pname}, {"tname", row.tname}, {"pid", row.pid}, {"ppid", row.ppid}, {"tid", row.tid}};
  }
  static json identity(const metrics::ProcessRow& row) {
    json object{{"pid", row.pid}, {"comm", row.comm}};
    if (!row.exe.empty()) object["exe"] = row.exe;
    if (!row.cmdline.empty()) object["cmdline"] = row.cmdline;
    if (!row.user.empty()) object["user"] = row.user;
    return object;
  }

  const metrics::Snapshot& snapshot_;
  const metrics::MetricTable& table_;
};

}  // namespace

std::string snapshot_json(const metrics::Snapshot& snapshot, const Build& build, const DaemonMetrics& daemon,
                          const metrics::MetricTable& table) {
  json groups = json::array();
  const GroupWriter writer{snapshot, table};
  for (const auto& row : snapshot.groups) groups.push_back(writer.group(row));
  json page{{"groups", std::move(groups)}, {"bpf_recursion_misses", json::object()}};
  JsonSink sink{page};
  metrics::emit(table.host(), {snapshot, build, table}, sink);
  add_collected(daemon, sink);
  if (snapshot.host.cpus > 0) page["host"]["capacity_seconds"] = to_seconds(snapshot.host.capacity_ns);
  return page.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
}

}  // namespace procledger::exposition
