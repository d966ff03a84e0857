// SPDX-License-Identifier: Apache-2.0
#include "commands/stats/finder.hpp"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <utility>

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
    key = {.pid = pid, .birth_ns = stat->birth_ns};
    const auto process = procfs::ProcessDir::open(procfs_, pid, stat->birth_ns);
    const auto status = process ? process->read("status").and_then([](const std::string& s) { return procfs::parse_task_status(s); })
                                : tl::unexpected{process.error()};
    if (!status) return Answer::kNo;
    const std::string user = users_.name(status->effective_uid);
    rules::Subject subject;
    subject.comm = stat->comm;
    subject.uid = status->effective_uid;
    subject.user = user;
    subject.tgid = pid;
    subject.kernel_thread = stat->kernel_thread;
    if (!selection_.may_take(subject)) return Answer::kNo;
    const auto environment = selection_.asks_for_env() ? process->read_prefix("environ", kMaxEnvBytes) : Result<procfs::Prefix>{};
    if (!environment) return environment.error().kind == ErrorKind::kPermission ? Answer::kHidden : Answer::kNo;
    subject.env = rules::Environment{.block = environment->text, .cut = environment->cut};
    if (selection_.takes(subject)) return Answer::kYes;
    return environment->cut ? Answer::kHidden : Answer::kNo;
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
    const auto pid = procfs::to_number<std::uint32_t>(entry->d_name);
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
