// SPDX-License-Identifier: Apache-2.0
// Series below a group: per thread name, per thread, per process.
#include <unistd.h>

#include <cstdlib>
#include <optional>
#include <string>

#include "support/files.hpp"
#include "support/grouping_test.hpp"

namespace procledger::test {
namespace {

constexpr const char* kNameCpu = "procledger_group_thread_cpu_seconds_total";
constexpr const char* kThreadCpu = "procledger_thread_cpu_seconds_total";
constexpr const char* kProcessCpu = "procledger_process_cpu_seconds_total";
constexpr const char* kProcessInfo = "procledger_process_info";

/// CPU time of a sleeping task by the kernel, in seconds.
std::optional<double> charged_to(pid_t pid, const std::string& tid) {
  const auto text = read_file("/proc/" + std::to_string(pid) + "/task/" + tid + "/schedstat");
  if (!text) return std::nullopt;
  return std::strtod(text->c_str(), nullptr) / 1e9;
}

class GroupingSeries : public GroupingTest {
 protected:
  [[nodiscard]] double now(const char* metric, LabelMap labels) const {
    for (auto& [name, value] : labels) value = expand(std::move(value));
    return after_.sum({.name = metric, .labels = std::move(labels)});
  }
  [[nodiscard]] std::size_t count(const char* metric, LabelMap labels) const {
    for (auto& [name, value] : labels) value = expand(std::move(value));
    return after_.count({.name = metric, .labels = std::move(labels)});
  }
  /// Labels of the first series of this metric with this label value, mode "system" excepted.
  [[nodiscard]] LabelMap labels_of(const char* metric, const std::string& label, const std::string& value) const {
    for (const auto& [key, sample] : after_.series()) {
      if (key.name == metric && key.label(label) == expand(value) && key.label("mode") != "system") return key.labels;
    }
    return {};
  }
};

TEST_F(GroupingSeries, NamesOfThreadsAddUpToTheirGroup) {
  start_daemon(R"(
groups:
  - {name: "%group", match: {comm: "%act"}, threads: name}
)");
  begin(
      "pause times 3 { fork { thread %alpha { burn 20000 } thread %beta { burn 30000 } thread %alpha { burn 10000 } burn 5000 join } } "
      "join thread %gamma { burn 10000 park } park join");
  ASSERT_FALSE(HasFatalFailure());
  to_pause(2, 3);
  EXPECT_NEAR(grown(kNameCpu, {{"group", "%group"}}), cpu("%group"), 0.002) << "while some live";
  to_end(4);
  EXPECT_NEAR(grown(kNameCpu, {{"group", "%group"}}), cpu("%group"), 0.002) << "when all have ended";
  EXPECT_GE(now(kNameCpu, {{"group", "%group"}, {"thread", "%alpha"}}), 0.09);
  EXPECT_GE(now(kNameCpu, {{"group", "%group"}, {"thread", "%beta"}}), 0.09);
  EXPECT_GE(now(kNameCpu, {{"group", "%group"}, {"thread", "%gamma"}}), 0.01);
  EXPECT_GE(now(kNameCpu, {{"group", "%group"}, {"thread", "%act"}}), 0.015);
}

// Each process changes its group by exec, with a pending slice that the kernel charges later.
TEST_F(GroupingSeries, NamesOfThreadsAddUpWhereProcessesComeByExec) {
  start_daemon(R"(
groups:
  - {name: "%from", match: {comm: "%act"}, threads: name}
  - {name: "%to", match: {comm: "%burn"}, threads: name}
)");
  begin("pause times 300 { fork { burn 700 exec @burn 1000 } join }");
  ASSERT_FALSE(HasFatalFailure());
  to_end(301);
  EXPECT_EQ(exits("%to"), 300);
  EXPECT_NEAR(grown(kNameCpu, {{"group", "%from"}}), cpu("%from"), allowed_cpu_error(cpu("%from")));
  EXPECT_NEAR(grown(kNameCpu, {{"group", "%to"}}), cpu("%to"), allowed_cpu_error(cpu("%to")));
}

TEST_F(GroupingSeries, SingleThreadsHaveTheirLabelsAndTheirOwnTime) {
  start_daemon(R"(
groups:
  - {name: "%group", match: {comm: "%act"}, threads: tid, labels: {team: "storage"}}
)");
  begin("pause thread %alpha { burn 20000 park } burn 10000 park join");
  ASSERT_FALSE(HasFatalFailure());
  to_pause(2);
  const std::string pid = std::to_string(actor_->pid());
  const LabelMap common{{"group", expand("%group")},       {"team", "storage"}, {"daemon", expand("%act")},
                        {"pname", expand("%act")},         {"pid", pid},        {"mode", "user"},
                        {"ppid", std::to_string(getpid())}};
  LabelMap leader = common;
  leader.insert({{"tid", pid}, {"tname", expand("%act")}});
  EXPECT_EQ(labels_of(kThreadCpu, "tname", "%act"), leader);
  LabelMap thread = common;
  const std::string tid = labels_of(kThreadCpu, "tname", "%alpha")["tid"];
  thread.insert({{"tid", tid}, {"tname", expand("%alpha")}});
  EXPECT_EQ(labels_of(kThreadCpu, "tname", "%alpha"), thread);
  ASSERT_NE(tid, pid);
  const auto charged = charged_to(actor_->pid(), tid);
  ASSERT_TRUE(charged) << "no thread " << tid;
  EXPECT_NEAR(now(kThreadCpu, {{"tname", "%alpha"}}), *charged, kExact);
  EXPECT_EQ(count(kThreadCpu, {{"group", "%group"}}), 4u) << "two threads in two modes";
  EXPECT_EQ(count(kNameCpu, {{"group", "%group"}}), 0u);
  to_end(1);
  EXPECT_EQ(count(kThreadCpu, {{"group", "%group"}}), 0u) << "they end with the thread";
}

TEST_F(GroupingSeries, SingleProcessesHaveTheirProgramAndTheirOwnTime) {
  start_daemon(R"(
groups:
  - {name: "%group", match: {comm: ["%act", "%burn"]}, processes: true}
limits: {label_bytes: 1024}
)");
  begin("pause fork { user 10001 burn 20000 park } burn 10000 park join fork { exec @burn 30000 } join");
  ASSERT_FALSE(HasFatalFailure());
  to_pause(2);
  const std::string pid = std::to_string(actor_->pid());
  const std::string args = expand("@act pause fork { user 10001 burn 20000 park } burn 10000 park join fork { exec @burn 30000 } join");
  const LabelMap own{{"group", expand("%group")}, {"pid", pid},      {"comm", expand("%act")},
                     {"exe", expand("@act")},     {"cmdline", args}, {"user", "root"}};
  EXPECT_EQ(labels_of(kProcessInfo, "pid", pid), own);
  LabelMap child = labels_of(kProcessInfo, "user", "10001");
  EXPECT_EQ(child["exe"], expand("@act"));
  EXPECT_EQ(child["cmdline"], args);
  ASSERT_NE(child["pid"], "");
  const auto charged = charged_to(std::atoi(child["pid"].c_str()), child["pid"]);
  ASSERT_TRUE(charged);
  EXPECT_NEAR(now(kProcessCpu, {{"pid", child["pid"]}}), *charged, kExact);
  EXPECT_GE(now("procledger_process_resident_memory_bytes", {{"pid", pid}}), 4096);
  EXPECT_EQ(count(kProcessInfo, {{"group", "%group"}}), 2u);
  to_end(3);
  EXPECT_EQ(count(kProcessInfo, {{"group", "%group"}}), 0u);
  EXPECT_EQ(count(kProcessCpu, {{"group", "%group"}}), 0u);
  EXPECT_GE(cpu("%group"), 0.06) << "the group keeps it";
}

TEST_F(GroupingSeries, RenamedProcessBeginsAnewWhileItsGroupGoesOn) {
  start_daemon(R"(
groups:
  - {name: "%group", match: {cmdline: '@act pause'}, processes: true, threads: tid}
)");
  begin("pause burn 50000 pause name %renamed burn 20000 pause");
  ASSERT_FALSE(HasFatalFailure());
  to_pause();
  EXPECT_GE(now(kProcessCpu, {{"comm", "%act"}}), 0.05);
  EXPECT_GE(now(kThreadCpu, {{"tname", "%act"}}), 0.05);
  const double group_before = now(kGroupCpu, {{"group", "%group"}});
  mark();
  to_pause();
  EXPECT_EQ(count(kProcessCpu, {{"comm", "%act"}}), 0u);
  EXPECT_EQ(count(kThreadCpu, {{"tname", "%act"}}), 0u);
  EXPECT_NEAR(now(kProcessCpu, {{"comm", "%renamed"}}), truth_, kExact);
  EXPECT_NEAR(now(kThreadCpu, {{"tname", "%renamed"}, {"pname", "%renamed"}}), truth_, kExact);
  EXPECT_NEAR(now(kGroupCpu, {{"group", "%group"}}), group_before + truth_, kExact);
  to_end(1);
}

}  // namespace
}  // namespace procledger::test
