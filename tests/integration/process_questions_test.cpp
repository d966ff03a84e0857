// SPDX-License-Identifier: Apache-2.0
// The queries of docs/cookbook.md in place of `ps`: the number of processes by user and state, the rates of starts and exits, zombies, and
// the parents of zombies.
#include <unistd.h>

#include <csignal>
#include <map>
#include <sstream>
#include <string>

#include "support/clocks.hpp"
#include "support/doc_commands.hpp"
#include "support/files.hpp"
#include "support/grouping_test.hpp"

namespace procledger::test {
namespace {

constexpr int kSleeping = 3;
constexpr int kZombies = 2;

class ProcessQuestions : public GroupingTest {
 protected:
  static constexpr int kFirstUser = 600'000;
  const std::string user_{std::to_string(kFirstUser + getpid())};  ///< a user id that no account and no other test has

  /// The command of the page that begins with this text.
  static std::string ask(const std::string& begin) {
    for (const DocCommand& command : read_doc_page("docs/cookbook.md").commands) {
      if (!command.text.starts_with(begin)) continue;
      const auto ended = run_command({"bash", "-c", command.text});
      EXPECT_TRUE(ended && ended->exit_code() == 0) << command.text;
      return ended ? ended->out : "";
    }
    ADD_FAILURE() << "the page has no " << begin;
    return {};
  }
  /// The number of processes of the user in `ps`, by the first letter of their state.
  [[nodiscard]] std::map<char, int> ps_states() const {
    std::map<char, int> found;
    std::istringstream lines{ask("ps -eo stat,user")};
    std::string state;
    std::string user;
    for (int count = 0; lines >> count >> state >> user;) {
      if (user == user_) found[state.at(0)] += count;
    }
    return found;
  }
  [[nodiscard]] Exposition scrape() const {
    auto page = daemon_->scrape();
    EXPECT_TRUE(page) << page.error().message;
    return page ? std::move(*page) : Exposition{};
  }
  [[nodiscard]] double of_user(const Exposition& page, const std::string& state) const {
    return page.sum({.name = "procledger_processes", .labels = {{"user", user_}, {"state", state}}});
  }
  [[nodiscard]] double of_group(const Exposition& page, const char* metric, const std::string& group) const {
    return page.sum({.name = metric, .labels = {{"group", expand(group)}}});
  }

  /// Starts a parent with three sleeping children and two zombies, a stopped process and a running process.
  void begin_family() {
    install("worker", "true");
    begin("pause user " + user_ + " times 2 { fork { exec @worker } } times 3 { fork { park } } park");
    ASSERT_FALSE(HasFatalFailure());
    const auto rest = actor_->to_pause(1 + kSleeping);
    ASSERT_TRUE(rest) << rest.error().message;
    for (const auto& program : {std::vector<std::string>{"sleep", "600"}, {expand("@burn"), "600000000"}}) {
      std::vector<std::string> argv{"setpriv", "--reuid", user_, "--clear-groups"};
      argv.insert(argv.end(), program.begin(), program.end());
      auto child = Child::spawn({.argv = std::move(argv), .cgroup_procs = {}, .cpu = {}, .inherit = {}});
      ASSERT_TRUE(child) << child.error().message;
      others_.push_back(std::move(*child));
    }
    ASSERT_TRUE(others_.front().falls_asleep());
    others_.front().send(SIGSTOP);
    ASSERT_TRUE(eventually(
        kHangDeadline, [this] { return ps_states() == std::map<char, int>{{'R', 1}, {'S', 1 + kSleeping}, {'T', 1}, {'Z', kZombies}}; }));
  }

  std::vector<Child> others_;
};

TEST_F(ProcessQuestions, HowManyOfWhomInWhichStateIsWhatPsSays) {
  start_daemon("");
  begin_family();
  ASSERT_FALSE(HasFatalFailure());
  const Exposition page = scrape();
  EXPECT_EQ(of_user(page, "running"), 1);
  EXPECT_EQ(of_user(page, "sleeping"), 1 + kSleeping);
  EXPECT_EQ(of_user(page, "stopped"), 1);
  EXPECT_EQ(of_user(page, "zombie"), kZombies);
  EXPECT_EQ(page.sum({.name = "procledger_processes", .labels = {{"user", user_}}}), 3 + kSleeping + kZombies);
}

TEST_F(ProcessQuestions, WhoKeepsZombiesIsOnThePageAndEndsWithTheirParent) {
  start_daemon("");
  begin_family();
  ASSERT_FALSE(HasFatalFailure());
  const Exposition held = scrape();
  EXPECT_EQ(of_group(held, "procledger_group_zombies", "%worker"), kZombies) << "the zombies";
  EXPECT_EQ(of_group(held, "procledger_group_unreaped_children", "%act"), kZombies) << "the parent to fix";
  EXPECT_EQ(of_group(held, "procledger_group_processes", "%act"), 1 + kSleeping);
  EXPECT_EQ(of_group(held, "procledger_group_forks_total", "%act"), kSleeping + kZombies) << "the creator";
  EXPECT_EQ(of_group(held, kGroupExits, "%worker"), kZombies) << "exited, not reaped";
  const std::string by_ps = ask("ps -eo ppid,stat");
  EXPECT_NE(by_ps.find(" " + std::to_string(kZombies) + " " + std::to_string(actor_->pid()) + "\n"), std::string::npos) << by_ps;

  const auto ended = actor_->to_end();
  ASSERT_TRUE(ended) << ended.error().message;
  Exposition after;
  EXPECT_TRUE(eventually(kHangDeadline, [&] {
    after = scrape();
    return of_group(after, "procledger_group_zombies", "%worker") == 0 && of_group(after, kGroupExits, "%act") == 1 + kSleeping;
  }));
  EXPECT_EQ(of_group(after, "procledger_group_unreaped_children", "%act"), 0);
  EXPECT_EQ(of_group(after, kGroupExits, "%worker"), kZombies) << "each exit counts once";
}

}  // namespace
}  // namespace procledger::test
