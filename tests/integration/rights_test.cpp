// SPDX-License-Identifier: Apache-2.0
// docs/rights.md, row by row: the abilities of the daemon with each set of rights, and that the daemon keeps no other rights.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/capability.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <ostream>

#include "support/clocks.hpp"
#include "support/host.hpp"
#include "support/public_binary.hpp"
#include "support/truth.hpp"

namespace procledger::test {
namespace {

using namespace std::chrono_literals;

// Bits of include/uapi/linux/capability.h.
constexpr std::uint64_t bit(int capability) { return std::uint64_t{1} << static_cast<unsigned>(capability); }
constexpr std::uint64_t kBpfPair = bit(CAP_BPF) | bit(CAP_PERFMON);
constexpr std::uint64_t kProcReader = bit(CAP_SYS_PTRACE) | bit(CAP_DAC_READ_SEARCH);

/// The rights of a thread in /proc/PID/status.
struct Held {
  std::uint64_t inheritable{};
  std::uint64_t permitted{};
  std::uint64_t effective{};
  std::uint64_t bounding{};
  std::uint64_t ambient{};
  std::uint64_t no_new_privs{};
  bool operator==(const Held&) const = default;
};

void PrintTo(const Held& held, std::ostream* out) {
  *out << std::hex << "inh " << held.inheritable << " prm " << held.permitted << " eff " << held.effective << " bnd " << held.bounding
       << " amb " << held.ambient << " nnp " << held.no_new_privs << std::dec;
}

std::uint64_t field(const std::string& status, const std::string& name, int base) {
  const std::size_t at = status.find("\n" + name + ":\t");
  return at == std::string::npos ? ~std::uint64_t{0} : std::strtoull(status.c_str() + at + name.size() + 3, nullptr, base);
}

/// The distinct rights of all threads of a process.
std::vector<Held> held_by(pid_t pid) {
  std::vector<Held> all;
  for (const auto& thread : std::filesystem::directory_iterator{"/proc/" + std::to_string(pid) + "/task"}) {
    const std::string status = read_file(thread.path() / "status").value_or("");
    const Held held{field(status, "CapInh", 16), field(status, "CapPrm", 16), field(status, "CapEff", 16),
                    field(status, "CapBnd", 16), field(status, "CapAmb", 16), field(status, "NoNewPrivs", 10)};
    if (std::ranges::find(all, held) == all.end()) all.push_back(held);
  }
  return all;
}

Held only(std::uint64_t capabilities, std::uint64_t bounding) { return {0, capabilities, capabilities, bounding, 0, 1}; }

class Rights : public testing::Test {
 protected:
  void SetUp() override { PROCLEDGER_REQUIRE_BPF(); }

  void start(std::vector<std::string> run_by, std::vector<std::string> flags = {}) {
    flags.emplace_back("--sockets");
    flags.emplace_back("--slow.interval=1s");
    auto daemon = DaemonProcess::start({.flags = std::move(flags), .cpu = {}, .run_by = std::move(run_by), .binary = binary_.path()});
    ASSERT_TRUE(daemon) << daemon.error().message;
    daemon_.emplace(std::move(*daemon));
  }

  /// 200 processes of about 10 ms between two scrapes: all are counted, with all their CPU time.
  void expect_exact() {
    const UniqueNames names;
    auto load = Load::prepare(names, 200, 2, {names.link("burn", "burn"), "2000"});
    ASSERT_TRUE(load) << load.error().message;
    const auto report = observe(*daemon_, names, *load, std::nullopt);
    ASSERT_TRUE(report) << report.error().message;
    expect_exact_cpu(*report);
    EXPECT_EQ(report->exits(names.comm("burn")), 200);
    EXPECT_EQ(report->after.sum({.name = "procledger_source_active", .labels = {{"source", "bpf"}}}), 1);
  }

