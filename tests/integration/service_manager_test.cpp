// SPDX-License-Identifier: Apache-2.0
// The notifications of the daemon to a service manager, and that they stop when a collection hangs.
#include <gtest/gtest.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#include <filesystem>

#include "support/clocks.hpp"
#include "support/daemon_process.hpp"
#include "support/host.hpp"
#include "support/notify_listener.hpp"

namespace procledger::test {
namespace {

/// Stops one thread of another process while the object exists; other threads of the process continue.
class HeldThread {
 public:
  explicit HeldThread(pid_t tid) : tid_{tid} {
    held_ =
        ::ptrace(PTRACE_SEIZE, tid_, 0, 0) == 0 && ::ptrace(PTRACE_INTERRUPT, tid_, 0, 0) == 0 && ::waitpid(tid_, nullptr, __WALL) == tid_;
  }
  HeldThread(const HeldThread&) = delete;
  HeldThread& operator=(const HeldThread&) = delete;
  ~HeldThread() { ::ptrace(PTRACE_DETACH, tid_, 0, 0); }

  [[nodiscard]] bool held() const { return held_; }

 private:
  pid_t tid_;
  bool held_{};
};

pid_t thread_named(pid_t pid, const std::string& name) {
  for (const auto& entry : std::filesystem::directory_iterator("/proc/" + std::to_string(pid) + "/task")) {
    if (read_file(entry.path() / "comm").value_or("") == name + "\n") return std::stoi(entry.path().filename());
  }
  return -1;
}

class UnderAManager : public testing::Test {
 protected:
  void start(const std::string& watchdog_usec, std::vector<std::string> flags = {"--source=proc"}) {
    std::vector<std::string> run_by{"env", "NOTIFY_SOCKET=" + manager_.path()};
    if (!watchdog_usec.empty()) run_by.push_back("WATCHDOG_USEC=" + watchdog_usec);
    auto daemon = DaemonProcess::start({.flags = std::move(flags), .run_by = std::move(run_by)});
    ASSERT_TRUE(daemon) << daemon.error().message;
    daemon_.emplace(std::move(*daemon));
  }

  NotifyListener manager_;
  std::optional<DaemonProcess> daemon_;
};

TEST_F(UnderAManager, SaysReadyReloadingReadyStopping) {
  const TempDir directory;
  const std::string file = directory.path() / "config.yaml";
  ASSERT_TRUE(write_file(file, "groups: []\n"));
  ASSERT_NO_FATAL_FAILURE(start("", {"--source=proc", "--config.file=" + file}));
  ASSERT_TRUE(manager_.hears("READY=1"));
  EXPECT_TRUE(manager_.hears("STATUS=collecting"));
  EXPECT_EQ(manager_.count("WATCHDOG=1"), 0U) << "no watchdog was requested";

  ASSERT_EQ(::kill(daemon_->pid(), SIGHUP), 0);
  ASSERT_TRUE(manager_.hears("RELOADING=1"));
  ASSERT_TRUE(manager_.hears("READY=1", 2));
  EXPECT_TRUE(manager_.hears("STATUS=collecting", 2));

  ASSERT_TRUE(write_file(file, "goups: []\n"));
  ASSERT_EQ(::kill(daemon_->pid(), SIGHUP), 0);
  ASSERT_TRUE(manager_.hears("READY=1", 3));
  EXPECT_NE(manager_.lines().back().find("STATUS=collecting with the previous configuration; the new one: " + file + ":1:1"),
            std::string::npos)
      << manager_.lines().back();

  ASSERT_TRUE(daemon_->stop());
  EXPECT_TRUE(manager_.hears("STOPPING=1"));
}

TEST_F(UnderAManager, IsSilentWhileCollectionHangsAndHeardAgainAfterwards) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root, to hold a thread of another process";
  ASSERT_NO_FATAL_FAILURE(start("4000000"));
  ASSERT_TRUE(manager_.hears("WATCHDOG=1", 2)) << "one per second";
  {
    const HeldThread collector{thread_named(daemon_->pid(), "collector")};
    ASSERT_TRUE(collector.held());
    // The half of the watchdog time of 4 s has passed. In 2.5 s two notifications are due.
    EXPECT_TRUE(eventually(kHangDeadline, [this] {
      const std::size_t before = manager_.count("WATCHDOG=1");
      std::this_thread::sleep_for(std::chrono::milliseconds{2500});
      return manager_.count("WATCHDOG=1") == before;
    }));
  }
  const std::size_t before = manager_.count("WATCHDOG=1");
  EXPECT_TRUE(manager_.hears("WATCHDOG=1", before + 2));
}

// The standard streams also have all lines, for containers.
TEST(LogRotation, HangUpMovesTheLogToANewFile) {
  const TempDir directory;
  const std::filesystem::path log = directory.path() / "procledger.log";
  const std::filesystem::path moved = directory.path() / "procledger.log.1";
  auto child = Child::spawn({.argv = {procledger_binary(), "serve", "--source=proc", "--web.listen-address=127.0.0.1:0",
                                      "--log.file=" + log.string(), "--log.file=stdout"},
                             .cgroup_procs = {},
                             .cpu = {},
                             .inherit = {}});
  ASSERT_TRUE(child) << child.error().message;
  const auto says = [](const std::filesystem::path& file, const char* event) {
    return eventually(kHangDeadline, [&] { return read_file(file).value_or("").find(event) != std::string::npos; });
  };
  ASSERT_TRUE(says(log, "event=listening"));
  std::filesystem::rename(log, moved);
  child->send(SIGHUP);
  ASSERT_TRUE(says(log, "event=reloaded")) << read_file(moved).value_or("");
  EXPECT_EQ(read_file(moved)->find("event=reloaded"), std::string::npos);
  const auto both = [&] { return read_file(moved).value_or("") + read_file(log).value_or(""); };
  EXPECT_TRUE(eventually(kHangDeadline, [&] { return child->out() == both(); })) << child->out();
  EXPECT_EQ(child->err(), "");

  // The folder does not exist any more: the log stays in the old file and reports that.
  std::filesystem::rename(directory.path(), directory.path().string() + ".gone");
  child->send(SIGHUP);
  const std::filesystem::path still = directory.path().string() + ".gone/procledger.log";
  EXPECT_TRUE(says(still, "event=log_not_reopened"));
  std::filesystem::rename(directory.path().string() + ".gone", directory.path());
  child->send(SIGTERM);
  EXPECT_TRUE(child->wait(kHangDeadline));
}

}  // namespace
}  // namespace procledger::test
