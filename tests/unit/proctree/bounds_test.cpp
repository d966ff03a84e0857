// SPDX-License-Identifier: Apache-2.0
// For any number of processes and programs, the kept entries are bounded, and sums are exact.
#include <string>

#include "family.hpp"

namespace procledger::proctree {
namespace {

class Bounded : public Family {
 protected:
  Bounded() : Family{{.attached_ns = kAttached, .keep_nodes = true, .most_nodes = 100, .most_programs = 10}} {}
};

TEST_F(Bounded, ManyProcessesAndPrograms) {
  constexpr std::uint32_t kCount = 5000;
  begin();
  exec(kRoot, 0, "/bin/build", 6);
  for (std::uint32_t i = 0; i < kCount; ++i) {
    const Person child{.tgid = 100 + i, .born = 10 + i, .comm = "x"};
    fork(child, kRoot);
    exec(child, 0, "/bin/program" + std::to_string(i), 10 + i);
    exited(child, 2, 12 + i);
    released(child, 13 + i);
  }
  exited(kRoot, 1, kCount + 20);
  scan(kCount + 30);
  const Values values = tree.values();
  EXPECT_EQ(values.processes, kCount + 1u);
  EXPECT_EQ(values.cpu_ns(), (2 * kCount + 1) * kMs);
  EXPECT_EQ(values.nodes.size(), 100u);
  EXPECT_EQ(values.unlisted, kCount + 1 - 100u);
  EXPECT_EQ(values.programs.size(), 11u) << "ten and the rest";
  EXPECT_EQ(values.programs.front().name, "(other)");
  EXPECT_EQ(values.exits[0], kCount + 1u);
  EXPECT_EQ(values.most_alive, 2u);
}

}  // namespace
}  // namespace procledger::proctree
