// SPDX-License-Identifier: Apache-2.0
// The output of doctor.
#include <gtest/gtest.h>

#include <utility>

#include "commands/doctor/diagnosis.hpp"
#include "golden/golden_file.hpp"
#include "unit/probe/good_host.hpp"

namespace procledger::commands {
namespace {

Diagnosis diagnose(probe::HostFacts facts) {
  auto sources = probe::assess(facts);
  return {.facts = std::move(facts), .sources = std::move(sources)};
}

/// A container with default settings: own namespaces, no rights, no /sys of the host.
probe::HostFacts container() {
  probe::HostFacts facts = test::good_host();
  facts.kernel.btf = probe::Btf::kMissing;
  facts.kernel.fields.reset();
  facts.kernel.maps_in_memlock.reset();
  facts.kernel.lockdown.reset();
  facts.kernel.taskstats = false;
  facts.kernel.proc_connector.reset();
  facts.rights = {.uid = 65534, .effective = {}, .seccomp = true, .memlock_bytes = 8U << 20};
  facts.namespaces = {.pid = false, .user = true, .net = {}};
  return facts;
}

TEST(DoctorText, GoodHostMissesNothing) {
  Diagnosis diagnosis = diagnose(test::good_host());
  diagnosis.tried = Result<void>{};
  EXPECT_TRUE(diagnosis.well());
  test::expect_golden(test::golden_path("doctor_good.txt"), diagnosis_text(diagnosis));
}

TEST(DoctorText, ContainerGetsEverythingAtOnce) {
  const Diagnosis diagnosis = diagnose(container());
  EXPECT_FALSE(diagnosis.well());
  test::expect_golden(test::golden_path("doctor_container.txt"), diagnosis_text(diagnosis));
}

TEST(DoctorText, RefusalOfTheKernelIsShownWithWhatItMayBe) {
  probe::HostFacts facts = test::good_host();
  facts.rights.seccomp = true;
  Diagnosis diagnosis = diagnose(std::move(facts));
  diagnosis.tried = Result<void>{fail(ErrorKind::kPermission, "the kernel refused to load eBPF programs: run as root")};
  EXPECT_FALSE(diagnosis.well());
  test::expect_golden(test::golden_path("doctor_refused.txt"), diagnosis_text(diagnosis));
}

TEST(DoctorText, JsonSaysTheSame) {
  test::expect_golden(test::golden_path("doctor_container.json"), diagnosis_json(diagnose(container())));
}

TEST(DoctorText, HintFollowsTheRefusal) {
  const probe::HostFacts facts = test::good_host();
  EXPECT_NE(hint_for({ErrorKind::kPermission, ""}, facts).find("security module"), std::string::npos);
  EXPECT_NE(hint_for({ErrorKind::kUnsupported, ""}, facts).find("report"), std::string::npos) << "the verifier refused";
  EXPECT_NE(hint_for({ErrorKind::kPermission, ""}, container()).find("seccomp"), std::string::npos);
}

}  // namespace
}  // namespace procledger::commands
