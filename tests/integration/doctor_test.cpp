// SPDX-License-Identifier: Apache-2.0
// `doctor` reports what is missing on a host or in its rights, and the remedy.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "support/daemon_process.hpp"
#include "support/host.hpp"
#include "support/public_binary.hpp"

namespace procledger::test {
namespace {

using testing::HasSubstr;

constexpr int kWell = 0;
constexpr int kLess = 1;
constexpr const char* kVerdict = "procledger: the best source, bpf, does not work here; the report on stdout says what to do\n";

class Doctor : public testing::Test {
 protected:
  void SetUp() override { PROCLEDGER_REQUIRE_BPF(); }

  /// The output of doctor, started by a command.
  std::string says(std::vector<std::string> argv, int exit_code, const std::vector<std::string>& flags = {}) {
    argv.insert(argv.end(), {binary_.path(), "doctor"});
    argv.insert(argv.end(), flags.begin(), flags.end());
    return run(std::move(argv), exit_code);
  }
  /// The output of doctor in a mount namespace that a shell has prepared.
  std::string says_after(const std::string& preparation, int exit_code, const std::string& runs_by = {}) {
    return run({"unshare", "-m", "sh", "-c", preparation + " && exec " + runs_by + " " + binary_.path() + " doctor"}, exit_code);
  }

 private:
  static std::string run(std::vector<std::string> argv, int exit_code) {
    const auto outcome = run_command(std::move(argv));
    if (!outcome) {
      ADD_FAILURE() << outcome.error().message;
      return {};
    }
    EXPECT_EQ(outcome->exit_code(), exit_code) << outcome->out << outcome->err;
    EXPECT_EQ(outcome->err, exit_code == kWell ? "" : kVerdict);
    return outcome->out;
  }

  PublicBinary binary_;
};

TEST_F(Doctor, RootLacksNothingAndTheKernelTookThePrograms) {
  const std::string said = says({}, kWell);
  EXPECT_THAT(said, HasSubstr("bpf        works, loads"));
  EXPECT_THAT(said, HasSubstr("pid_namespace              the host's"));
}

TEST_F(Doctor, NobodyGetsTheCapabilitiesAndTheCommand) {
  const std::string said = says(as_nobody(), kLess);
  EXPECT_THAT(said, HasSubstr("CAP_BPF and CAP_PERFMON are not held"));
  EXPECT_THAT(said, HasSubstr("sudo setcap cap_bpf,cap_perfmon+ep"));
  EXPECT_THAT(said, HasSubstr("bpf        cannot work"));
  EXPECT_THAT(said, HasSubstr("proc       works"));
}

TEST_F(Doctor, TheTwoCapabilitiesAreEnough) {
  const std::string said = says(as_nobody("+bpf,+perfmon"), kWell);
  EXPECT_THAT(said, HasSubstr("capabilities               CAP_BPF CAP_PERFMON\n"));
  EXPECT_THAT(said, HasSubstr("CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH are not held"));
}

TEST_F(Doctor, SysAdminStandsForBoth) { EXPECT_THAT(says(as_nobody("+sys_admin"), kWell), HasSubstr("bpf        works, loads")); }

TEST_F(Doctor, EmptyBtfIsNamed) {
  EXPECT_THAT(says_after("mount --bind /dev/null /sys/kernel/btf/vmlinux", kLess),
              HasSubstr("bad BTF: /sys/kernel/btf/vmlinux does not contain BTF"));
}

TEST_F(Doctor, GarbageInsteadOfBtfIsNamed) {
  EXPECT_THAT(says_after("mount --bind /etc/passwd /sys/kernel/btf/vmlinux", kLess), HasSubstr("bad BTF"));
}

TEST_F(Doctor, MissingBtfIsNamed) {
  const TempDir empty;
  EXPECT_THAT(says_after("mount --bind " + empty.path().string() + " /sys/kernel/btf", kLess), HasSubstr("no BTF"));
}

TEST_F(Doctor, NestedPidNamespaceIsNamed) {
  const std::string said = says({"unshare", "-p", "-f", "--kill-child", "--mount-proc"}, kLess);
  EXPECT_THAT(said, HasSubstr("hostPID: true"));
  EXPECT_THAT(said, HasSubstr("--pid=host"));
}

TEST_F(Doctor, NestedUserNamespaceIsNamed) {
  EXPECT_THAT(says({"unshare", "-U", "-r"}, kLess), HasSubstr("not in the host's user namespace"));
}

TEST_F(Doctor, NestedNetworkNamespaceCostsTaskstats) {
  const std::string said = says({"unshare", "-n"}, kWell);
  EXPECT_THAT(said, HasSubstr("taskstats  cannot work"));
  EXPECT_THAT(said, HasSubstr("not in the host's network namespace"));
}

TEST_F(Doctor, HiddenProcessesAreNamed) {
  const std::string nobody = "setpriv --reuid=65534 --regid=65534 --clear-groups";
  EXPECT_THAT(says_after("mount -t proc -o hidepid=2 proc /proc", kLess, nobody), HasSubstr("/proc is mounted with hidepid=2"));
}

TEST_F(Doctor, ElsewhereMountedProcfsIsReadThere) {
  const TempDir directory;
  const std::string path = directory.path();
  const std::string said =
      says({"unshare", "-m", "sh", "-c", "mount -t proc proc " + path + " && exec \"$0\" \"$@\""}, kWell, {"--path.procfs=" + path});
  EXPECT_THAT(said, HasSubstr("procfs                     " + path + ", hidepid=0"));
  EXPECT_THAT(says({}, kLess, {"--path.procfs=" + path}), HasSubstr("no procfs at " + path));
}

TEST_F(Doctor, JsonIsForMachines) {
  const auto well = nlohmann::json::parse(says({}, kWell, {"--json"}), nullptr, false);
  ASSERT_TRUE(well.is_object());
  EXPECT_EQ(well["well"], true);
  const auto less = nlohmann::json::parse(says(as_nobody(), kLess, {"--json"}), nullptr, false);
  ASSERT_TRUE(less.is_object());
  EXPECT_EQ(less["well"], false);
  EXPECT_EQ(less["sources"][0]["source"], "bpf");
  EXPECT_EQ(less["sources"][0]["reason"], "no_capability");
  EXPECT_EQ(less["sources"][2]["usable"], true);
}

}  // namespace
}  // namespace procledger::test
