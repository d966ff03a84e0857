// SPDX-License-Identifier: Apache-2.0
#include "compare/switch_programs.hpp"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <string_view>

#include "empty.skel.h"
#include "support/files.hpp"

namespace procledger::bench {
namespace {

Result<bpf_prog_info> info_of(int program_fd) {
  bpf_prog_info info{};
  __u32 size = sizeof(info);
  if (::bpf_obj_get_info_by_fd(program_fd, &info, &size) != 0) {
    return tl::unexpected{system_error("reading what the kernel says of a BPF program", errno)};
  }
  return info;
}

/// Ids of the programs of a process, by descriptors of programs and of links: a daemon may have closed the program itself.
std::set<std::uint32_t> program_ids(pid_t pid) {
  constexpr std::string_view kField = "prog_id:";
  std::set<std::uint32_t> ids;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator{"/proc/" + std::to_string(pid) + "/fdinfo", error}) {
    for (const std::string& line : test::words(test::read_file(entry.path()).value_or(""), "\n")) {
      if (line.starts_with(kField)) ids.insert(static_cast<std::uint32_t>(std::strtoul(line.c_str() + kField.size(), nullptr, 10)));
    }
  }
  return ids;
}

}  // namespace

Result<UniqueFd> count_program_time() {
  UniqueFd statistics{::bpf_enable_stats(BPF_STATS_RUN_TIME)};
  if (!statistics) return tl::unexpected{system_error("switching on BPF run statistics", errno)};
  return statistics;
}

Result<RunTime> run_time(int program_fd) {
  const auto info = info_of(program_fd);
  if (!info) return tl::unexpected{info.error()};
  return RunTime{.ns = info->run_time_ns, .runs = info->run_cnt};
}

double ns_per_run(const RunTime& before, const RunTime& after) {
  return static_cast<double>(after.ns - before.ns) / static_cast<double>(after.runs - before.runs);
}

Result<DaemonPrograms> DaemonPrograms::of(pid_t pid) {
  DaemonPrograms found;
  for (const std::uint32_t id : program_ids(pid)) {
    UniqueFd program{::bpf_prog_get_fd_by_id(id)};
    if (!program) return tl::unexpected{system_error("opening BPF program " + std::to_string(id), errno)};
    found.programs_.push_back(std::move(program));
  }
  if (found.programs_.empty()) return fail(ErrorKind::kUnsupported, "process " + std::to_string(pid) + " holds no BPF program");
  return found;
}

Result<DaemonPrograms> DaemonPrograms::on_tracepoint(pid_t pid, const std::string& tracepoint) {
  const int type = ::libbpf_find_vmlinux_btf_id(tracepoint.c_str(), BPF_TRACE_RAW_TP);
  if (type < 0) return tl::unexpected{system_error("finding the type of tracepoint " + tracepoint, -type)};
  auto all = of(pid);
  if (!all) return all;
  DaemonPrograms found;
  for (UniqueFd& program : all->programs_) {
    const auto info = info_of(program.get());
    if (!info) return tl::unexpected{info.error()};
    if (info->attach_btf_id == static_cast<std::uint32_t>(type)) found.programs_.push_back(std::move(program));
  }
  if (found.programs_.empty()) {
    return fail(ErrorKind::kUnsupported, "process " + std::to_string(pid) + " holds no BPF program on tracepoint " + tracepoint);
  }
  return found;
}

Result<RunTime> DaemonPrograms::run_time() const {
  RunTime total;
  for (const UniqueFd& program : programs_) {
    const auto time = bench::run_time(program.get());
    if (!time) return time;
    total.ns += time->ns;
    total.runs = std::max(total.runs, time->runs);
  }
  return total;
}

void EmptyProgram::Destroy::operator()(empty_bpf* skeleton) const noexcept { empty_bpf__destroy(skeleton); }

Result<EmptyProgram> EmptyProgram::attach() {
  std::unique_ptr<empty_bpf, Destroy> skeleton{empty_bpf__open_and_load()};
  if (!skeleton || empty_bpf__attach(skeleton.get()) != 0) {
    return tl::unexpected{system_error("attaching an empty program to sched_switch", errno)};
  }
  return EmptyProgram{std::move(skeleton)};
}

int EmptyProgram::fd() const { return bpf_program__fd(skeleton_->progs.empty_switch); }

}  // namespace procledger::bench
