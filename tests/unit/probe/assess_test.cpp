// SPDX-License-Identifier: Apache-2.0
// The assessment of facts for each source: every rule alone, and combinations.
#include "sources/probe/assessment.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <ostream>
#include <string>

#include "unit/probe/good_host.hpp"

namespace procledger::probe {
namespace {

using test::good_host;
using Change = std::function<void(HostFacts&)>;

struct Case {
  std::string name;
  Change change;
  std::array<std::string_view, 3> reasons;  ///< of bpf, taskstats and proc
  SourceKind about{SourceKind::kBpf};       ///< the source of the first finding in the texts; no finding if the texts are empty
  std::string missing{};
  std::string remedy{};
};

void PrintTo(const Case& each, std::ostream* out) { *out << each.name; }

class Assess : public testing::TestWithParam<Case> {};

std::string remedies_of(const Finding& finding) {
  std::string all;
  for (const std::string& each : finding.remedies) all += each + "\n";
  return all;
}

TEST_P(Assess, SaysWhatStandsInTheWay) {
  HostFacts facts = good_host();
  GetParam().change(facts);
  const auto assessments = assess(facts);
  for (std::size_t i = 0; i < assessments.size(); ++i) {
    EXPECT_EQ(assessments[i].reason, GetParam().reasons[i]) << name_of(assessments[i].source);
    EXPECT_EQ(assessments[i].usable, assessments[i].reason == reason::kWorks);
    EXPECT_EQ(assessments[i].why.find('\n'), std::string::npos);
    EXPECT_NE(assessments[i].why, "");
  }
  const Assessment& about = assessments[static_cast<std::size_t>(GetParam().about)];
  if (GetParam().missing.empty()) return;
  ASSERT_FALSE(about.findings.empty());
  const Finding& first = about.findings.front();
  EXPECT_THAT(first.missing, testing::HasSubstr(GetParam().missing));
  EXPECT_NE(first.cost, "");
  EXPECT_THAT(remedies_of(first), testing::HasSubstr(GetParam().remedy));
  EXPECT_EQ(first.blocks, !about.usable);
}

void take(HostFacts& facts, std::initializer_list<Capability> lost) {
  for (const Capability each : lost) facts.rights.effective.remove(each);
}

using enum Capability;
using namespace reason;

INSTANTIATE_TEST_SUITE_P(
    Bpf, Assess,
    testing::Values(
        Case{"GoodHost", [](HostFacts&) {}, {kWorks, kWorks, kWorks}},
        Case{"NoBtf",
             [](HostFacts& f) { f.kernel.btf = Btf::kMissing; },
             {kNoBtf, kWorks, kWorks},
             SourceKind::kBpf,
             "no BTF",
             "CONFIG_DEBUG_INFO_BTF=y"},
        Case{"UnreadableBtf",
             [](HostFacts& f) { f.kernel.btf = Btf::kUnreadable; },
             {kNoBtf, kWorks, kWorks},
             SourceKind::kBpf,
             "may not be read",
             "chmod"},
        Case{"GarbageBtf",
             [](HostFacts& f) { f.kernel.btf = Btf::kGarbage; },
             {kBadBtf, kWorks, kWorks},
             SourceKind::kBpf,
             "bad BTF",
             "findmnt"},
        Case{"OldKernel",
             [](HostFacts& f) { f.kernel.lacking = {"the BPF ring buffer", "the tracepoint sched_process_free"}; },
             {kOldKernel, kWorks, kWorks},
             SourceKind::kBpf,
             "the BPF ring buffer, the tracepoint sched_process_free",
             "Linux 5.10"},
        Case{"Confidentiality",
             [](HostFacts& f) { f.kernel.lockdown = Lockdown::kConfidentiality; },
             {kLockdown, kWorks, kWorks},
             SourceKind::kBpf,
             "confidentiality",
             "lockdown=integrity"},
        Case{"IntegrityIsEnough", [](HostFacts& f) { f.kernel.lockdown = Lockdown::kIntegrity; }, {kWorks, kWorks, kWorks}},
        Case{"UnprivilegedBpfDoesNotMatter", [](HostFacts& f) { f.kernel.unprivileged_bpf_disabled = 0; }, {kWorks, kWorks, kWorks}},
        Case{"NoBpfCapability",
             [](HostFacts& f) { take(f, {kBpf}); },
             {kNoCapability, kWorks, kWorks},
             SourceKind::kBpf,
             "CAP_BPF is not held",
             "setcap cap_bpf,cap_perfmon,"},
        Case{"NoPerfmon",
             [](HostFacts& f) { take(f, {kPerfmon}); },
             {kNoCapability, kWorks, kWorks},
             SourceKind::kBpf,
             "CAP_PERFMON is not held",
             "AmbientCapabilities=CAP_PERFMON"},
        Case{"NeitherOfTheTwo",
             [](HostFacts& f) { take(f, {kBpf, kPerfmon}); },
             {kNoCapability, kWorks, kWorks},
             SourceKind::kBpf,
             "CAP_BPF and CAP_PERFMON are not held",
             "add: [BPF, PERFMON]"},
        Case{"SysAdminReplacesBoth",
             [](HostFacts& f) {
               take(f, {kBpf, kPerfmon});
               f.rights.effective.add(kSysAdmin);
             },
             {kWorks, kWorks, kWorks}},
        Case{"MapsInLockedMemory",
             [](HostFacts& f) {
               f.kernel.maps_in_memlock = true;
               f.rights.memlock_bytes = 8U << 20;
             },
             {kMemlock, kWorks, kWorks},
             SourceKind::kBpf,
             "limited to 8192 KiB",
             "LimitMEMLOCK=infinity"},
        Case{"EnoughLockedMemory",
             [](HostFacts& f) {
               f.kernel.maps_in_memlock = true;
               f.rights.memlock_bytes = 64U << 20;
             },
             {kWorks, kWorks, kWorks}},
        Case{"LockedMemoryThatMayBeRaised",
             [](HostFacts& f) {
               f.kernel.maps_in_memlock = true;
               f.rights.memlock_bytes = 8U << 20;
               f.rights.effective.add(kSysResource);
             },
             {kWorks, kWorks, kWorks}},
        Case{"LockedMemoryThatIsNotAskedOf", [](HostFacts& f) { f.rights.memlock_bytes = 0; }, {kWorks, kWorks, kWorks}},
        Case{"NoSchedInfo",
             [](HostFacts& f) { f.kernel.fields->run_queue_wait = false; },
             {kWorks, kWorks, kWorks},
             SourceKind::kBpf,
             "CONFIG_SCHED_INFO",
             "CONFIG_SCHED_INFO=y"},
        Case{"NoIoAccounting",
             [](HostFacts& f) { f.kernel.fields->storage_io = false; },
             {kWorks, kWorks, kWorks},
             SourceKind::kBpf,
             "CONFIG_TASK_IO_ACCOUNTING",
             "=y"}),
    [](const auto& each) { return each.param.name; });

INSTANTIATE_TEST_SUITE_P(Places, Assess,
                         testing::Values(Case{"NestedPidNamespace",
                                              [](HostFacts& f) { f.namespaces.pid = false; },
                                              {kPidNamespace, kPidNamespace, kWorks},
                                              SourceKind::kBpf,
                                              "pid namespace",
                                              "hostPID: true\nDocker: docker run --pid=host"},
                                         Case{"NestedPidNamespaceNarrowsProc",
                                              [](HostFacts& f) { f.namespaces.pid = false; },
                                              {kPidNamespace, kPidNamespace, kWorks},
                                              SourceKind::kProc,
                                              "pid namespace",
                                              "hostPID: true"},
                                         Case{"NestedUserNamespace",
                                              [](HostFacts& f) { f.namespaces.user = false; },
                                              {kUserNamespace, kUserNamespace, kWorks},
                                              SourceKind::kTaskstats,
                                              "user namespace",
                                              "--userns=host"},
                                         Case{"NestedNetNamespace",
                                              [](HostFacts& f) { f.namespaces.net = false; },
                                              {kWorks, kNetNamespace, kWorks},
                                              SourceKind::kTaskstats,
                                              "network namespace",
                                              "hostNetwork: true"},
                                         Case{"NoProc",
                                              [](HostFacts& f) { f.proc = {.path = "/nowhere", .readable = false, .hidepid = {}}; },
                                              {kNoProc, kNoProc, kNoProc},
                                              SourceKind::kProc,
                                              "no procfs at /nowhere",
                                              "mount -t proc proc /nowhere"},
                                         Case{"HiddenProcesses",
                                              [](HostFacts& f) {
                                                f.proc.hidepid = 2;
                                                take(f, {kSysPtrace});
                                              },
                                              {kWorks, kWorks, kWorks},
                                              SourceKind::kProc,
                                              "hidepid=2",
                                              "remount,hidepid=0"},
                                         Case{"NoPtrace",
                                              [](HostFacts& f) { take(f, {kSysPtrace}); },
                                              {kWorks, kWorks, kWorks},
                                              SourceKind::kBpf,
                                              "CAP_SYS_PTRACE is not held",
                                              "setcap cap_bpf,cap_perfmon,cap_sys_ptrace+ep"},
                                         Case{"NoDacReadSearch",
                                              [](HostFacts& f) { take(f, {kDacReadSearch}); },
                                              {kWorks, kWorks, kWorks},
                                              SourceKind::kProc,
                                              "CAP_DAC_READ_SEARCH is not held",
                                              "cap_dac_read_search"}),
                         [](const auto& each) { return each.param.name; });

INSTANTIATE_TEST_SUITE_P(Taskstats, Assess,
                         testing::Values(Case{"NoNetAdmin",
                                              [](HostFacts& f) { take(f, {kNetAdmin}); },
                                              {kWorks, kNoCapability, kWorks},
                                              SourceKind::kTaskstats,
                                              "CAP_NET_ADMIN is not held",
                                              "--cap-add=NET_ADMIN"},
                                         Case{"NoFamily",
                                              [](HostFacts& f) { f.kernel.taskstats = false; },
                                              {kWorks, kNoTaskstats, kWorks},
                                              SourceKind::kTaskstats,
                                              "no taskstats",
                                              "CONFIG_TASKSTATS=y"},
                                         Case{"NoConnector",
                                              [](HostFacts& f) { f.kernel.proc_connector = false; },
                                              {kWorks, kNoProcConnector, kWorks},
                                              SourceKind::kTaskstats,
                                              "proc connector",
                                              "CONFIG_PROC_EVENTS=y"},
                                         Case{"NoSchedstat",
                                              [](HostFacts& f) { f.kernel.schedstat = false; },
                                              {kWorks, kWorks, kWorks},
                                              SourceKind::kProc,
                                              "schedstat",
                                              "CONFIG_SCHED_INFO=y"}),
                         [](const auto& each) { return each.param.name; });

TEST(AssessTogether, NothingIsMissingOnAGoodHost) {
  for (const Assessment& each : assess(good_host())) {
    EXPECT_THAT(each.findings, testing::IsEmpty()) << name_of(each.source);
    EXPECT_EQ(each.why, "nothing is missing");
  }
}

TEST(AssessTogether, BestComesFirst) {
  const auto assessments = assess(good_host());
  EXPECT_EQ(name_of(assessments[0].source), "bpf");
  EXPECT_EQ(name_of(assessments[1].source), "taskstats");
  EXPECT_EQ(name_of(assessments[2].source), "proc");
}

TEST(AssessTogether, UnknownStandsInNobodysWay) {
  HostFacts facts = good_host();
  facts.kernel.maps_in_memlock.reset();
  facts.kernel.lockdown.reset();
  facts.kernel.schedstat.reset();
  facts.kernel.taskstats.reset();
  facts.kernel.proc_connector.reset();
  facts.namespaces = {};
  facts.proc.hidepid.reset();
  for (const Assessment& each : assess(facts)) EXPECT_THAT(each.findings, testing::IsEmpty()) << name_of(each.source);
}

TEST(AssessTogether, WhatBlocksComesBeforeWhatCosts) {
  HostFacts facts = good_host();
  facts.rights.effective = {};
  const auto assessments = assess(facts);
  ASSERT_EQ(assessments[0].findings.size(), 2U);
  EXPECT_EQ(assessments[0].findings[0].reason, kNoCapability);
  EXPECT_EQ(assessments[0].findings[1].reason, kNoPtrace);
  EXPECT_EQ(assessments[1].findings[0].reason, kNoCapability);
  EXPECT_TRUE(assessments[2].usable);
  EXPECT_EQ(assessments[2].why, "works with less: CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH are not held");
}

TEST(AssessTogether, AllObstaclesAreReportedTogether) {
  HostFacts facts = good_host();
  facts.namespaces = {.pid = false, .user = false, .net = false};
  facts.kernel.btf = Btf::kMissing;
  facts.kernel.fields.reset();
  facts.rights.effective = {};
  const auto assessments = assess(facts);
  std::vector<std::string_view> reasons;
  for (const Finding& each : assessments[0].findings) {
    if (each.blocks) reasons.push_back(each.reason);
  }
  EXPECT_THAT(reasons, testing::ElementsAre(kPidNamespace, kUserNamespace, kNoBtf, kNoCapability));
}

// setcap removes capabilities that it does not name.
TEST(AssessTogether, CommandForTheFileKeepsWhatItHas) {
  HostFacts facts = good_host();
  facts.rights.effective = {kPerfmon, kSysPtrace};
  const auto assessments = assess(facts);
  EXPECT_THAT(assessments[0].findings.front().remedies,
              testing::Contains("sudo setcap cap_bpf,cap_perfmon,cap_sys_ptrace+ep \"$(command -v procledger)\""));
}

}  // namespace
}  // namespace procledger::probe
