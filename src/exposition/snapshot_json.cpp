// SPDX-License-Identifier: Apache-2.0
#include "exposition/snapshot_json.hpp"

#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include "core/metrics/metric_table.hpp"

namespace procledger::exposition {
namespace {

using metrics::to_seconds;
using nlohmann::json;

/// Puts each sample into an object, at the keys that the metric's row names.
class JsonSink final : public metrics::SampleSink {
 public:
  explicit JsonSink(json& object) : object_{object} {}

  void open(const metrics::Family& family) override {
    path_ = family.json;
    is_flag_ = path_.ends_with('?');
    if (is_flag_) path_.remove_suffix(1);
  }

 private:
  void on_sample(metrics::LabelValues labels, const metrics::Number& value) override {
    if (path_.empty()) return;
    json& at = place(labels);
    if (is_flag_) {
      at = metrics::as_double(value) != 0;
    } else {
      std::visit([&at](auto number) { at = number; }, value);
    }
  }
  void on_hidden(metrics::LabelValues labels, const metrics::Number& value) override { on_sample(labels, value); }
  void on_histogram(const metrics::Histogram& histogram) override {
    place({}) = {{"bounds_seconds", histogram.bounds}, {"counts", histogram.counts}, {"sum_seconds", histogram.sum}};
  }

  [[nodiscard]] json& place(metrics::LabelValues labels) const {
    json* at = &object_;
    auto label = labels.begin();
    for (std::string_view rest = path_; !rest.empty();) {
      std::string key{rest.substr(0, rest.find('.'))};
      rest.remove_prefix(std::min(key.size() + 1, rest.size()));
      if (const auto gap = key.find("{}"); gap != std::string::npos) key.replace(gap, 2, *label++);
      at = &(*at)[key];
    }
    return *at;
  }

  json& object_;
  std::string_view path_;
  bool is_flag_{};
};

/// What the table says of one row below a group, beside what identifies it.
template <typename Row>
json with_values(json identity, const Row& row) {
  JsonSink sink{identity};
  metrics::walk_detail(row, sink);
  return identity;
}

json row_json(const metrics::ThreadNameRow& row) { return with_values({{"name", row.name}, {"living", row.living}}, row); }

json row_json(const metrics::ThreadRow& row) {
  return with_values(
      {{"daemon", row.daemon}, {"pname", row.pname}, {"tname", row.tname}, {"pid", row.pid}, {"ppid", row.ppid}, {"tid", row.tid}}, row);
}

json row_json(const metrics::ProcessRow& row) {
  json out = with_values({{"pid", row.pid}, {"comm", row.comm}}, row);
  if (!row.exe.empty()) out["exe"] = row.exe;
  if (!row.cmdline.empty()) out["cmdline"] = row.cmdline;
  if (!row.user.empty()) out["user"] = row.user;
  return out;
}

template <typename Row>
void put_rows(json& group, const char* key, const std::vector<Row>& rows) {
  for (const Row& row : rows) group[key].push_back(row_json(row));
}

template <typename T>
void put(json& object, const char* key, const std::optional<T>& value) {
  if (value) object[key] = *value;
}

/// The group's metrics of which `wanted` is true, with `total` as what was consumed.
template <typename Wanted>
void put_metrics(json& object, const metrics::GroupView& group, Wanted wanted) {
  JsonSink sink{object};
  for (const metrics::Metric& metric : metrics::group_metrics()) {
    if (!wanted(metric.family.json)) continue;
    sink.open(metric.family);
    metrics::walk_group(metric, group, sink);
  }
}

json group_json(const metrics::GroupRow& row, const metrics::Snapshot& snapshot) {
  const auto& account = row.account;
  json group{{"name", row.name}, {"configured", row.configured}};
  auto& labels = group["labels"] = json::object();
  for (const auto& [name, value] : row.labels) labels[name] = value;
  put_metrics(group, {row, snapshot, account.total}, [](std::string_view path) { return !path.empty(); });
  const auto put_usage = [&](const char* of, const event::Totals& total) {
    put_metrics(group["children"][of], {row, snapshot, total}, [](std::string_view path) { return path.starts_with(metrics::kUsage); });
  };
  put_usage("cumulative", account.children.total);
  if (snapshot.kernel.lives) {
    put_usage("waited", account.reaped[static_cast<std::size_t>(ledger::Reaping::kWaited)].own.total);
    put_usage("autoreaped", account.reaped[static_cast<std::size_t>(ledger::Reaping::kAutoreaped)].own.total);
  }
  put_rows(group, "thread_names", row.thread_names);
  put_rows(group, "thread_list", row.threads);
  put_rows(group, "process_list", row.processes);
  return group;
}

json losses_json(const metrics::Snapshot& snapshot) {
  json losses = json::array();
  for (const auto& loss : snapshot.losses) {
    json row{{"cause", loss.cause}, {"records", loss.records}};
    put(row, "cpu_seconds", to_seconds(loss.cpu_ns));
    losses.push_back(std::move(row));
  }
  return losses;
}

json sources_json(const metrics::Snapshot& snapshot) {
  json sources = json::array();
  for (const auto& source : snapshot.sources) {
    sources.push_back({{"name", source.name}, {"active", source.active}, {"reason", source.reason}});
  }
  return sources;
}

}  // namespace

std::string snapshot_json(const metrics::Snapshot& snapshot, const Build& build, const DaemonMetrics& daemon) {
  json groups = json::array();
  for (const auto& row : snapshot.groups) groups.push_back(group_json(row, snapshot));
  json processes = json::array();
  for (const auto& row : snapshot.users) {
    processes.push_back({{"user", row.user}, {"state", metrics::state_name(row.state)}, {"processes", row.processes}});
  }
  const auto& kernel = snapshot.kernel;
  json page{{"build", {{"version", build.version}, {"revision", build.revision}, {"compiler", build.compiler}}},
            {"groups", std::move(groups)},
            {"processes", std::move(processes)},
            {"lost", losses_json(snapshot)},
            {"sources", sources_json(snapshot)},
            {"bpf_recursion_misses", json::object()},
            {"kernel", {{"btf", kernel.btf}, {"irq_time", kernel.irq_time}, {"steal_time", kernel.steal_time}, {"cgroup", kernel.cgroup}}}};
  JsonSink sink{page};
  metrics::walk(metrics::host_metrics(), {snapshot, build}, sink);
  add_collected(daemon, sink);
  if (snapshot.host.cpus > 0) page["host"]["capacity_seconds"] = to_seconds(snapshot.host.capacity_ns);
  return page.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
}

}  // namespace procledger::exposition
