// SPDX-License-Identifier: Apache-2.0
#include "commands/serve/privileges.hpp"

#include <gtest/gtest.h>

namespace procledger::commands {
namespace {

using probe::CapabilitySet;
using enum probe::Capability;

constexpr CapabilitySet kAll{kDacReadSearch, kNetBindService, kNetAdmin, kSysPtrace, kSysAdmin, kSysResource, kPerfmon, kBpf};

CapabilitySet kept(const std::string& source, const CapabilitySet& held, std::vector<std::string> addresses = {":9056"}) {
  ServeOptions options;
  options.source = source;
  options.listen_addresses = std::move(addresses);
  return kept_rights(options, held);
}

TEST(KeptRights, AreThoseThatTheSourceMayNeed) {
  EXPECT_EQ(kept("bpf", kAll), (CapabilitySet{kBpf, kPerfmon, kSysPtrace, kDacReadSearch}));
  EXPECT_EQ(kept("taskstats", kAll), (CapabilitySet{kNetAdmin, kSysPtrace, kDacReadSearch}));
  EXPECT_EQ(kept("proc", kAll), (CapabilitySet{kSysPtrace, kDacReadSearch}));
  EXPECT_EQ(kept("auto", kAll), (CapabilitySet{kBpf, kPerfmon, kNetAdmin, kSysPtrace, kDacReadSearch})) << "the source may change";
}

TEST(KeptRights, AreNeverMoreThanWhatIsHeld) {
  EXPECT_EQ(kept("auto", {}), CapabilitySet{});
  EXPECT_EQ(kept("auto", {kBpf, kPerfmon}), (CapabilitySet{kBpf, kPerfmon}));
  EXPECT_EQ(kept("proc", {kBpf, kSysPtrace}), CapabilitySet{kSysPtrace});
}

TEST(KeptRights, SysAdminStaysOnlyWhereItStandsForOthers) {
  EXPECT_EQ(kept("bpf", {kSysAdmin}), CapabilitySet{kSysAdmin});
  EXPECT_EQ(kept("bpf", {kSysAdmin, kBpf}), (CapabilitySet{kSysAdmin, kBpf}));
  EXPECT_EQ(kept("bpf", {kSysAdmin, kBpf, kPerfmon}), (CapabilitySet{kBpf, kPerfmon}));
  EXPECT_EQ(kept("taskstats", {kSysAdmin}), CapabilitySet{});
}

TEST(KeptRights, PrivilegedPortsNeedOneMore) {
  EXPECT_TRUE(kept("bpf", kAll, {":9056", "127.0.0.1:80"}).has(kNetBindService));
  EXPECT_TRUE(kept("bpf", kAll, {"[::1]:1023"}).has(kNetBindService));
  EXPECT_FALSE(kept("bpf", kAll, {"127.0.0.1:0", ":1024"}).has(kNetBindService));
}

}  // namespace
}  // namespace procledger::commands
