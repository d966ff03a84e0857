// SPDX-License-Identifier: Apache-2.0
#include "support/test_pipeline.hpp"

#include <utility>

namespace procledger::test {

Result<std::unique_ptr<TestPipeline>> TestPipeline::open(const bpf::BpfOptions& options) { return open(bpf::open_bpf_source(options)); }

Result<std::unique_ptr<TestPipeline>> TestPipeline::open(Result<std::unique_ptr<event::Source>> source) {
  if (!source) return tl::unexpected{source.error()};
  // NOLINTNEXTLINE(cppcoreguidelines-owning-memory): the constructor is private
  std::unique_ptr<TestPipeline> pipeline{new TestPipeline{std::move(*source)}};
  if (auto first = pipeline->collect(); !first) return tl::unexpected{first.error()};
  return pipeline;
}

TestPipeline::TestPipeline(std::unique_ptr<event::Source> source)
    : source_{std::move(source)}, grouping_{host_, policy_of(), {}, 0}, ledger_{grouping_, {.attached_ns = source_->attached_ns()}} {}

ledger::ProcessPtr TestPipeline::process(pid_t tgid) const {
  for (const auto& [handle, process] : ledger_.processes()) {
    if (process->id.tgid == static_cast<std::uint32_t>(tgid)) return process;
  }
  return nullptr;
}

ledger::Account TestPipeline::sum(const std::string& prefix, bool unattributed) const {
  ledger::Account sum;
  for (std::size_t id = 0; id < ledger_.accounts().size(); ++id) {
    const std::string& name = grouping_.table().key(static_cast<ledger::GroupId>(id)).name;
    if (!name.starts_with(prefix) && !(unattributed && name == grouping::kUnattributedGroup)) continue;
    const ledger::Account& account = ledger_.accounts()[id];
    sum.total += account.total;
    sum.running_ns += account.running_ns;
    sum.shown.user_ns += account.shown.user_ns;
    sum.shown.system_ns += account.shown.system_ns;
    for (std::size_t i = 0; i < sum.exits.size(); ++i) sum.exits[i] += account.exits[i];
    for (std::size_t i = 0; i < sum.reaped.size(); ++i) {
      sum.reaped[i].processes += account.reaped[i].processes;
      sum.reaped[i].own += account.reaped[i].own;
    }
    sum.children += account.children;
    sum.estimated.user_ns += account.estimated.user_ns;
    sum.estimated.system_ns += account.estimated.system_ns;
    sum.forks += account.forks;
    sum.execs += account.execs;
    sum.processes += account.processes;
    sum.threads += account.threads;
    sum.zombies += account.zombies;
    sum.zombie_cpu_ns += account.zombie_cpu_ns;
    sum.unreaped += account.unreaped;
    for (std::size_t i = 0; i < sum.thread_states.size(); ++i) sum.thread_states[i] += account.thread_states[i];
  }
  return sum;
}

std::uint64_t TestPipeline::lost(std::string_view part_of_cause) {
  std::uint64_t records{};
  const auto report = source_->report();
  if (!report) return 0;
  for (const auto& loss : report->losses) {
    if (loss.cause.find(part_of_cause) != std::string::npos) records += loss.records;
  }
  return records;
}

std::string TestPipeline::losses() {
  std::string text;
  const auto report = source_->report();
  if (!report) return report.error().message;
  for (const auto& loss : report->losses) text += loss.cause + "=" + std::to_string(loss.records) + " ";
  for (const auto& program : report->misses) {
    if (program.misses > 0) text += program.program + " missed=" + std::to_string(program.misses) + " ";
  }
  return text;
}

}  // namespace procledger::test
