// SPDX-License-Identifier: Apache-2.0
#include "commands/doctor/diagnosis.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

namespace procledger::commands {
namespace {

constexpr const char* kUnknown = "unknown";

std::string either(const std::optional<bool>& fact, const char* yes, const char* no) { return !fact ? kUnknown : *fact ? yes : no; }

std::string btf(probe::Btf state) {
  switch (state) {
    case probe::Btf::kUsable:
      return "usable";
    case probe::Btf::kMissing:
      return "missing";
    case probe::Btf::kUnreadable:
      return "not readable";
    case probe::Btf::kGarbage:
      return "the file is not BTF";
  }
  return kUnknown;
}

std::string lockdown(const std::optional<probe::Lockdown>& state) {
  if (!state) return "unknown: securityfs is not mounted";
  switch (*state) {
    case probe::Lockdown::kNone:
      return "none";
    case probe::Lockdown::kIntegrity:
      return "integrity, which allows all that procledger needs";
    case probe::Lockdown::kConfidentiality:
      return "confidentiality";
  }
  return kUnknown;
}

std::string unprivileged(const std::optional<int>& setting) {
  if (!setting) return kUnknown;
  return std::to_string(*setting) +
         (*setting == 0 ? ": users may load some program types, but not procledger's" : ": loading programs needs capabilities");
}

std::string memlock(const probe::HostFacts& facts) {
  std::string limit = facts.rights.memlock_bytes ? std::to_string(*facts.rights.memlock_bytes / 1024) + " KiB" : "unlimited";
  if (!facts.kernel.maps_in_memlock) return limit;
  return limit + (*facts.kernel.maps_in_memlock ? ": eBPF maps count against this limit" : ": eBPF maps do not count against this limit");
}

std::string capabilities(const probe::CapabilitySet& held) { return held.empty() ? "none that procledger uses" : held.joined(" "); }

std::string apart(const probe::KernelOffer& kernel) {
  if (!kernel.fields) return kUnknown;
  if (kernel.fields->irq_time && kernel.fields->steal_time) return "interrupts and stolen time";
  if (kernel.fields->irq_time) return "interrupts; stolen time counts as CPU time of the running task";
  if (kernel.fields->steal_time) return "stolen time; interrupts count as CPU time of the running task";
  return "nothing: interrupts and stolen time count as CPU time of the running task";
}

std::string proc(const probe::ProcMount& mount) {
  if (!mount.readable) return mount.path + ", which is not a procfs";
  return mount.path + ", hidepid=" + (mount.hidepid ? std::to_string(*mount.hidepid) : kUnknown);
}

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
  if (best && diagnosis.tried) return *diagnosis.tried ? "works, loads" : "refused";
  return assessment.usable ? "works" : "cannot work";
}

/// One missing thing, with its cost for each source that lacks it.
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
  std::string_view head = "to fix";
  for (const std::string& remedy : missing.finding->remedies) {
    text += "    " + padded(head, kSourceWidth) + remedy + "\n";
    head = "or";
  }
  return text;
}

using Json = nlohmann::ordered_json;

Json finding_json(const probe::Finding& finding) {
  return {{"blocks", finding.blocks},
          {"reason", finding.reason},
          {"missing", finding.missing},
          {"cost", finding.cost},
          {"remedies", finding.remedies}};
}

Json source_json(const probe::Assessment& assessment) {
  Json json{{"source", name_of(assessment.source)},
            {"usable", assessment.usable},
            {"reason", assessment.reason},
            {"why", assessment.why},
            {"gives", assessment.gives},
            {"findings", Json::array()}};
  for (const probe::Finding& each : assessment.findings) json["findings"].push_back(finding_json(each));
  return json;
}

}  // namespace

std::vector<std::pair<std::string, std::string>> facts_in_words(const probe::HostFacts& facts) {
  const auto& kernel = facts.kernel;
  const auto where = [](const std::optional<bool>& initial) { return either(initial, "the host's", "another"); };
  return {{"kernel", kernel.release + " " + kernel.machine},
          {"btf", btf(kernel.btf)},
          {"lockdown", lockdown(kernel.lockdown)},
          {"unprivileged_bpf_disabled", unprivileged(kernel.unprivileged_bpf_disabled)},
          {"locked_memory", memlock(facts)},
          {"time_kept_apart", apart(kernel)},
          {"schedstat", either(kernel.schedstat, "has values", "has no values")},
          {"taskstats", either(kernel.taskstats, "present", "absent")},
          {"delay_accounting", either(kernel.delay_accounting, "on", "off")},
          {"proc_connector", either(kernel.proc_connector, "present", "absent")},
          {"cgroups", facts.cgroup.empty() ? kUnknown : facts.cgroup},
          {"procfs", proc(facts.proc)},
          {"pid_namespace", where(facts.namespaces.pid)},
          {"user_namespace", where(facts.namespaces.user)},
          {"network_namespace", where(facts.namespaces.net)},
          {"user_id", std::to_string(facts.rights.uid)},
          {"capabilities", capabilities(facts.rights.effective)},
          {"seccomp_filter", either(facts.rights.seccomp, "yes", "no")}};
}

std::string hint_for(const Error& refusal, const probe::HostFacts& facts) {
  if (refusal.kind != ErrorKind::kPermission) return "if this is Linux 5.10 or later, please report a bug with this text";
  if (facts.rights.seccomp.value_or(false)) {
    return "a seccomp filter may forbid bpf(2): Docker: docker run --security-opt seccomp=unconfined; systemd: add bpf to "
           "SystemCallFilter=";
  }
  return "a security module may forbid bpf(2): see journalctl -k | grep -i denied";
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

std::string diagnosis_json(const Diagnosis& diagnosis) {
  Json json;
  json["well"] = diagnosis.well();
  for (const auto& [name, value] : facts_in_words(diagnosis.facts)) json["host"][name] = value;
  json["sources"] = Json::array();
  for (const probe::Assessment& each : diagnosis.sources) json["sources"].push_back(source_json(each));
  if (diagnosis.tried && !*diagnosis.tried) {
    const Error& refusal = diagnosis.tried->error();
    json["refusal"] = {{"message", refusal.message}, {"hint", hint_for(refusal, diagnosis.facts)}};
  }
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace procledger::commands
