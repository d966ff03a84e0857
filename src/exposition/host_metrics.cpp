// SPDX-License-Identifier: Apache-2.0
#include "exposition/host_metrics.hpp"

#include <map>

#include "base/version.hpp"
#include "exposition/family_builder.hpp"
#include "exposition/group_metrics.hpp"

namespace procledger::exposition {
namespace {

using metrics::Snapshot;

std::string yes_no(bool value) { return value ? "true" : "false"; }

void add_users(ModelBuilder& out, const Snapshot& snapshot) {
  // Two uids may share a name; two samples may not share a series.
  std::map<std::pair<std::string_view, event::State>, std::uint64_t> sums;
  for (const auto& row : snapshot.users) sums[{row.user, row.state}] += row.processes;
  out.open("procledger_processes");
  for (const auto& [key, processes] : sums) {
    out.add({{"user", std::string{key.first}}, {"state", std::string{state_name(key.second)}}}, static_cast<double>(processes));
  }
}

void add_host(ModelBuilder& out, const ledger::HostAccount& host) {
  if (host.cpus == 0) return;  // no reading yet
  out.open("procledger_host_cpu_seconds_total");
  out.add({{"part", "tasks"}}, to_seconds(host.tasks_ns));
  out.add({{"part", "idle"}}, to_seconds(host.idle_ns));
  out.add({{"part", "irq"}}, to_seconds(host.irq_ns));
  out.add({{"part", "softirq"}}, to_seconds(host.softirq_ns));
  out.add({{"part", "steal"}}, to_seconds(host.steal_ns));
  out.open("procledger_cpu_residual_seconds");
  out.add({}, to_seconds(host.residual_ns));
  out.open("procledger_host_cpus");
  out.add({}, static_cast<double>(host.cpus));
}

void add_losses(ModelBuilder& out, const Snapshot& snapshot) {
  out.open("procledger_lost_records_total");
  for (const auto& loss : snapshot.losses) out.add({{"cause", loss.cause}}, static_cast<double>(loss.records));
  out.open("procledger_lost_cpu_seconds_total");
  for (const auto& loss : snapshot.losses) out.add({{"cause", loss.cause}}, to_seconds(loss.cpu_ns));
}

void add_sources(ModelBuilder& out, const Snapshot& snapshot) {
  out.open("procledger_source_active");
  for (const auto& source : snapshot.sources) out.add({{"source", source.name}}, source.active ? 1.0 : 0.0);
  out.open("procledger_source_info");
  for (const auto& source : snapshot.sources) {
    if (source.active) out.add({{"source", source.name}, {"reason", source.reason}}, 1.0);
  }
  const auto& kernel = snapshot.kernel;
  out.open("procledger_kernel_info");
  out.add({{"irq_time", yes_no(kernel.irq_time)},
           {"steal_time", yes_no(kernel.steal_time)},
           {"cgroup", kernel.cgroup},
           {"btf", yes_no(kernel.btf)}},
          1.0);
}

void add_self(ModelBuilder& out, const Snapshot& snapshot, const Build& build) {
  out.open("procledger_collect_duration_seconds");
  out.add({}, snapshot.self.collect_seconds);
  out.open("procledger_collect_cpu_seconds_total");
  out.add({}, snapshot.self.collect_cpu_seconds);
  out.open("procledger_slow_pass_timestamp_seconds");
  out.add({}, snapshot.slow_pass_seconds);
  out.open("procledger_groups_dropped_total");
  out.add({}, static_cast<double>(snapshot.self.groups_dropped));
  out.open("procledger_series_dropped");
  out.add({}, static_cast<double>(snapshot.self.series_dropped));
  out.open("procledger_incomplete_decisions_total");
  out.add({}, static_cast<double>(snapshot.self.facts_cut));
  out.open("procledger_config_last_reload_successful");
  out.add({}, snapshot.config.last_reload_successful ? 1.0 : 0.0);
  out.open("procledger_config_last_reload_success_timestamp_seconds");
  if (snapshot.config.success_seconds > 0) out.add({}, snapshot.config.success_seconds);
  out.open("procledger_bpf_recursion_misses_total");
  for (const auto& program : snapshot.misses) out.add({{"program", program.program}}, static_cast<double>(program.misses));
  out.open("procledger_build_info");
  out.add({{"version", build.version}, {"revision", build.revision}, {"compiler", build.compiler}}, 1.0);
}

constexpr std::string_view compiler() {
#ifdef __clang__
  return "clang " __clang_version__;
#else
  return "gcc " __VERSION__;
#endif
}

}  // namespace

void add_own_process(ModelBuilder& out, const metrics::OwnProcess& own) {
  const auto add = [&out](std::string_view name, std::optional<double> value) {
    out.open(name);
    out.add({}, value);
  };
  add("process_cpu_seconds_total", own.cpu_seconds);
  add("process_resident_memory_bytes", own.resident_bytes);
  add("process_virtual_memory_bytes", own.virtual_bytes);
  add("process_open_fds", own.open_fds);
  add("process_max_fds", own.max_fds);
  add("process_start_time_seconds", own.start_time_seconds);
}

Build this_build() { return {std::string{kVersion}, std::string{kRevision}, std::string{compiler()}}; }

void visit_families(const Snapshot& snapshot, const Build& build, const FamilyVisitor& visit) {
  ModelBuilder out{visit};
  add_groups(out, snapshot);
  add_users(out, snapshot);
  add_host(out, snapshot.host);
  add_losses(out, snapshot);
  add_sources(out, snapshot);
  add_self(out, snapshot, build);
  add_own_process(out, snapshot.own);
  out.open("procledger_series");  // last: now they are known, but for this one
  out.add({}, static_cast<double>(out.series() + 1));
  out.finish();
}

PageModel native_model(Build build) {
  return {.about = "Exact process accounting for Prometheus.",
          .visit = [build = std::move(build)](const Snapshot& snapshot, const FamilyVisitor& visit) {
            visit_families(snapshot, build, visit);
          }};
}

}  // namespace procledger::exposition