  /// Whether the page has the sockets of a process of root, which needs the right to trace that process. A pass of background sampling has
  /// read the process by then: a pass has the processes of the previous collection.
  bool sees_what_others_hold() {
    const UniqueNames names;
    const std::string script = "exec 3<>/dev/udp/127.0.0.1/9; exec " + names.link("other", "/bin/sleep") + " 1000";
    const auto other = Child::spawn({.argv = {"bash", "-c", script}, .cgroup_procs = {}, .cpu = {}, .inherit = {}});
    EXPECT_TRUE(other);
    const LabelMap group{{"group", names.comm("other")}};
    Exposition page;
    const auto scraped = [&](const auto& condition) {
      return eventually(kHangDeadline, [&] {
        auto now = daemon_->scrape();
        if (now) page = std::move(*now);
        return now && condition();
      });
    };
    EXPECT_TRUE(scraped([&] { return page.sum({.name = "procledger_group_processes", .labels = group}) == 1; }));
    const double seen = std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
    EXPECT_TRUE(scraped([&] { return page.value("procledger_slow_pass_timestamp_seconds").value_or(0) > seen; }));
    return page.count({.name = "procledger_group_sockets", .labels = group}) > 0;
  }

  [[nodiscard]] const DaemonProcess& daemon() const { return *daemon_; }
  [[nodiscard]] Result<Exposition> scrape() const { return daemon_->scrape(); }
  [[nodiscard]] std::vector<Held> held() const { return held_by(daemon_->pid()); }
  [[nodiscard]] std::string binary() const { return binary_.path(); }

