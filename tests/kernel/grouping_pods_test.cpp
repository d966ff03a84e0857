// SPDX-License-Identifier: Apache-2.0
// Pods as kubelet makes them: cgroups named after uid and container id, folders of logs named after the rest. What died in a pod keeps its
// labels when the pod is gone.
#include <filesystem>
#include <string>
#include <vector>

#include "support/files.hpp"
#include "support/grouping_test.hpp"

namespace procledger::test {
namespace {

namespace fs = std::filesystem;

struct Names {
  std::string namespace_;
  std::string pod;
  std::string container;
  std::string uid;
  std::string id;
};

const Names kShop{"shop", "front-7d9f", "web", "0b1c2d3e-1111-4222-8333-0123456789ab", std::string(63, 'a') + "1"};
const Names kSystem{"kube-system", "dns-x2x4z", "resolver", "0b1c2d3e-1111-4222-8333-0123456789ac", std::string(63, 'b') + "2"};

/// The cgroups of one container and of all that it lies in.
class PodCgroups {
 public:
  PodCgroups(const std::string& parent, const Names& names) {
    std::string path = parent;
    for (const std::string& part :
         {std::string{}, std::string{"/kubepods"}, std::string{"/burstable"}, "/pod" + names.uid, "/" + names.id}) {
      path += part;
      if (auto made = CpuCgroup::create(path)) levels_.push_back(std::move(*made));
    }
  }
  PodCgroups(const PodCgroups&) = delete;
  PodCgroups& operator=(const PodCgroups&) = delete;
  ~PodCgroups() { remove(); }

  [[nodiscard]] bool complete() const { return levels_.size() == 5; }
  [[nodiscard]] const CpuCgroup& container() const { return levels_.back(); }
  /// All but the outermost, which keeps the account of what was used below.
  void remove_pod() {
    while (levels_.size() > 1) levels_.pop_back();
  }
  [[nodiscard]] const CpuCgroup& all() const { return levels_.front(); }

 private:
  void remove() {
    while (!levels_.empty()) levels_.pop_back();
  }
  std::vector<CpuCgroup> levels_;
};

class GroupingPods : public GroupingTest {
 protected:
  void TearDown() override { actor_.reset(); }

  void start_daemon_for_pods() {
    for (const char* folder : {"pods", "containers"}) fs::create_directories(logs() / folder);
    start_daemon(R"(
groups:
  - {name: "%shop", match: {comm: "%burn", namespace: "sh?p", pod: "front-*", container: [web, side]}}
containers:
  labels: [namespace, pod, container]
  class:
    infrastructure: ["openshift-*", "kube-*"]
    workload: ["*"]
)",
                 {"--path.podlogs=" + logs().string()});
  }

  void make_logs(const Names& of) const {
    fs::create_directories(folder(of) / of.container);
    ASSERT_TRUE(write_file(folder(of) / of.container / "0.log", "hello\n"));
    fs::create_symlink(folder(of) / of.container / "0.log", link(of));
  }
  void remove_logs(const Names& of) const {
    fs::remove(link(of));
    fs::remove_all(folder(of));
  }

  /// CPU and exits of one group in one pod, nothing of it anywhere else.
  void expect_all_in(const Names& of, const std::string& group, const std::string& class_name, std::uint64_t exits) const {
    const LabelMap labels{
        {"group", group}, {"namespace", of.namespace_}, {"pod", of.pod}, {"container", of.container}, {"class", class_name}};
    EXPECT_EQ(grown(kGroupExits, labels), static_cast<double>(exits)) << group;
    EXPECT_EQ(grown(kGroupExits, {{"group", group}}), static_cast<double>(exits)) << group;
    EXPECT_NEAR(grown(kGroupCpu, labels), cpu(group), 1e-9) << group;
  }

  /// Of a pod below the folder "pods" of the test's own cgroup.
  [[nodiscard]] std::string container_procs(const Names& of) const {
    return hierarchy_root() + "/" + cgroup_name_ + "/pods/kubepods/burstable/pod" + of.uid + "/" + of.id + "/cgroup.procs";
  }
  [[nodiscard]] fs::path logs() const { return files_.path() / "log"; }
  [[nodiscard]] fs::path folder(const Names& of) const { return logs() / "pods" / (of.namespace_ + "_" + of.pod + "_" + of.uid); }
  [[nodiscard]] fs::path link(const Names& of) const {
    return logs() / "containers" / (of.pod + "_" + of.namespace_ + "_" + of.container + "-" + of.id + ".log");
  }
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
  mark();  // the daemon has seen that the folder is gone
  watch(pod.all());
  mark();
  const auto ended = actor_->to_end();
  ASSERT_TRUE(ended) << ended.error().message;
  pod.remove_pod();
  look(11);
  expect_all_in(kShop, "%shop", "workload", 10);
  expect_all_in(kShop, "%act", "workload", 1);
  EXPECT_GE(cpu("%shop"), 0.05);
}

TEST_F(GroupingPods, PodThatComesAndGoesBetweenTwoLooks) {
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
  look(41);
  expect_all_in(kShop, "%shop", "workload", 40);
  EXPECT_GE(cpu("%shop"), 0.12);
  EXPECT_EQ(grown(kGroupExits, {{"group", "%act"}, {"class", "host"}}), 1);
}

TEST_F(GroupingPods, ClassesTellInfrastructureFromTheHost) {
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
