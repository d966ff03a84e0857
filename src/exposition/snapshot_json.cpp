// SPDX-License-Identifier: Apache-2.0
#include "exposition/snapshot_json.hpp"

#include <nlohmann/json.hpp>

#include "exposition/family_builder.hpp"
#include "exposition/group_metrics.hpp"

namespace procledger::exposition {
namespace {

using nlohmann::json;

json row_json(const metrics::ThreadNameRow& row) {
  return {{"name", row.name}, {"living", row.living}, {"cpu_seconds", split_json(row.cpu)}};
}

json row_json(const metrics::ThreadRow& row) {
  return {{"daemon", row.daemon},
          {"pname", row.pname},
          {"tname", row.tname},
          {"pid", row.pid},
          {"ppid", row.ppid},
          {"tid", row.tid},
          {"cpu_seconds", split_json(row.cpu)}};
}

json row_json(const metrics::ProcessRow& row) {
  json out{{"pid", row.pid}, {"comm", row.comm}, {"cpu_seconds", split_json(row.cpu)}};
  if (row.resident_bytes) out["resident_memory_bytes"] = *row.resident_bytes;
  if (!row.exe.empty()) out["exe"] = row.exe;
  if (!row.cmdline.empty()) out["cmdline"] = row.cmdline;
  if (!row.user.empty()) out["user"] = row.user;
  return out;
}

template <typename Row>
void put_rows(json& group, const char* key, const std::vector<Row>& rows) {
  for (const Row& row : rows) group[key].push_back(row_json(row));
}

using nlohmann::json;

template <typename T>
void put(json& object, const char* key, const std::optional<T>& value) {
  if (value) object[key] = *value;
}

json lifetimes_json(const ledger::Lifetimes& lifetimes) {
  return {{"bounds_seconds", ledger::kLifetimeBounds}, {"counts", lifetimes.buckets}, {"sum_seconds", to_seconds(lifetimes.sum_ns)}};
}

void put_lives(json& group, const ledger::Account& account, bool histogram) {
  group["forks"] = account.forks;
  group["execs"] = account.execs;
  group["exits"] = {{"ok", account.exits[0]}, {"error", account.exits[1]}, {"signal", account.exits[2]}};
  if (histogram) group["lifetimes"] = lifetimes_json(account.lifetimes);
}

json usage_json(const event::Totals& total, const event::KernelFacts& kernel) {
  json usage{{"voluntary_switches", total.voluntary_switches},
             {"involuntary_switches", total.involuntary_switches},
             {"minor_faults", total.minor_faults},
             {"major_faults", total.major_faults}};
  if (kernel.run_queue_wait) usage["runqueue_wait_seconds"] = to_seconds(total.wait_ns);
  if (kernel.storage_io) {
    usage["storage_read_bytes"] = total.storage_read_bytes;
    usage["storage_written_bytes"] = total.storage_written_bytes;
  }
  if (kernel.call_io) {
    usage["io_read_bytes"] = total.call_read_bytes;
    usage["io_written_bytes"] = total.call_written_bytes;
    usage["io_read_syscalls"] = total.call_reads;
    usage["io_write_syscalls"] = total.call_writes;
  }
  return usage;
}

json children_json(const ledger::Account& account, const event::KernelFacts& kernel) {
  const auto reaped = [&](ledger::Reaping how) -> json {
    const ledger::Reaped& those = account.reaped[static_cast<std::size_t>(how)];
    return {{"processes", those.processes}, {"cpu_seconds", split_json(those.own.cpu)}, {"usage", usage_json(those.own.total, kernel)}};
  };
  json children{{"cumulative", {{"cpu_seconds", split_json(account.children.cpu)}, {"usage", usage_json(account.children.total, kernel)}}}};
  if (kernel.lives) {
    children["waited"] = reaped(ledger::Reaping::kWaited);
    children["autoreaped"] = reaped(ledger::Reaping::kAutoreaped);
  }
  return children;
}

json holdings_json(const ledger::Account& account) {
  json holdings{{"zombies", account.zombies},
                {"zombie_cpu_seconds", to_seconds(account.zombie_cpu_ns)},
                {"unreaped_children", account.unreaped},
                {"peak_resident_memory_bytes", account.peak_bytes}};
  for (std::size_t state = 0; state < event::kStateCount; ++state) {
    holdings["thread_states"][state_name(static_cast<event::State>(state))] = account.thread_states[state];
  }
  if (account.holdings.with_memory > 0) {
    const event::Memory& memory = account.holdings.memory;
    holdings["memory_bytes"] = {{"resident", memory.resident()}, {"anon", memory.anonymous}, {"file", memory.file},
                                {"shmem", memory.shared},        {"swap", memory.swapped},   {"virtual", memory.mapped}};
  }
  if (account.holdings.with_files > 0) {
    holdings["open_fds"] = account.holdings.open_files;
    holdings["max_fd_usage_ratio"] = account.holdings.worst_file_ratio;
  }
  return holdings;
}

json group_json(const metrics::GroupRow& row, const metrics::Snapshot& snapshot) {
  const auto& account = row.account;
  json group{{"name", row.name},
             {"cpu_seconds", split_json(account.shown)},
             {"processes", account.processes},
             {"threads", account.threads},
             {"configured", row.configured}};
  if (snapshot.kernel.lives) put_lives(group, account, snapshot.lifetime_histogram);
  if (metrics::shows_estimates(row, snapshot.kernel)) group["estimated_cpu_seconds"] = split_json(account.estimated);
  auto& labels = group["labels"] = json::object();
  for (const auto& [name, value] : row.labels) labels[name] = value;
  group["usage"] = usage_json(account.total, snapshot.kernel);
  group["children"] = children_json(account, snapshot.kernel);
  group["now"] = holdings_json(account);
  put(group, "oldest_start_time_seconds", row.oldest_start_seconds);
  put(group, "proportional_memory_bytes", row.proportional_bytes);
  put_details(group, row);
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

json split_json(const ledger::CpuSplit& split) { return {{"user", to_seconds(split.user_ns)}, {"system", to_seconds(split.system_ns)}}; }

void put_details(json& group, const metrics::GroupRow& row) {
  put_rows(group, "thread_names", row.thread_names);
  put_rows(group, "thread_list", row.threads);
  put_rows(group, "process_list", row.processes);
}

std::string snapshot_json(const metrics::Snapshot& snapshot, const Build& build) {
  json groups = json::array();
  for (const auto& row : snapshot.groups) groups.push_back(group_json(row, snapshot));
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
              {"groups_dropped", snapshot.self.groups_dropped},
              {"series_dropped", snapshot.self.series_dropped},
              {"incomplete_decisions", snapshot.self.facts_cut}}},
            {"config", {{"last_reload_successful", snapshot.config.last_reload_successful}}}};
  if (snapshot.config.success_seconds > 0) page["config"]["last_reload_success_timestamp_seconds"] = snapshot.config.success_seconds;
  put(page, "slow_pass_timestamp_seconds", snapshot.slow_pass_seconds);
  if (auto host = host_json(snapshot.host); !host.is_null()) page["host"] = std::move(host);
  return page.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
}

}  // namespace procledger::exposition
