// SPDX-License-Identifier: Apache-2.0
#include "commands/doctor/doctor.hpp"

#include <string>
#include <utility>

#include "commands/doctor/diagnosis.hpp"
#include "commands/serve/options.hpp"
#include "sources/bpf/bpf_source.hpp"
#include "sources/bpf/kernel_btf.hpp"
#include "sources/probe/gather.hpp"

namespace procledger::commands {
namespace {

Result<int> run_doctor(const DoctorOptions& options) {
  return doctor(options).map([] { return 0; });
}

}  // namespace

void define(FlagTable& table, DoctorOptions& options) {
  table.heading("Output");
  table.add({.name = "--json", .value = "", .help = "Print one JSON object"}, options.json);
  table.heading("Host");
  define_procfs(table, options.procfs);
}

Result<DoctorOptions> interpret(const FlagTable& /*table*/, const DoctorOptions& options, const FlagTable::Rest& rest) {
  return refuse_operands(rest).map([&] { return options; });
}

// The assessment only concludes that bpf can work. Loading the programs proves it.
Result<void> doctor(const DoctorOptions& options) {
  bpf::KernelTypes types = bpf::read_kernel_types();
  auto facts = probe::gather(options.procfs, types);
  auto sources = probe::assess(facts);
  Diagnosis diagnosis{.facts = std::move(facts), .sources = std::move(sources)};
  if (diagnosis.sources.front().usable) {
    auto opened = bpf::open_bpf_source({.procfs = options.procfs, .types = std::move(types)});
    diagnosis.tried = opened ? Result<void>{} : Result<void>{tl::unexpected{std::move(opened).error()}};
  }
  const std::string text = options.json ? diagnosis_json(diagnosis) : diagnosis_text(diagnosis);
  if (auto printed = print_out(text); !printed) return printed;
  if (!diagnosis.well()) return fail(ErrorKind::kUsage, "the best source, bpf, does not work here; the report on stdout says what to do");
  return {};
}

Command doctor_command() {
  return make_command<DoctorOptions, run_doctor>(
      {.name = "doctor",
       .operands = "[flags]",
       .summary = "checks which sources work here, and what the others lack",
       .description = "Checks which sources this kernel and the rights of this process allow, and tries to load the eBPF programs. For "
                      "each missing right or feature, shows how to get it.",
       .examples = {{"procledger doctor", "Which sources work here, and what the others lack"},
                    {"procledger doctor --json", "The same for a script"}},
       .files = {{"/sys/kernel/btf/vmlinux", "type information of this kernel (BTF), for eBPF"}},
       .statuses = {{"0", "the best source, bpf, works here"},
                    {"1", "bad usage, or bpf does not work here"},
                    {"2", "cannot write the report"},
                    {"3", "internal error: a defect of procledger"}}});
}

}  // namespace procledger::commands
