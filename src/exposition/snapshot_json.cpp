// SPDX-License-Identifier: Apache-2.0
#include "exposition/snapshot_json.hpp"

#include <nlohmann/json.hpp>

#include "exposition/seconds.hpp"
#include "exposition/state_names.hpp"

namespace procledger::exposition {
namespace {

using nlohmann::json;

template <typename T>
void put(json& object, const char* key, const std::optional<T>& value) {
  if (value) object[key] = *value;
}

json lifetimes_json(const ledger::Lifetimes& lifetimes) {
  return {{"bounds_seconds", ledger::kLifetimeBounds}, {"counts", lifetimes.buckets}, {"sum_seconds", to_seconds(lifetimes.sum_ns)}};
}

json group_json(const metrics::GroupRow& row, bool lifetimes) {
  const auto& account = row.account;
  json group{{"name", row.name},
             {"cpu_seconds", {{"user", to_seconds(account.shown.user_ns)}, {"system", to_seconds(account.shown.system_ns)}}},
             {"processes", account.processes},
             {"threads", account.threads},
             {"forks", account.forks},
             {"execs", account.execs},
             {"exits", {{"ok", account.exits[0]}, {"error", account.exits[1]}, {"signal", account.exits[2]}}}};
  auto& labels = group["labels"] = json::object();
  for (const auto& [name, value] : row.labels) labels[name] = value;
  if (lifetimes) group["lifetimes"] = lifetimes_json(account.lifetimes);
  put(group, "oldest_start_time_seconds", row.oldest_start_seconds);
  put(group, "proportional_memory_bytes", row.proportional_bytes);
  for (const auto& kind : row.sockets) group["sockets"][std::string{kind.protocol}][std::string{kind.state}] = kind.sockets;
  return group;
}

json host_json(const ledger::HostAccount& host) {
  if (host.cpus == 0) return nullptr;  // no reading yet
  json out{{"cpus", host.cpus}, {"tasks_seconds", to_seconds(host.tasks_ns)}, {"capacity_seconds", to_seconds(host.capacity_ns)}};
  put(out, "idle_seconds", to_seconds(host.idle_ns));
  put(out, "irq_seconds", to_seconds(host.irq_ns));
  put(out, "softirq_seconds", to_seconds(host.softirq_ns));
  put(out, "steal_seconds", to_seconds(host.steal_ns));
  put(out, "residual_seconds", to_seconds(host.residual_ns));
  return out;
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
  put(page, "slow_pass_timestamp_seconds", snapshot.slow_pass_seconds);
  if (auto host = host_json(snapshot.host); !host.is_null()) page["host"] = std::move(host);
  return page.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
}

}  // namespace procledger::exposition
