// SPDX-License-Identifier: Apache-2.0
#include "host/container/containers.hpp"

#include <gtest/gtest.h>

#include <string>

#include "cgroup_tree.hpp"
#include "log_tree.hpp"

#include "unit/container/pod_names.hpp"

namespace procledger::container {
namespace {

const std::string kInner(64, 'd');
const std::string kPod = "/kubepods/burstable/pod" + kUid;

class ContainerPlacement : public testing::Test {
 protected:
  /// Whether answers may have changed.
  bool refresh(std::uint64_t now_ns) {
    const auto before = containers_.version();
    containers_.refresh(now_ns);
    return containers_.version() != before;
  }
  std::string names(std::uint64_t id) {
    const Placement* const at = containers_.find(id);
    return at != nullptr ? at->namespace_ + "/" + at->pod + "/" + at->container : "(unknown)";
  }

  test::CgroupTree tree_;
  test::LogTree logs_;
  Containers containers_{CgroupIndex{tree_.mount()}, PodLogs{logs_.root()}};
};

TEST_F(ContainerPlacement, PathIdentityAndNamesComeTogether) {
  const auto id = tree_.make(kPod + "/" + kId);
  logs_.pod("shop", "web-0", kUid, "app");
  logs_.link("shop", "web-0", kUid, "app", kId);
  refresh(0);
  const Placement* const at = containers_.find(id);
  ASSERT_NE(at, nullptr);
  EXPECT_EQ(at->path, kPod + "/" + kId);
  EXPECT_EQ(at->cgroup.container_id, kId);
  EXPECT_EQ(at->cgroup.qos, "burstable");
  EXPECT_EQ(names(id), "shop/web-0/app");
  EXPECT_EQ(names(tree_.id(kPod)), "shop/web-0/");
  EXPECT_EQ(containers_.find(id), at);
}

TEST_F(ContainerPlacement, NothingNewIsNoNewVersion) {
  const auto id = tree_.make(kPod + "/" + kId);
  refresh(0);
  names(id);
  EXPECT_FALSE(refresh(kSecond));
  logs_.pod("shop", "other", "u", "app");
  tree_.make("/system.slice");
  EXPECT_FALSE(refresh(100 * kSecond));
}

TEST_F(ContainerPlacement, NamesThatComeLaterCompleteIt) {
  const auto id = tree_.make(kPod + "/" + kId);
  refresh(0);
  EXPECT_EQ(names(id), "//");
  logs_.pod("shop", "web-0", kUid, "app");
  EXPECT_TRUE(refresh(1));
  EXPECT_EQ(names(id), "shop/web-0/app");
  logs_.link("shop", "web-0", kUid, "app", kId);
  EXPECT_FALSE(refresh(2));  // the name was correct
  EXPECT_EQ(names(id), "shop/web-0/app");
}

TEST_F(ContainerPlacement, GuessIsCorrected) {
  const auto sandbox = tree_.make(kPod + "/" + kInner);
  logs_.pod("shop", "web-0", kUid, "app");
  refresh(0);
  EXPECT_EQ(names(sandbox), "shop/web-0/app");
  logs_.link("shop", "web-0", kUid, "app", kId);
  EXPECT_TRUE(refresh(1));
  EXPECT_EQ(names(sandbox), "shop/web-0/");
}

TEST_F(ContainerPlacement, KnownNamesDoNotChangeBack) {
  const auto id = tree_.make(kPod + "/" + kId);
  logs_.pod("shop", "web-0", kUid, "app");
  refresh(0);
  EXPECT_EQ(names(id), "shop/web-0/app");
  logs_.remove_pod("shop", "web-0", kUid);
  refresh(1);
  refresh(2 * kKeepNs);
  logs_.pod("shop", "new", "u", "app");  // so that names are read again
  refresh(2 * kKeepNs + 1);
  EXPECT_EQ(names(id), "shop/web-0/app");
}

TEST_F(ContainerPlacement, ContainerKeepsItsNameWhenOnlyItsPodIsStillKnown) {
  const auto id = tree_.make(kPod + "/" + kId);
  logs_.pod("shop", "web-0", kUid, "app");
  logs_.link("shop", "web-0", kUid, "app", kId);
  refresh(0);
  EXPECT_EQ(names(id), "shop/web-0/app");
  logs_.remove_link("shop", "web-0", "app", kId);
  refresh(1);
  logs_.pod("shop", "new", "u", "app");
  refresh(2 * kKeepNs);
  EXPECT_EQ(names(id), "shop/web-0/app");
}

TEST_F(ContainerPlacement, DockerInAPodHasTheNamesOfItsPodsContainer) {
  const auto id = tree_.make(kPod + "/" + kId + "/docker/" + kInner);
  logs_.pod("ci", "runner", kUid, "dind");
  logs_.link("ci", "runner", kUid, "dind", kId);
  refresh(0);
  EXPECT_EQ(names(id), "ci/runner/dind");
  EXPECT_EQ(containers_.find(id)->cgroup.container_id, kInner);
}

TEST_F(ContainerPlacement, LxcContainerHasItsOwnName) {
  const auto id = tree_.make("/lxc.payload.web/system.slice");
  refresh(0);
  EXPECT_EQ(names(id), "//web");
}

TEST_F(ContainerPlacement, NewCgroupIsFoundAtOnceOrWithNews) {
  refresh(0);
  const auto early = tree_.make("/early");
  EXPECT_EQ(names(early), "(unknown)");  // too soon after the last read
  EXPECT_FALSE(refresh(kSecond));
  EXPECT_TRUE(refresh(6 * kSecond));
  EXPECT_EQ(containers_.find(early)->path, "/early");
  refresh(20 * kSecond);
  const auto late = tree_.make("/late");
  EXPECT_EQ(containers_.find(late)->path, "/late");
}

TEST_F(ContainerPlacement, KernelRecordsNeedNoReading) {
  refresh(0);
  containers_.learn(12345, "/docker/" + kId);
  EXPECT_EQ(containers_.find(12345)->cgroup.container_id, kId);
  containers_.forget(12345);
  refresh(kKeepNs - 1);
  EXPECT_NE(containers_.find(12345), nullptr);
  refresh(kKeepNs);
  EXPECT_EQ(containers_.find(12345), nullptr);
}

TEST_F(ContainerPlacement, UnknownIdThatIsReportedMeanwhileIsAChangeForTheFirstCaller) {
  refresh(0);
  const auto early = tree_.make("/early");
  EXPECT_EQ(containers_.find(early), nullptr);
  const auto before = containers_.version();
  containers_.learn(early, "/early");
  EXPECT_NE(containers_.find(early), nullptr);
  EXPECT_GT(containers_.version(), before);
}

TEST_F(ContainerPlacement, MissingIdThatIsReportedLaterIsAChange) {
  EXPECT_EQ(containers_.find(12345), nullptr);
  EXPECT_FALSE(refresh(kSecond));
  containers_.learn(12345, "/a");
  EXPECT_TRUE(refresh(2 * kSecond));
  EXPECT_EQ(containers_.find(12345)->path, "/a");
}

TEST_F(ContainerPlacement, RenamedCgroupIsPlacedAnewWithinAMinute) {
  const auto id = tree_.make("/lxc/old");
  refresh(0);
  EXPECT_EQ(names(id), "//old");
  tree_.rename("/lxc/old", "/lxc/new");
  EXPECT_FALSE(refresh(kSecond));
  EXPECT_TRUE(refresh(60 * kSecond));
  EXPECT_EQ(names(id), "//new");
}

TEST_F(ContainerPlacement, RemovedCgroupIsKnownForTenMinutes) {
  const auto id = tree_.make(kPod + "/" + kId);
  logs_.pod("shop", "web-0", kUid, "app");
  refresh(0);
  names(id);
  tree_.remove("/kubepods");
  logs_.remove_pod("shop", "web-0", kUid);
  refresh(60 * kSecond);
  refresh(60 * kSecond + kKeepNs - 1);
  EXPECT_EQ(names(id), "shop/web-0/app");
  refresh(60 * kSecond + kKeepNs);
  EXPECT_EQ(names(id), "(unknown)");
}

TEST_F(ContainerPlacement, FiveHundredPodsHaveTheirNames) {
  const auto digits = [](int i) { return std::to_string(1000 + i); };
  std::vector<std::uint64_t> ids;
  for (int i = 0; i < 500; ++i) {
    const std::string uid = "8a1b2c3d-1111-2222-3333-44445555" + digits(i);
    const std::string id = std::string(60, 'e') + digits(i);
    ids.push_back(tree_.make("/kubepods.slice/kubepods-pod" + uid + ".slice/cri-containerd-" + id + ".scope"));
    logs_.pod("ns", "pod-" + digits(i), uid, "app");
    logs_.link("ns", "pod-" + digits(i), uid, "app", id);
  }
  refresh(0);
  for (int i = 0; i < 500; ++i) EXPECT_EQ(names(ids[static_cast<std::size_t>(i)]), "ns/pod-" + digits(i) + "/app");
  EXPECT_FALSE(refresh(kSecond));
}

}  // namespace
}  // namespace procledger::container
