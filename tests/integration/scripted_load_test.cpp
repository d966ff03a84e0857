// SPDX-License-Identifier: Apache-2.0
// A script that uses CPU time is started, scraped, and killed after the sixth scrape. The page has only bash and python, with their names
// and command lines. The counters of the script stay on the page and do not grow, unlike the gauges of other programs.
#include <gtest/gtest.h>

#include <signal.h>

#include <string>
#include <vector>

#include "support/child.hpp"
#include "support/clocks.hpp"
#include "support/configured_daemon.hpp"
#include "support/daemon_test.hpp"
#include "support/host.hpp"
#include "support/truth.hpp"

namespace procledger::test {
namespace {

constexpr const char* kInfo = "procledger_process_info";
constexpr const char* kProcessCpu = "procledger_process_cpu_seconds_total";

/// Waits until a process has used this much more CPU time, by its clock in the kernel.
bool uses_more(pid_t pid, std::chrono::nanoseconds cpu) {
  const auto used = [pid] { return process_cpu_ns(pid).value_or(0); };
  const std::uint64_t enough = used() + static_cast<std::uint64_t>(cpu.count());
  return eventually(kHangDeadline, [&] { return used() >= enough; });
}

class ScriptedLoad : public testing::Test {
 protected:
  void SetUp() override { PROCLEDGER_REQUIRE_BPF(); }

  [[nodiscard]] Exposition scrape() { return page_of(configured_.daemon()); }

  ConfiguredDaemon configured_;
};

TEST_F(ScriptedLoad, IsWatchedUntilItIsKilledAndItsGroupStays) {
  const auto started = configured_.start(R"(
groups:
  - {name: "{{.Comm}}", match: {comm: [bash, python3]}, processes: true}
default: drop
limits: {label_bytes: 1024}
)");
  ASSERT_TRUE(started) << started.error().message;
  TempDir files;
  const std::string script = files.path() / "loop.sh";
  ASSERT_TRUE(write_file(script, "while :; do :; done\n"));
  auto load = Child::spawn({.argv = {"/bin/bash", script}, .cgroup_procs = {}, .cpu = {}, .inherit = {}});
  ASSERT_TRUE(load) << load.error().message;
  auto python =
      Child::spawn({.argv = {"/usr/bin/python3", "-c", "import time; time.sleep(600)"}, .cgroup_procs = {}, .cpu = {}, .inherit = {}});
  ASSERT_TRUE(python) << python.error().message;
  const std::string pid = std::to_string(load->pid());
  const auto own = [&](const Exposition& page) { return page.sum({.name = kProcessCpu, .labels = {{"pid", pid}}}); };
  const auto group = [](const Exposition& page) { return page.sum({.name = kGroupCpu, .labels = {{"group", "bash"}}}); };
  Exposition first;
  ASSERT_TRUE(eventually(kHangDeadline, [&] { return own(first = scrape()) > 0; }));

  std::vector<double> values;
  for (std::size_t i = 0; i < 6; ++i) {
    ASSERT_TRUE(uses_more(load->pid(), std::chrono::milliseconds{100}));
    values.push_back(own(scrape()));
    if (i > 0) {
      EXPECT_GT(values[i], values[i - 1]) << "it rises while the script runs";
    }
  }
  const Exposition alive = scrape();
  EXPECT_EQ(alive.value(kInfo, {{"group", "bash"},
                                {"pid", pid},
                                {"comm", "bash"},
                                {"exe", "/usr/bin/bash"},
                                {"cmdline", "/bin/bash " + script},
                                {"user", "root"}}),
            1);
  EXPECT_EQ(alive.count({.name = kInfo, .labels = {{"pid", std::to_string(python->pid())}, {"group", "python3"}}}), 1u);
  for (const auto& [key, value] : alive.series()) {
    const std::string name = key.label("group");
    EXPECT_TRUE(name.empty() || name == "bash" || name == "python3" || name == "(unattributed)") << key.text();
  }

  load->send(SIGKILL);
  ASSERT_TRUE(eventually(kHangDeadline, [&] { return scrape().count({.name = kInfo, .labels = {{"pid", pid}}}) == 0; }));
  const Exposition killed = scrape();
  // The CPU time before exec is in the series of the process and in another group, so only growth since the exec is compared.
  EXPECT_GE(group(killed) - group(first), values.back() - own(first) - 1e-6) << "the counter of the group stays";
  EXPECT_EQ(killed.count({.name = kProcessCpu, .labels = {{"pid", pid}}}), 0u) << "the series of the process ends";
  EXPECT_GE(killed.sum({.name = kGroupExits, .labels = {{"group", "bash"}, {"reason", "signal"}}}), 1);
}

}  // namespace
}  // namespace procledger::test
