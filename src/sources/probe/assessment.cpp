// SPDX-License-Identifier: Apache-2.0
#include "sources/probe/assessment.hpp"

#include "sources/probe/findings.hpp"

#include <algorithm>
#include <utility>

namespace procledger::probe {
namespace {

std::string_view promise(SourceKind source) {
  switch (source) {
    case SourceKind::kBpf:
      return "exact to the nanosecond, including processes that live for a millisecond";
    case SourceKind::kTaskstats:
      return "counts every exit; CPU time of short-lived processes is accurate to a clock tick";
    case SourceKind::kProc:
      return "exact for long-lived processes; processes that start and exit between two scans are estimated from their parents";
  }
  return "";
}

std::string in_a_line(const std::vector<Finding>& findings, bool usable) {
  if (findings.empty()) return "nothing is missing";
  const Finding& first = findings.front();
  if (!usable) return first.missing + " (" + first.cost + "); " + first.remedies.front();
  std::string line = "works with less: ";
  for (const Finding& each : findings) (line += &each == &first ? "" : "; ") += each.missing;
  return line;
}

Assessment judge(SourceKind source, std::vector<Finding> findings) {
  std::ranges::stable_partition(findings, &Finding::blocks);
  const bool usable = findings.empty() || !findings.front().blocks;
  Assessment assessment{.source = source,
                        .gives = promise(source),
                        .usable = usable,
                        .reason = usable ? reason::kWorks : findings.front().reason,
                        .why = in_a_line(findings, usable)};
  assessment.findings = std::move(findings);
  return assessment;
}

}  // namespace

std::string_view name_of(SourceKind source) {
  switch (source) {
    case SourceKind::kBpf:
      return "bpf";
    case SourceKind::kTaskstats:
      return "taskstats";
    case SourceKind::kProc:
      return "proc";
  }
  return "";
}

std::array<Assessment, 3> assess(const HostFacts& facts) {
  return {judge(SourceKind::kBpf, bpf_findings(facts)), judge(SourceKind::kTaskstats, taskstats_findings(facts)),
          judge(SourceKind::kProc, proc_findings(facts))};
}

}  // namespace procledger::probe
