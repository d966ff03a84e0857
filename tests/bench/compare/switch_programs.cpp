// SPDX-License-Identifier: Apache-2.0
#include "compare/switch_programs.hpp"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include <cerrno>

#include "procledger.skel.h"

namespace procledger::bench {

Result<UniqueFd> count_program_time() {
  UniqueFd statistics{::bpf_enable_stats(BPF_STATS_RUN_TIME)};
  if (!statistics) return tl::unexpected{system_error("switching on BPF run statistics", errno)};
  return statistics;
}

Result<RunTime> run_time(int program_fd) {
  bpf_prog_info info{};
  __u32 size = sizeof(info);
  if (::bpf_obj_get_info_by_fd(program_fd, &info, &size) != 0) {
    return tl::unexpected{system_error("reading a program's run statistics", errno)};
  }
  return RunTime{.ns = info.run_time_ns, .runs = info.run_cnt};
}

double ns_per_run(const RunTime& before, const RunTime& after) {
  return static_cast<double>(after.ns - before.ns) / static_cast<double>(after.runs - before.runs);
}

std::set<std::uint32_t> programs_named(const std::string& name) {
  std::set<std::uint32_t> ids;
  std::uint32_t id = 0;
  while (::bpf_prog_get_next_id(id, &id) == 0) {
    const UniqueFd program{::bpf_prog_get_fd_by_id(id)};
    bpf_prog_info info{};
    __u32 size = sizeof(info);
    if (program && ::bpf_obj_get_info_by_fd(program.get(), &info, &size) == 0 && name == info.name) ids.insert(id);
  }
  return ids;
}

Result<UniqueFd> program_loaded_since(const std::set<std::uint32_t>& before, const std::string& name) {
  std::set<std::uint32_t> fresh = programs_named(name);
  for (const std::uint32_t id : before) fresh.erase(id);
  if (fresh.size() != 1) {
    return fail(ErrorKind::kUnsupported, std::to_string(fresh.size()) + " new BPF programs are called " + name + ", not one");
  }
  UniqueFd program{::bpf_prog_get_fd_by_id(*fresh.begin())};
  if (!program) return tl::unexpected{system_error("opening the program " + name, errno)};
  return program;
}

void EmptyProgram::Destroy::operator()(procledger_bpf* skeleton) const noexcept { procledger_bpf__destroy(skeleton); }

Result<EmptyProgram> EmptyProgram::attach() {
  std::unique_ptr<procledger_bpf, Destroy> skeleton{procledger_bpf__open_and_load()};
  if (!skeleton || procledger_bpf__attach(skeleton.get()) != 0) {
    return tl::unexpected{system_error("attaching an empty program to sched_switch", errno)};
  }
  return EmptyProgram{std::move(skeleton)};
}

int EmptyProgram::fd() const { return bpf_program__fd(skeleton_->progs.empty_switch); }

}  // namespace procledger::bench
