// SPDX-License-Identifier: Apache-2.0
#include "taskstats/program.hpp"

#include "procfs/process_dir.hpp"

namespace procledger::taskstats {
namespace {

/// NULs are between the texts, not at the end.
std::optional<std::string> texts(Result<procfs::Prefix> read, bool& cut) {
  if (!read) return std::nullopt;
  cut = read->cut;
  if (!cut && read->text.ends_with('\0')) read->text.pop_back();
  return std::move(read->text);
}

}  // namespace

RunningProgram read_program(const std::string& procfs, std::uint32_t tgid, std::uint64_t birth_ns, source::Source::Wanted wanted) {
  RunningProgram program;
  const auto process = procfs::ProcessDir::open(procfs, tgid, birth_ns);
  if (!process) return program;
  program.file = process->link("exe").value_or("");
  program.args = texts(process->read_prefix("cmdline", procfs::kMaxArgsBytes), program.args_cut);
  if (program.args && program.args->empty()) program.args.reset();  // it has no memory any more
  if (wanted.environment) program.env = texts(process->read_prefix("environ", procfs::kMaxEnvBytes), program.env_cut);
  if (auto comm = process->read("comm")) {
    if (comm->ends_with('\n')) comm->pop_back();
    program.comm = event::Comm{*comm};
  }
  return program;
}

}  // namespace procledger::taskstats
