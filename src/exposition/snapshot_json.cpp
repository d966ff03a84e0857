// SPDX-License-Identifier: Apache-2.0
#include "exposition/snapshot_json.hpp"

#include <nlohmann/json.hpp>

#include "exposition/state_names.hpp"

namespace procledger::exposition {
namespace {

using nlohmann::json;

double seconds(std::uint64_t nanoseconds) { return static_cast<double>(nanoseconds) / 1e9; }

template <typename T>
void put(json& object, const char* key, const std::optional<T>& value) {
  if (value) object[key] = *value;
}

void put_seconds(json& object, const char* key, const std::optional<std::uint64_t>& nanoseconds) {
  if (nanoseconds) object[key] = seconds(*nanoseconds);
}

json lifetimes_json(const ledger::Lifetimes& lifetimes) {
  return {{"bounds_seconds", ledger::kLifetimeBounds}, {"counts", lifetimes.buckets}, {"sum_seconds", seconds(lifetimes.sum_ns)}};
}

json group_json(const metrics::GroupRow& row, bool lifetimes) {
  const auto& account = row.account;
  json group{{"name", row.name},
             {"cpu_seconds", {{"user", seconds(account.shown.user_ns)}, {"system", seconds(account.shown.system_ns)}}},
             {"processes", account.processes},
             {"threads", account.threads},
             {"forks", account.forks},
             {"execs", account.execs},
             {"exits", {{"ok", account.exits[0]}, {"error", account.exits[1]}, {"signal", account.exits[2]}}}};
  auto& labels = group["labels"] = json::object();
  for (const auto& [name, value] : row.labels) labels[name] = value;
  if (lifetimes) group["lifetimes"] = lifetimes_json(account.lifetimes);
  put(group, "oldest_start_time_seconds", row.oldest_start_seconds);
  return group;
}

json host_json(const ledger::HostAccount& host) {
  if (host.cpus == 0) return nullptr;  // no reading yet
  json out{{"cpus", host.cpus}, {"tasks_seconds", seconds(host.tasks_ns)}, {"capacity_seconds", seconds(host.capacity_ns)}};
  put_seconds(out, "idle_seconds", host.idle_ns);
  put_seconds(out, "irq_seconds", host.irq_ns);
  put_seconds(out, "softirq_seconds", host.softirq_ns);
  put_seconds(out, "steal_seconds", host.steal_ns);
  if (host.residual_ns) out["residual_seconds"] = static_cast<double>(*host.residual_ns) / 1e9;
  return out;
}

json losses_json(const metrics::Snapshot& snapshot) {
  json losses = json::array();
  for (const auto& loss : snapshot.losses) {
    json row{{"cause", loss.cause}, {"records", loss.records}};
    put_seconds(row, "cpu_seconds", loss.cpu_ns);
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

std::string snapshot_json(const metrics::Snapshot& snapshot, const Build& build) {
  json groups = json::array();
  for (const auto& row : snapshot.groups) groups.push_back(group_json(row, snapshot.lifetime_histogram));
  json processes = json::array();
  for (const auto& row : snapshot.users) {
    processes.push_back({{"user", row.user}, {"state", state_name(row.state)}, {"processes", row.processes}});
  }
  json misses = json::object();
  for (const auto& program : snapshot.misses) misses[program.program] = program.misses;
  const auto& kernel = snapshot.kernel;
  json page{{"build", {{"version", build.version}, {"revision", build.revision}, {"compiler", build.compiler}}},
            {"groups", std::move(groups)},
            {"processes", std::move(processes)},
            {"lost", losses_json(snapshot)},
            {"sources", sources_json(snapshot)},
            {"bpf_recursion_misses", std::move(misses)},
            {"kernel", {{"btf", kernel.btf}, {"irq_time", kernel.irq_time}, {"steal_time", kernel.steal_time}, {"cgroup", kernel.cgroup}}},
            {"collect",
             {{"duration_seconds", snapshot.self.collect_seconds},
              {"cpu_seconds", snapshot.self.collect_cpu_seconds},
              {"groups_dropped", snapshot.self.groups_dropped}}}};
  if (auto host = host_json(snapshot.host); !host.is_null()) page["host"] = std::move(host);
  return page.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
}

}  // namespace procledger::exposition
