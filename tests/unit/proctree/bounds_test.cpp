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
    died(child, 2, 12 + i);
    freed(child, 13 + i);
  }
  died(kRoot, 1, kCount + 20);
  walk(kCount + 30);
  const Figures figures = tree.figures();
  EXPECT_EQ(figures.processes, kCount + 1u);
  EXPECT_EQ(figures.cpu_ns(), (2 * kCount + 1) * kMs);
  EXPECT_EQ(figures.nodes.size(), 100u);
  EXPECT_EQ(figures.unlisted, kCount + 1 - 100u);
  EXPECT_EQ(figures.programs.size(), 11u) << "ten and the rest";
  EXPECT_EQ(figures.programs.front().name, "(other)");
  EXPECT_EQ(figures.exits[0], kCount + 1u);
  EXPECT_EQ(figures.most_alive, 2u);
}

}  // namespace
}  // namespace procledger::proctree
