// SPDX-License-Identifier: Apache-2.0
#include "commands/doctor/diagnosis.hpp"

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <vector>

#include "commands/doctor/diagnosis_words.hpp"

namespace procledger::commands {
namespace {

using probe::Assessment;
using probe::Finding;

constexpr std::size_t kFactWidth = 27;
constexpr std::size_t kSourceWidth = 11;
constexpr std::size_t kStateWidth = 14;

std::string padded(std::string_view text, std::size_t width) {
  std::string out{text};
  out.resize(std::max(width, out.size() + 1), ' ');
  return out;
}

std::string state(const Diagnosis& diagnosis, const Assessment& assessment) {
  const bool best = &assessment == &diagnosis.sources.front();
  if (best && diagnosis.tried) return *diagnosis.tried ? "works, tried" : "refused";
  return assessment.usable ? "works" : "cannot work";
}

/// The same thing may be missing for several sources, at different costs.
struct Missing {
  const Finding* finding;
  std::vector<std::pair<std::string_view, const Finding*>> costs;
};

std::vector<Missing> all_missing(const Diagnosis& diagnosis) {
  std::vector<Missing> all;
  for (const Assessment& assessment : diagnosis.sources) {
    for (const Finding& finding : assessment.findings) {
      auto known = std::ranges::find_if(all, [&finding](const Missing& each) { return each.finding->missing == finding.missing; });
      if (known == all.end()) known = all.insert(all.end(), Missing{&finding, {}});
      known->costs.emplace_back(name_of(assessment.source), &finding);
    }
  }
  return all;
}

std::string in_text(const Missing& missing) {
  std::string text = "\n  " + missing.finding->missing + "\n";
  for (const auto& [source, finding] : missing.costs) {
    text += "    " + padded(source, kSourceWidth) + (finding->blocks ? "cannot work: " : "works with less: ") + finding->cost + "\n";
  }
  std::string_view head = "to mend";
  for (const std::string& remedy : missing.finding->remedies) {
    text += "    " + padded(head, kSourceWidth) + remedy + "\n";
    head = "or";
  }
  return text;
}

}  // namespace

std::string hint_for(const Error& refusal, const probe::HostFacts& facts) {
  if (refusal.kind != ErrorKind::kPermission) return "if this is Linux 5.10 or later, please report it with this text";
  if (facts.rights.seccomp.value_or(false)) {
    return "a filter of system calls may forbid bpf(2): Docker: docker run --security-opt seccomp=unconfined; systemd: no "
           "SystemCallFilter= "
           "that leaves out bpf";
  }
  return "a security module may forbid it: see journalctl -k | grep -i denied";
}

std::string diagnosis_text(const Diagnosis& diagnosis) {
  std::string text = "Host\n";
  for (const auto& [name, value] : facts_in_words(diagnosis.facts)) text += "  " + padded(name, kFactWidth) + value + "\n";

  text += "\nSources, best first\n";
  for (const Assessment& each : diagnosis.sources) {
    text += "  " + padded(name_of(each.source), kSourceWidth) + padded(state(diagnosis, each), kStateWidth);
    text += std::string{each.gives} + "\n";
  }

  if (diagnosis.tried && !*diagnosis.tried) {
    const Error& refusal = diagnosis.tried->error();
    text += "\nThe kernel refused the bpf source\n  " + refusal.message + "\n  " + hint_for(refusal, diagnosis.facts) + "\n";
  }

  const auto missing = all_missing(diagnosis);
  if (!missing.empty()) text += "\nMissing\n";
  if (missing.empty() && diagnosis.well()) text += "\nNothing is missing.\n";
  for (const Missing& each : missing) text += in_text(each);
  return text;
}

}  // namespace procledger::commands
