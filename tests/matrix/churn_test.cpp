// SPDX-License-Identifier: Apache-2.0
// No value that is exported as a counter decreases while forks, execs, threads and zombies happen at the same time, at any collection.
#include <csignal>
#include <map>

#include "matrix/matrix_test.hpp"

namespace procledger::test {
namespace {

/// Values of a group that are exported as counters.
struct Counters {
  std::map<std::string, std::uint64_t> figures;

  explicit Counters(const ledger::Account& account) {
    std::size_t number = 0;
    for (const auto figure : event::kTaskCounters) {
      if (figure != &event::TaskCounters::user_ticks_ns && figure != &event::TaskCounters::system_ticks_ns &&
          figure != &event::TaskCounters::cpu_ns) {
        figures["total " + std::to_string(number)] = account.total.*figure;
      }
      ++number;
    }
    figures["user"] = account.shown.user_ns;
    figures["system"] = account.shown.system_ns;
    figures["forks"] = account.forks;
    figures["execs"] = account.execs;
    for (std::size_t i = 0; i < account.exits.size(); ++i) figures["exits " + std::to_string(i)] = account.exits[i];
    for (std::size_t i = 0; i < account.reaped.size(); ++i) {
      figures["reaped " + std::to_string(i)] = account.reaped[i].processes;
      figures["reaped cpu " + std::to_string(i)] = account.reaped[i].own.total.cpu_ns;
    }
    figures["children"] = account.children.total.cpu_ns;
  }
};

class Churn : public MatrixTest {
 protected:
  void start(std::vector<std::string> argv) {
    auto child = Child::spawn({.argv = std::move(argv), .cgroup_procs = {}, .cpu = {}, .inherit = {}});
    ASSERT_TRUE(child) << child.error().message;
    children_.push_back(std::move(*child));
  }

  /// Compares every group with its previous values, and the sum over all tasks.
  void compare() {
    const auto& accounts = pipeline_->ledger().accounts();
    for (std::size_t id = 0; id < accounts.size(); ++id) {
      Counters now{accounts[id]};
      if (const auto before = before_.find(id); before != before_.end()) {
        for (const auto& [figure, value] : before->second.figures)
          EXPECT_GE(now.figures.at(figure), value) << "group " << id << " " << figure;
      }
      before_.insert_or_assign(id, std::move(now));
    }
    EXPECT_GE(pipeline_->ledger().tasks_cpu_ns(), whole_ns_);
    whole_ns_ = pipeline_->ledger().tasks_cpu_ns();
  }

  std::vector<Child> children_;
  std::map<std::size_t, Counters> before_;
  std::uint64_t whole_ns_{};
};

TEST_F(Churn, NoCounterFalls) {
  const std::string program = names_.link("true", "true");
  for (const char* mode : {"shell", "threads", "texec", "leader", "subreap", "tracer", "ignore", "quick"}) {
    start({names_.link(mode, "family"), mode, "15", program});
  }
  start({names_.link("storm", "storm"), "1500"});
  start({names_.link("thread", "threads"), "60", "8", "300"});
  start({names_.link("hoard", "hoard"), "30", "300", names_.link("burn", "burn"), "500"});
  const auto continue_hoard = [&] { children_.back().send(SIGCONT); };  // hoard stops itself before its first child
  std::uint64_t collections = 0;
  constexpr std::uint64_t kFamilies = 8 * 15;
  EXPECT_TRUE(soon([&] {
    continue_hoard();
    compare();
    return ++collections >= 30 && exits(account()) >= kFamilies + 60 && account("burn").zombies == 0;
  })) << exits(account());
  for (Child& child : children_) child.send(SIGKILL);
  children_.clear();
  for (int i = 0; i < 5; ++i) {
    collect();
    compare();
  }
  EXPECT_EQ(pipeline_->lost(""), 0U) << pipeline_->losses();
}

}  // namespace
}  // namespace procledger::test
