// SPDX-License-Identifier: Apache-2.0
#include "collector/detail_rows.hpp"

#include <optional>
#include <string_view>
#include <utility>

#include "base/text.hpp"

namespace procledger::collector {
namespace {

metrics::ThreadRow thread_row(const ledger::SeriesRow& row) {
  const ledger::ProgramPtr& program = row.owner->identity.program;
  const std::string_view pname = row.name.process.view();
  std::string daemon = ceph_daemon(pname, program ? program->args.value_or("") : "");
  if (daemon.empty()) daemon = pname;
  return {.daemon = std::move(daemon),
          .pname = std::string{pname},
          .tname = std::string{row.name.thread.view()},
          .pid = row.name.pid,
          .ppid = row.name.ppid,
          .tid = row.name.tid,
          .cpu = row.cpu};
}

metrics::ProcessRow process_row(const ledger::SeriesRow& row, const std::function<std::string(std::uint32_t)>& user_name) {
  const ledger::Process& process = *row.owner;
  metrics::ProcessRow result{.pid = row.name.pid,
                             .comm = std::string{row.name.process.view()},
                             .exe = {},
                             .cmdline = {},
                             .user = user_name(process.identity.uid),
                             .cpu = row.cpu,
                             .resident_bytes = {}};
  if (process.identity.program) {
    if (!process.identity.program->path_cut) result.exe = process.identity.program->path.value_or("");
    result.cmdline = join_arguments(process.identity.program->args.value_or(""));
  }
  if (process.scan.memory) result.resident_bytes = process.scan.memory->resident();
  return result;
}

// The value of one of `flags`: the next argument, or the text after "=".
std::optional<std::string_view> value_of(std::string_view args, std::initializer_list<std::string_view> flags) {
  bool next = false;
  while (!args.empty()) {
    const std::string_view argument = take_until(args, '\0');
    if (next) return argument;
    for (const std::string_view flag : flags) {
      if (argument == flag) next = true;
      if (argument.size() > flag.size() && argument.starts_with(flag) && argument[flag.size()] == '=')
        return argument.substr(flag.size() + 1);
    }
  }
  return std::nullopt;
}

}  // namespace

std::string ceph_daemon(std::string_view comm, std::string_view args) {
  constexpr std::string_view kPrefix = "ceph-";
  if (!comm.starts_with(kPrefix)) return {};
  if (const auto name = value_of(args, {"-n", "--name"})) return std::string{*name};
  const auto id = value_of(args, {"-i", "--id"});
  return id ? std::string{comm.substr(kPrefix.size())} + "." + std::string{*id} : std::string{};
}

DetailRows::DetailRows(const ledger::Ledger& ledger, const std::function<std::string(std::uint32_t)>& user_name) : ledger_{ledger} {
  ledger.thread_series().visit([this](const ledger::SeriesRow& row) { threads_[row.name.group].push_back(thread_row(row)); });
  ledger.process_series().visit([&](const ledger::SeriesRow& row) { processes_[row.name.group].push_back(process_row(row, user_name)); });
}

void DetailRows::move_to(ledger::GroupId group, metrics::GroupRow& row, bool thread_names) {
  if (const auto found = threads_.find(group); found != threads_.end()) row.threads = std::move(found->second);
  if (const auto found = processes_.find(group); found != processes_.end()) row.processes = std::move(found->second);
  const ledger::ThreadNames::Names* names = thread_names ? ledger_.thread_names().of(group) : nullptr;
  if (names == nullptr) return;
  row.thread_names.reserve(names->size());
  for (const auto& [name, thread] : *names) {
    row.thread_names.push_back({.name = std::string{name.view()}, .living = thread.living, .total = thread.total, .cpu = thread.cpu});
  }
}

}  // namespace procledger::collector
