// SPDX-License-Identifier: Apache-2.0
#include "compare/sleepers.hpp"

#include <chrono>
#include <string>

#include "support/clocks.hpp"

namespace procledger::bench {
namespace {

constexpr std::size_t kNames = 50;

}  // namespace

Result<test::Child> put_to_sleep(std::size_t processes) {
  auto sleepers =
      test::Child::spawn({.argv = {PROCLEDGER_TESTPROGS "/sleepers", std::to_string(processes), std::to_string(kNames), "benchpl"},
                          .cgroup_procs = {},
                          .cpu = {},
                          .inherit = {}});
  if (!sleepers) return sleepers;
  if (!test::eventually(std::chrono::seconds{30}, [&] { return !sleepers->out().empty(); })) {
    return fail(ErrorKind::kIo, "the sleeping processes did not start: " + sleepers->err());
  }
  return sleepers;
}

}  // namespace procledger::bench
