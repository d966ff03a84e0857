// SPDX-License-Identifier: Apache-2.0
// Permanent drop of rights, in a child process.
#include <gtest/gtest.h>
#include <sys/capability.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>

#include "commands/serve/privileges.hpp"

namespace procledger::commands {
namespace {

/// Runs `act` in a child process and returns its result, the exit code.
int in_child(const std::function<int()>& act) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(act());
  int status = -1;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

constexpr int kWell = 0;
constexpr int kRefused = 10;
constexpr int kStillHeld = 11;
constexpr int kNotForGood = 12;

int drop_all() {
  const auto left = drop_rights({});
  if (!left) return kRefused;
  const cap_t now = cap_get_proc();
  const cap_t none = cap_init();
  if (!left->empty() || cap_compare(now, none) != 0) return kStillHeld;
  return ::prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 ? kWell : kNotForGood;
}

TEST(DroppedRights, AreGoneWhoeverWeAre) { EXPECT_EQ(in_child(drop_all), kWell); }

TEST(DroppedRights, NothingIsKeptThatIsNotHeld) {
  EXPECT_EQ(in_child([] {
              if (drop_all() != kWell) return kRefused;
              const auto left = drop_rights({probe::Capability::kBpf});
              return left && left->empty() ? kWell : kStillHeld;
            }),
            kWell);
}

// An exec by user 0 restores all rights, unless a securebit forbids that; no_new_privs does not.
TEST(DroppedRights, RootGetsNothingBackFromAProgram) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root";
  EXPECT_EQ(in_child([] {
              if (drop_all() != kWell) return kRefused;
              ::execl("/bin/sh", "sh", "-c", "grep -q '^CapPrm:.*[1-9a-f]' /proc/self/status && exit 11; exit 0", nullptr);
              return kNotForGood;
            }),
            kWell);
}

TEST(DroppedRights, WhatIsKeptWorksOnAndNothingElse) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root";
  EXPECT_EQ(in_child([] {
              if (!drop_rights({probe::Capability::kDacReadSearch})) return kRefused;
              if (::access("/etc/shadow", R_OK) != 0) return kStillHeld;
              return ::chroot("/") == 0 ? kNotForGood : kWell;
            }),
            kWell);
}

}  // namespace
}  // namespace procledger::commands