 private:
  PublicBinary binary_;
  std::optional<DaemonProcess> daemon_;
};

/// A loopback address of this test alone: a fixed port may be in use on 127.0.0.1.
std::string loopback_of_this_test() {
  const int pid = getpid();
  return "127." + std::to_string(pid / 65536 % 128 + 1) + "." + std::to_string(pid / 256 % 256) + "." + std::to_string(pid % 256);
}

/// The maximum rights of a process of the user `nobody`: the bounding set of the test.
std::uint64_t bounding_set() { return field(read_file("/proc/self/status").value_or(""), "CapBnd", 16); }

TEST_F(Rights, RootKeepsWhatItNeedsForItsSource) {
  ASSERT_NO_FATAL_FAILURE(start({}, {"--source=bpf"}));
  EXPECT_THAT(held(), testing::ElementsAre(only(kBpfPair | kProcReader, 0)));
  EXPECT_TRUE(sees_what_others_hold());
  expect_exact();
}

TEST_F(Rights, RootKeepsWhatAnotherSourceWouldNeed) {
  ASSERT_NO_FATAL_FAILURE(start({}));
  EXPECT_THAT(held(), testing::ElementsAre(only(kBpfPair | kProcReader | bit(CAP_NET_ADMIN), 0)));
}

TEST_F(Rights, TheTwoCapabilitiesCountEverything) {
  ASSERT_NO_FATAL_FAILURE(start(as_nobody("+bpf,+perfmon")));
  EXPECT_THAT(held(), testing::ElementsAre(only(kBpfPair, bounding_set())));
  EXPECT_FALSE(sees_what_others_hold());
  expect_exact();
}

TEST_F(Rights, TheFourCapabilitiesSeeEverything) {
  ASSERT_NO_FATAL_FAILURE(start(as_nobody("+bpf,+perfmon,+sys_ptrace,+dac_read_search")));
  EXPECT_THAT(held(), testing::ElementsAre(only(kBpfPair | kProcReader, bounding_set())));
  EXPECT_TRUE(sees_what_others_hold());
  expect_exact();
}

TEST_F(Rights, WhatIsGrantedBeyondThatIsGivenUp) {
  ASSERT_NO_FATAL_FAILURE(start(as_nobody("+bpf,+perfmon,+sys_admin,+sys_time,+dac_override,+setpcap"), {"--source=bpf"}));
  EXPECT_THAT(held(), testing::ElementsAre(only(kBpfPair, 0)));
}

TEST_F(Rights, SysAdminStandsForTheTwo) {
  ASSERT_NO_FATAL_FAILURE(start(as_nobody("+sys_admin")));
  EXPECT_THAT(held(), testing::ElementsAre(only(bit(CAP_SYS_ADMIN), bounding_set())));
  expect_exact();
}

TEST_F(Rights, CapabilitiesOfTheFileDoAsWell) {
  cap_t capabilities = cap_from_text("cap_bpf,cap_perfmon=ep");
  ASSERT_EQ(cap_set_file(binary().c_str(), capabilities), 0) << "setcap " << binary();
  cap_free(capabilities);
  ASSERT_NO_FATAL_FAILURE(start({"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"}));
  EXPECT_THAT(held(), testing::ElementsAre(only(kBpfPair, bounding_set())));
  expect_exact();
}

TEST_F(Rights, NetAdminIsEnoughForTaskstats) {
  ASSERT_NO_FATAL_FAILURE(start(as_nobody("+net_admin")));
  EXPECT_THAT(held(), testing::ElementsAre(only(bit(CAP_NET_ADMIN), bounding_set())));
  const UniqueNames names;
  auto load = Load::prepare(names, 100, 2, {names.link("burn", "burn"), "2000"});
  ASSERT_TRUE(load) << load.error().message;
  load->go();
  ASSERT_TRUE(load->wait(kHangDeadline));
  EXPECT_TRUE(eventually(kHangDeadline, [&] {
    const auto page = daemon().scrape();
    return page && page->sum({.name = kGroupExits, .group_prefix = names.prefix()}) == 101;  // with the launcher
  }));
  const auto page = scrape();
  ASSERT_TRUE(page) << page.error().message;
  EXPECT_EQ(page->sum({.name = kGroupExits, .labels = {{"group", names.comm("burn")}}}), 100) << "each exit under the name in its record";
  EXPECT_EQ(page->sum({.name = "procledger_source_active", .labels = {{"source", "taskstats"}}}), 1);
}

TEST_F(Rights, WithoutAnyTheHostIsStillSeen) {
  ASSERT_NO_FATAL_FAILURE(start(as_nobody()));
  EXPECT_THAT(held(), testing::ElementsAre(only(0, 0)));
  const auto page = scrape();
  ASSERT_TRUE(page) << page.error().message;
  EXPECT_EQ(page->sum({.name = "procledger_source_active", .labels = {{"source", "proc"}}}), 1);
  EXPECT_EQ(page->count({.name = "procledger_source_info", .labels = {{"source", "proc"}, {"reason", "no_capability"}}}), 1U);
  EXPECT_GT(page->sum({.name = "procledger_group_cpu_seconds_total", .labels = {}}), 0);
}

TEST_F(Rights, PrivilegedPortTakesOneMore) {
  auto daemon = DaemonProcess::start(
      {.listen = loopback_of_this_test() + ":83", .cpu = {}, .run_by = as_nobody("+bpf,+perfmon,+net_bind_service"), .binary = binary()});
  ASSERT_TRUE(daemon) << daemon.error().message;
  EXPECT_THAT(held_by(daemon->pid()), testing::ElementsAre(only(kBpfPair | bit(CAP_NET_BIND_SERVICE), bounding_set())));
}

// The daemon loads its programs after it drops rights, so the remaining rights are enough for a second load.
TEST_F(Rights, ReloadWorksWithWhatIsLeft) {
  const TempDir directory;
  const std::string file = directory.path() / "c.yaml";
  std::filesystem::permissions(directory.path(), std::filesystem::perms{0700});
  ASSERT_TRUE(write_file(file, "groups: [{name: all}]\n"));
  std::filesystem::permissions(file, std::filesystem::perms{0600});
  auto daemon = DaemonProcess::start({.flags = {"--config.file=" + file, "--web.enable-lifecycle"},
                                      .cpu = {},
                                      .run_by = as_nobody("+bpf,+perfmon,+dac_read_search"),
                                      .binary = binary()});
  ASSERT_TRUE(daemon) << daemon.error().message;
  ASSERT_TRUE(write_file(file, "groups: [{name: other}]\n"));
  const auto answer = HttpClient{daemon->address()}.request("POST", "/-/reload");
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->status, 200) << answer->body;
}

}  // namespace
}  // namespace procledger::test
