// SPDX-License-Identifier: Apache-2.0
#include "sources/taskstats/program.hpp"

#include "host/procfs/process_dir.hpp"

namespace procledger::taskstats {
namespace {

/// NULs are between the texts, not at the end.
std::optional<std::string> texts(Result<std::string> read) {
  if (!read) return std::nullopt;
  if (read->ends_with('\0')) read->pop_back();
  return std::move(*read);
}

}  // namespace

RunningProgram read_program(const std::string& procfs, std::uint32_t tgid, std::uint64_t birth_ns, event::Source::Wanted wanted) {
  RunningProgram program;
  const auto process = procfs::ProcessDir::open(procfs, tgid, birth_ns);
  if (!process) return program;
  program.file = process->link("exe").value_or("");
  program.args = texts(process->read("cmdline"));
  if (program.args && program.args->empty()) program.args.reset();  // it has no memory any more
  if (wanted.environment) program.env = texts(process->read("environ"));
  if (auto comm = process->read("comm")) {
    if (comm->ends_with('\n')) comm->pop_back();
    program.comm = event::Comm{*comm};
  }
  return program;
}

}  // namespace procledger::taskstats
