// SPDX-License-Identifier: Apache-2.0
// Pods as kubelet creates them: cgroups named after uid and container id, log folders named after namespace, pod and container. Processes
// that exited in a pod keep their labels after the pod is removed.
#include <filesystem>
#include <string>

#include "support/files.hpp"
#include "support/grouping_test.hpp"
#include "support/pod.hpp"

namespace procledger::test {
namespace {

namespace fs = std::filesystem;

const PodNames kShop{"shop", "front-7d9f", "web", "0b1c2d3e-1111-4222-8333-0123456789ab", std::string(63, 'a') + "1"};
const PodNames kSystem{"kube-system", "dns-x2x4z", "resolver", "0b1c2d3e-1111-4222-8333-0123456789ac", std::string(63, 'b') + "2"};

class GroupingPods : public GroupingTest {
 protected:
  void TearDown() override { actor_.reset(); }

  void start_daemon_for_pods() {
    make_log_folders(logs());
    start_daemon(std::string{R"(
groups:
  - {name: "%shop", match: {comm: "%burn", namespace: "sh?p", pod: "front-*", container: [web, side]}}
)"} + kByPod,
                 {"--path.podlogs=" + logs().string()});
  }

  void make_logs(const PodNames& of) const { ASSERT_TRUE(make_pod_logs(logs(), of)); }
  void remove_logs(const PodNames& of) const { remove_pod_logs(logs(), of); }

  /// Expects all CPU time and exits of a group with the labels of one pod.
  void expect_all_in(const PodNames& of, const std::string& group, const std::string& class_name, std::uint64_t exits) const {
    const LabelMap labels{
        {"group", group}, {"namespace", of.namespace_}, {"pod", of.pod}, {"container", of.container}, {"class", class_name}};
    EXPECT_EQ(grown(kGroupExits, labels), static_cast<double>(exits)) << group;
    EXPECT_EQ(grown(kGroupExits, {{"group", group}}), static_cast<double>(exits)) << group;
    EXPECT_NEAR(grown(kGroupCpu, labels), cpu(group), 1e-9) << group;
  }

  /// The cgroup.procs of a pod's container below the folder "pods" of the test's own cgroup.
  [[nodiscard]] std::string container_procs(const PodNames& of) const {
    return hierarchy_root() + "/" + cgroup_name_ + "/pods/kubepods/burstable/pod" + of.uid + "/" + of.id + "/cgroup.procs";
  }
  [[nodiscard]] fs::path logs() const { return files_.path() / "log"; }
};

TEST_F(GroupingPods, LabelsStayWhenThePodIsGone) {
  start_daemon_for_pods();
  make_logs(kShop);
  PodCgroups pod{cgroup_name_, kShop};
  ASSERT_TRUE(pod.complete());
  begin_in(pod.container(), "pause times 20 { fork { exec @burn 5000 } join } pause times 10 { fork { exec @burn 5000 } join }");
  ASSERT_FALSE(HasFatalFailure());
  to_pause(1, 20);
  expect_all_in(kShop, "%shop", "workload", 20);
  expect_all_in(kShop, "%act", "workload", 0);
  EXPECT_GE(cpu("%shop"), 0.1);
  EXPECT_NEAR(cpu("%shop") + cpu("%act"), truth_, allowed_cpu_error(truth_));

  remove_logs(kShop);
  mark();  // the daemon has noticed that the folder is removed
  watch(pod.all());
  mark();
  const auto ended = actor_->to_end();
  ASSERT_TRUE(ended) << ended.error().message;
  pod.remove_pod();
  scrape_until_exact(11);
  expect_all_in(kShop, "%shop", "workload", 10);
  expect_all_in(kShop, "%act", "workload", 1);
  EXPECT_GE(cpu("%shop"), 0.05);
}

TEST_F(GroupingPods, PodThatComesAndGoesBetweenTwoScrapes) {
  start_daemon_for_pods();
  const auto all = CpuCgroup::create(cgroup_name_);
  ASSERT_TRUE(all) << all.error().message;
  begin_in(*all, "pause times 40 { fork { enter " + container_procs(kShop) + " exec @burn 3000 } join }");
  ASSERT_FALSE(HasFatalFailure());
  make_logs(kShop);
  {
    PodCgroups pod{cgroup_name_ + "/pods", kShop};
    ASSERT_TRUE(pod.complete());
    const auto ended = actor_->to_end();
    ASSERT_TRUE(ended) << ended.error().message;
  }
  remove_logs(kShop);
  scrape_until_exact(41);
  expect_all_in(kShop, "%shop", "workload", 40);
  EXPECT_GE(cpu("%shop"), 0.12);
  EXPECT_EQ(grown(kGroupExits, {{"group", "%act"}, {"class", "host"}}), 1);
}

TEST_F(GroupingPods, ClassesSeparateInfrastructureFromTheHost) {
  start_daemon_for_pods();
  make_logs(kSystem);
  {
    PodCgroups pod{cgroup_name_, kSystem};
    ASSERT_TRUE(pod.complete());
    begin_in(pod.container(), "pause times 10 { fork { exec @burn 2000 } join }");
    ASSERT_FALSE(HasFatalFailure());
    to_end(11);
    expect_all_in(kSystem, "%burn", "infrastructure", 10);
    expect_all_in(kSystem, "%act", "infrastructure", 1);
    EXPECT_EQ(exits("%shop"), 0);
    actor_.reset();
  }
  begin("pause times 10 { fork { exec @burn 2000 } join }");
  ASSERT_FALSE(HasFatalFailure());
  to_end(11);
  EXPECT_EQ(grown(kGroupExits, {{"group", "%burn"}, {"class", "host"}}), 10);
  EXPECT_EQ(grown(kGroupExits, {{"group", "%burn"}, {"class", "infrastructure"}}), 0);
}

}  // namespace
}  // namespace procledger::test
