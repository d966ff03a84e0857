// SPDX-License-Identifier: Apache-2.0
#include <cerrno>
#include <cstdio>
#include <string>
#include <utility>

#include "commands/doctor/diagnosis.hpp"
#include "commands/doctor/doctor.hpp"
#include "sources/bpf/bpf_source.hpp"
#include "sources/bpf/kernel_btf.hpp"
#include "sources/probe/gather.hpp"

namespace procledger::commands {

// That nothing stands in the way is a conclusion; that the kernel takes the programs is a fact, so it is tried.
Result<void> doctor(const Options& options) {
  bpf::KernelTypes types = bpf::read_kernel_types();
  auto facts = probe::gather(options.procfs, types);
  auto sources = probe::assess(facts);
  Diagnosis diagnosis{.facts = std::move(facts), .sources = std::move(sources)};
  if (diagnosis.sources.front().usable) {
    auto opened = bpf::open_bpf_source({.procfs = options.procfs, .types = std::move(types)});
    diagnosis.tried = opened ? Result<void>{} : Result<void>{tl::unexpected{std::move(opened).error()}};
  }
  const std::string text = options.json ? diagnosis_json(diagnosis) : diagnosis_text(diagnosis);
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0) {
    return tl::unexpected{system_error("writing to stdout", errno)};
  }
  if (!diagnosis.well()) return fail(ErrorKind::kUsage, "the best source, bpf, does not work here");
  return {};
}

}  // namespace procledger::commands
