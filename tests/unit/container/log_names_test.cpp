// SPDX-License-Identifier: Apache-2.0
#include "host/container/pod_log_paths.hpp"

#include <gtest/gtest.h>

#include <string>

#include "unit/container/pod_names.hpp"

namespace procledger::container {
namespace {

TEST(LogNames, FolderIsSplitAtItsTwoUnderscores) {
  const auto found = parse_pod_folder("kube-system_etcd-node.1_00112233445566778899aabbccddeeff");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->namespace_, "kube-system");
  EXPECT_EQ(found->pod, "etcd-node.1");
  EXPECT_EQ(found->uid, "00112233445566778899aabbccddeeff");
}

TEST(LogNames, OtherFoldersAreNoPods) {
  for (const char* name : {"", "_", "__", "___", "a", "a_b", "a__c", "_b_c", "a_b_", "a_b_c_d"})
    EXPECT_FALSE(parse_pod_folder(name)) << name;
}

TEST(LogNames, LinkIsSplitAndItsLastDashIsBeforeTheId) {
  const std::string name = "web-1_shop_side-car-" + kId + ".log";
  const auto found = parse_container_link(name);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->pod, "web-1");
  EXPECT_EQ(found->namespace_, "shop");
  EXPECT_EQ(found->container, "side-car");
  EXPECT_EQ(found->id, kId);
}

TEST(LogNames, LinkWithoutAWholeIdIsNone) {
  for (const std::string& name : {"p_n_c-" + kId.substr(1) + ".log", "p_n_c-a" + kId + ".log", "p_n_-" + kId + ".log",
                                  "p_n_" + kId + ".log", "p_n_c-" + kId, "p_n_c-" + kId + ".log.1", "p_n_c_d-" + kId + ".log",
                                  "p_c-" + kId + ".log", "p_n_c-" + std::string(64, 'C') + ".log", std::string{".log"}, std::string{}}) {
    EXPECT_FALSE(parse_container_link(name)) << name;
  }
}

TEST(LogNames, TargetNamesThePod) {
  for (const char* target : {"/var/log/pods/n_p_u/c/0.log", "../pods/n_p_u/c/12.log", "n_p_u/c/0.log"}) {
    const auto found = parse_link_target(target);
    ASSERT_TRUE(found) << target;
    EXPECT_EQ(found->uid, "u");
  }
  for (const char* target : {"", "/", "0.log", "c/0.log", "/var/lib/docker/containers/x/x-json.log"})
    EXPECT_FALSE(parse_link_target(target)) << target;
}

}  // namespace
}  // namespace procledger::container
