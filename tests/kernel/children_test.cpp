// SPDX-License-Identifier: Apache-2.0
// What parents are credited with, against what the kernel tells them by getrusage(RUSAGE_CHILDREN), for every way in which children end.
#include <gtest/gtest.h>

#include <array>
#include <iomanip>
#include <iostream>
#include <map>
#include <set>

#include "support/clocks.hpp"
#include "support/forwarding_sink.hpp"
#include "support/host.hpp"
#include "support/load.hpp"
#include "support/own_books.hpp"
#include "support/truth.hpp"

namespace procledger::test {
namespace {

constexpr std::uint64_t kTruncationNs = 2'000;  // getrusage gives whole microseconds, user and system each
// What the kernel forgets of a child that is reaped while it dies: 3.4 us each of those that are waited for without sleeping were seen.
constexpr std::uint64_t kTailsNs = 1'000'000;
constexpr std::uint64_t kTailNs = 10'000;
// The end of a thread that is not the last of its process is charged after the kernel has added it up: 4 to 15 us were seen here.
constexpr std::uint64_t kThreadTailNs = 40'000;

struct Mode {
  std::string name;
  std::uint64_t children_each{1};     ///< reaped in the family
  std::uint64_t childrens_threads{};  ///< that end in each child, the last not counted
  std::uint64_t own_threads{};        ///< that end in the family for each child
  bool autoreaped{};
};

/// Looks at the ends of one group's children as they go by.
class Ends final : public ForwardingSink {
 public:
  Ends(event::Sink& to, std::string comm, pid_t family) : ForwardingSink{to}, comm_{std::move(comm)}, family_{family} {}

  void on_died(const event::Final& final) override {
    const event::Observation& seen = final.task;
    if (seen.leader && seen.comm.view() == comm_) {
      dead_[seen.process] = {.used_ns = seen.total.cpu_ns, .parent = seen.parent.value_or(event::ProcessId{})};
    }
    ForwardingSink::on_died(final);
  }
  void on_freed(const event::Freed& freed) override {
    const auto dead = dead_.find(freed.process);
    if (freed.leader && dead != dead_.end()) {
      if (freed.parent) dead->second.parent = *freed.parent;  // else its pointer dangles by now
      if (freed_.contains(dead->second.parent)) ++late_;
      freed_.insert(freed.process);
    }
    ForwardingSink::on_freed(freed);
  }

  [[nodiscard]] double late_percent() const { return 100.0 * static_cast<double>(late_) / static_cast<double>(dead_.size()); }
  [[nodiscard]] std::size_t never_freed() const { return dead_.size() - freed_.size(); }
  [[nodiscard]] std::uint64_t children_ns() const {
    return used_ns([](const event::ProcessId&) { return true; });
  }
  [[nodiscard]] std::uint64_t grandchildren_ns() const {
    return used_ns([&](const event::ProcessId& parent) { return parent.tgid != static_cast<std::uint32_t>(family_); });
  }

 private:
  struct Dead {
    std::uint64_t used_ns{};
    event::ProcessId parent;
  };

  template <typename Of>
  [[nodiscard]] std::uint64_t used_ns(const Of& of) const {
    std::uint64_t sum = 0;
    for (const auto& [process, dead] : dead_) sum += of(dead.parent) ? dead.used_ns : 0;
    return sum;
  }

  std::string comm_;
  pid_t family_;
  std::map<event::ProcessId, Dead> dead_;
  std::set<event::ProcessId> freed_;
  std::uint64_t late_{};
};

class Children : public testing::Test {
 protected:
  static constexpr std::uint64_t kTimes = 150;

  void SetUp() override { PROCLEDGER_REQUIRE_BPF(); }

  Result<Child> start(const Mode& mode) {
    return Child::spawn({.argv = {names_.link(mode.name, "family"), mode.name, std::to_string(kTimes), names_.link("true", "true")},
                         .cgroup_procs = {},
                         .cpu = {},
                         .inherit = {}});
  }

  [[nodiscard]] std::uint64_t reaped(const Mode& mode) const {
    const auto how = static_cast<std::size_t>(mode.autoreaped ? ledger::Reaping::kAutoreaped : ledger::Reaping::kWaited);
    return books_->sum(names_.comm(mode.name)).reaped[how].processes;
  }

