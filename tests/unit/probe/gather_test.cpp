// SPDX-License-Identifier: Apache-2.0
// The facts of this host: facts that the test can find in another way, and that no right is needed to gather them.
#include "sources/probe/gather.hpp"

#include <gtest/gtest.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "sources/bpf/kernel_btf.hpp"
#include "support/files.hpp"

namespace procledger::probe {
namespace {

TEST(GatheredFacts, AreThoseOfThisHost) {
  const probe::HostFacts facts = gather("/proc", bpf::read_kernel_types());
  utsname name{};
  ASSERT_EQ(::uname(&name), 0);
  EXPECT_EQ(facts.kernel.release, name.release);
  EXPECT_EQ(facts.kernel.machine, name.machine);
  EXPECT_EQ(facts.rights.uid, ::geteuid());
  EXPECT_EQ(facts.kernel.btf != probe::Btf::kMissing, std::filesystem::exists("/sys/kernel/btf/vmlinux"));
  EXPECT_EQ(facts.kernel.fields.has_value(), facts.kernel.btf == probe::Btf::kUsable);
  EXPECT_TRUE(facts.proc.readable);
  EXPECT_TRUE(facts.namespaces.pid);
  EXPECT_TRUE(facts.namespaces.user);
}

// Every kernel since 5.10 has all that the programs need. The text of a missing part would name it.
TEST(GatheredFacts, NothingIsLackingWhereThereIsBtf) {
  const probe::HostFacts facts = gather("/proc", bpf::read_kernel_types());
  if (facts.kernel.btf != probe::Btf::kUsable) GTEST_SKIP() << "this kernel has no BTF";
  for (const std::string& each : facts.kernel.lacking) ADD_FAILURE() << each;
  EXPECT_TRUE(facts.kernel.maps_in_memlock);
}

TEST(GatheredFacts, FolderWithoutProcfsIsNone) {
  const test::TempDir empty;
  const probe::HostFacts facts = gather(empty.path(), bpf::read_kernel_types());
  EXPECT_FALSE(facts.proc.readable);
  EXPECT_FALSE(facts.namespaces.pid);
  EXPECT_FALSE(facts.proc.hidepid);
  EXPECT_FALSE(facts.rights.seccomp);
  EXPECT_EQ(facts.cgroup, "");
}

}  // namespace
}  // namespace procledger::probe
