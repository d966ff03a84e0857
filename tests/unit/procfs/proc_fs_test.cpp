// SPDX-License-Identifier: Apache-2.0
#include "host/procfs/proc_fs.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "support/files.hpp"

namespace procledger::procfs {
namespace {

class SmallProc : public testing::Test {
 protected:
  void write(const std::string& name, std::string_view text) {
    const auto path = dir_.path() / name;
    std::filesystem::create_directories(path.parent_path());
    ASSERT_TRUE(test::write_file(path, text));
  }
  [[nodiscard]] std::filesystem::path root() const { return dir_.path(); }
  [[nodiscard]] ProcFs procfs() const { return ProcFs{root()}; }

 private:
  test::TempDir dir_;
};

TEST_F(SmallProc, CpuTimesComeFromStat) {
  write("stat", "cpu 1 1 1 1 1 2 1 1\n");
  const auto times = procfs().cpu_times();
  ASSERT_TRUE(times) << times.error().message;
  EXPECT_EQ(times->irq_ns, 2U * 1'000'000'000U / static_cast<std::uint64_t>(::sysconf(_SC_CLK_TCK)));
}

TEST_F(SmallProc, MissingFileNamesItsPath) {
  const auto times = procfs().cpu_times();
  ASSERT_FALSE(times);
  EXPECT_EQ(times.error().kind, ErrorKind::kGone);
  EXPECT_NE(times.error().message.find((root() / "stat").string()), std::string::npos) << times.error().message;
}

TEST_F(SmallProc, UnreadableValuesAreAbsent) {
  write("self/statm", "10 5 1 1 0 1 0\n");
  write("self/stat", "nonsense");
  const OwnUsage own = procfs().own_values();
  EXPECT_TRUE(own.resident_bytes);
  EXPECT_FALSE(own.cpu_ns);
  EXPECT_FALSE(own.start_boottime_ns);
  EXPECT_FALSE(own.open_fds);
  EXPECT_FALSE(own.max_fds);
}

TEST_F(SmallProc, OpenFilesDoNotCountTheReadItself) {
  for (const char* fd : {"self/fd/0", "self/fd/1", "self/fd/2", "self/fd/3"}) write(fd, "");
  EXPECT_EQ(procfs().own_values().open_fds, 3U);
}

TEST_F(SmallProc, V1WithCpuacctCountsBesideAnyV2) {
  write("self/mountinfo", "30 20 0:26 / /cg rw - cgroup2 cgroup2 rw\n");
  const auto without = procfs().cgroup_setup();
  ASSERT_TRUE(without) << without.error().message;
  EXPECT_EQ(without->mode, "v2");
  EXPECT_FALSE(without->cpuacct_in_v1);
  write("cgroups", "#subsys_name\thierarchy\tnum_cgroups\tenabled\ncpu\t1\t1\t1\ncpuacct\t2\t1\t1\n");
  EXPECT_TRUE(procfs().cgroup_setup()->cpuacct_in_v1);
}

TEST_F(SmallProc, OtherNamespaceFileIsNotTheInitialOne) {
  write("self/ns/pid", "");
  const auto initial = procfs().in_initial_pid_namespace();
  ASSERT_TRUE(initial) << initial.error().message;
  EXPECT_FALSE(*initial);
}

TEST(ProcFsLive, OwnValuesAreThereAndPlausible) {
  const OwnUsage own = ProcFs{"/proc"}.own_values();
  ASSERT_TRUE(own.cpu_ns && own.start_boottime_ns && own.virtual_bytes && own.resident_bytes && own.open_fds);
  EXPECT_GT(*own.virtual_bytes, *own.resident_bytes);
  EXPECT_GT(*own.resident_bytes, 100'000U);
  const int fd = ::dup(0);
  ASSERT_GE(fd, 0);
  EXPECT_EQ(ProcFs{"/proc"}.own_values().open_fds, *own.open_fds + 1);
  ::close(fd);
}

}  // namespace
}  // namespace procledger::procfs
