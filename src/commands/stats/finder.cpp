// SPDX-License-Identifier: Apache-2.0
#include "commands/stats/finder.hpp"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <utility>

#include "base/text.hpp"
#include "base/unique_fd.hpp"
#include "host/procfs/file.hpp"
#include "host/procfs/process_dir.hpp"
#include "host/procfs/task_stat.hpp"
#include "host/procfs/task_status.hpp"
#include "host/procfs/users.hpp"

namespace procledger::stats {
namespace {

/// execve accepts arguments and environment up to a quarter of the stack limit, which is 8 MiB by default. @source fs/exec.c
constexpr std::size_t kMaxEnvBytes = std::size_t{2} << 20;

enum class Answer : std::uint8_t { kNo, kYes, kHidden };

/// Answers for one process with open files.
class OpenProcess final : public rules::HostLookup {
 public:
  OpenProcess(const procfs::ProcessDir& process, const procfs::UserCache& users) : process_{process}, users_{users} {}

  [[nodiscard]] std::string user(std::uint32_t uid) override { return users_.name(uid); }
  /// No selector needs more of a program than its environment.
  [[nodiscard]] ledger::ProgramPtr program(std::uint32_t /*tgid*/, std::uint64_t /*start_boottime_ns*/, bool /*with_env*/) override {
    auto environment = process_.read_prefix("environ", kMaxEnvBytes);
    if (!environment) {
      hidden_ = environment.error().kind == ErrorKind::kPermission;
      return nullptr;
    }
    hidden_ = environment->cut;
    auto program = std::make_shared<ledger::Program>();
    program->env = std::move(environment->text);
    program->env_cut = environment->cut;
    return program;
  }

  /// A selector needed the environment, and the environment cannot be read to its end.
  [[nodiscard]] bool environment_hidden() const { return hidden_; }

 private:
  const procfs::ProcessDir& process_;
  const procfs::UserCache& users_;
  bool hidden_{};
};

/// Matches single processes against a selection.
class Question {
 public:
  Question(std::string procfs, const std::string& passwd, const Selection& selection)
      : procfs_{std::move(procfs)}, users_{passwd}, selection_{selection} {
    users_.refresh();
  }

  /// @param key  receives the identity of the process
  [[nodiscard]] Answer ask(std::uint32_t pid, ProcessKey& key) const {
    const auto text = procfs::read_file(procfs_ + "/" + std::to_string(pid) + "/stat");
    const auto stat = text ? procfs::parse_task_stat(*text, procfs::user_hz()) : tl::unexpected{text.error()};
    if (!stat) return Answer::kNo;
    key = {.pid = pid, .start_boottime_ns = stat->start_boottime_ns};
    const auto process = procfs::ProcessDir::open(procfs_, pid, stat->start_boottime_ns);
    const auto status = process ? process->read("status").and_then([](const std::string& s) { return procfs::parse_task_status(s); })
                                : tl::unexpected{process.error()};
    if (!status) return Answer::kNo;
    ledger::ProcessFacts facts;
    facts.comm = stat->comm;
    facts.uid = status->effective_uid;
    facts.tgid = pid;
    facts.start_boottime_ns = stat->start_boottime_ns;  // and no kernel thread: its environment is known, and empty
    OpenProcess host{*process, users_};
    rules::ProcessAttributes attributes{host, facts, selection_.required()};
    if (selection_.takes(attributes)) return Answer::kYes;
    return host.environment_hidden() ? Answer::kHidden : Answer::kNo;
  }

 private:
  std::string procfs_;
  procfs::UserCache users_;
  const Selection& selection_;
};

}  // namespace

Result<Found> find_processes(const std::string& procfs, const std::string& passwd, const Selection& selection) {
  const DirStream entries = open_dir(AT_FDCWD, procfs.c_str());
  if (!entries) return tl::unexpected{system_error("reading " + procfs, errno)};
  const Question question{procfs, passwd, selection};
  Found found;
  while (const dirent* entry = ::readdir(entries.get())) {
    const auto pid = to_number<std::uint32_t>(entry->d_name);
    if (!pid || !selection.asks_for_pid(*pid)) continue;
    ProcessKey key;
    const Answer answer = question.ask(*pid, key);
    if (answer == Answer::kYes) found.processes.push_back(key);
    if (answer == Answer::kHidden) ++found.hidden;
  }
  std::ranges::sort(found.processes);
  return found;
}

}  // namespace procledger::stats