  void judge(const Mode& mode, const Child& family) {
    const ledger::ProcessPtr process = books_->process(family.pid());
    ASSERT_TRUE(process) << mode.name;
    const auto figures = words(family.out(), " \n");
    ASSERT_EQ(figures.size(), 2u);
    const std::uint64_t children = (std::stoull(figures[0]) + std::stoull(figures[1])) * 1000;
    const std::uint64_t own = process_cpu_ns(family.pid()).value_or(0);
    std::cout << std::setw(8) << mode.name << ": reaped " << reaped(mode) << ", kernel's children " << children / 1000 << " us, ours "
              << static_cast<double>(process->children.total.cpu_ns) / 1e3 << " us; own: kernel " << static_cast<double>(own) / 1e3
              << " us, ours " << static_cast<double>(process->own.cpu_ns) / 1e3 << " us\n";
    const std::uint64_t tails_ns = mode.children_each * kTailNs + mode.childrens_threads * kThreadTailNs;
    EXPECT_GE(process->children.total.cpu_ns, children) << mode.name;
    EXPECT_LE(process->children.total.cpu_ns, children + kTruncationNs + kTailsNs + kTimes * tails_ns) << mode.name;
    EXPECT_EQ(process->children.cpu.user_ns + process->children.cpu.system_ns, process->children.total.cpu_ns) << mode.name;
    EXPECT_GE(process->own.cpu_ns, own) << mode.name;
    EXPECT_LE(process->own.cpu_ns, own + kTailsNs + kTimes * mode.own_threads * kThreadTailNs) << mode.name;
    if (mode.autoreaped) {
      EXPECT_EQ(process->children.total.cpu_ns, 0u) << mode.name;
    }
  }

  UniqueNames names_;
  std::unique_ptr<OwnBooks> books_;
};

TEST_F(Children, AreCreditedAsTheKernelCreditsThem) {
  const std::array modes{Mode{.name = "shell"},
                         Mode{.name = "threads", .childrens_threads = 4},
                         Mode{.name = "texec", .childrens_threads = 1},
                         Mode{.name = "leader", .childrens_threads = 1},
                         Mode{.name = "subreap", .children_each = 2},
                         Mode{.name = "tracer", .children_each = 2},
                         Mode{.name = "ignore", .autoreaped = true},
                         Mode{.name = "nowait", .autoreaped = true},
                         Mode{.name = "othread", .own_threads = 1},
                         Mode{.name = "quick", .children_each = 2}};
  auto books = OwnBooks::open();
  ASSERT_TRUE(books) << books.error().message;
  books_ = std::move(*books);
  std::map<std::string, Child> families;
  for (const Mode& mode : modes) {
    auto family = start(mode);
    ASSERT_TRUE(family) << family.error().message;
    families.emplace(mode.name, std::move(*family));
  }
  const auto all_done = [&] {
    EXPECT_TRUE(books_->collect());
    return std::ranges::all_of(families, [](const auto& family) { return family.second.out().ends_with('\n'); });
  };
  ASSERT_TRUE(eventually(std::chrono::minutes{1}, all_done, std::chrono::milliseconds{50}));
  const auto all_told = [&] {
    EXPECT_TRUE(books_->collect());
    return std::ranges::all_of(modes, [&](const Mode& mode) { return reaped(mode) >= kTimes * mode.children_each; });
  };
  EXPECT_TRUE(eventually(kEndsAreTold, all_told)) << "some ends are missing";
  for (const Mode& mode : modes) {
    EXPECT_EQ(reaped(mode), kTimes * mode.children_each) << mode.name;
    judge(mode, families.at(mode.name));
  }
}

// Each nanosecond and each process once, also of the children that are freed after their parents.
TEST_F(Children, AreHandedOverOnce) {
  auto books = OwnBooks::open();
  ASSERT_TRUE(books) << books.error().message;
  books_ = std::move(*books);
  const Mode quick{.name = "quick"};
  auto family = start(quick);
  ASSERT_TRUE(family) << family.error().message;
  Ends ends{books_->sink(), names_.comm(quick.name), family->pid()};
  const auto collected = [&](const auto& condition) {
    EXPECT_TRUE(books_->collect(ends));
    return condition();
  };
  ASSERT_TRUE(eventually(std::chrono::minutes{1}, [&] { return collected([&] { return family->out().ends_with('\n'); }); }));
  EXPECT_TRUE(eventually(kEndsAreTold, [&] { return collected([&] { return reaped(quick) == 2 * kTimes; }); })) << reaped(quick);
  const ledger::ProcessPtr parent = books_->process(family->pid());
  ASSERT_TRUE(parent);
  const ledger::Account group = books_->sum(names_.comm(quick.name));
  std::cout << ends.late_percent() << " % of the children were freed after their parents, " << ends.never_freed()
            << " were never seen being freed; " << books_->losses() << '\n';
  EXPECT_EQ(group.reaped[0].own.total.cpu_ns, ends.children_ns());
  EXPECT_EQ(parent->children.total.cpu_ns, group.reaped[0].own.total.cpu_ns) << "the middle ones inherit, and are inherited from";
  EXPECT_EQ(group.children.total.cpu_ns, parent->children.total.cpu_ns + ends.grandchildren_ns()) << "at each ancestor";
  EXPECT_GE(ends.late_percent(), 5);
}

}  // namespace
}  // namespace procledger::test
