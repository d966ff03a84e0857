// SPDX-License-Identifier: Apache-2.0
#include "collector/host_lookup.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>
#include <utility>

#include "base/clock.hpp"
#include "base/unique_fd.hpp"
#include "host/procfs/file.hpp"
#include "host/procfs/process_dir.hpp"

namespace procledger::collector {
namespace {

constexpr std::size_t kLink = 255;

constexpr std::string_view kDeleted = " (deleted)";

std::optional<std::string> text_of(const procfs::ProcessDir& process, const std::string& name, std::size_t max_bytes, bool& cut) {
  auto prefix = process.read_prefix(name, max_bytes);
  if (!prefix) return std::nullopt;
  cut = prefix->cut;
  return std::move(prefix->text);
}

// Reads a PID with blanks around it. O_NONBLOCK and the bounded read keep the file's writer from blocking the daemon.
std::optional<std::uint32_t> read_pidfile(const std::string& path) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const UniqueFd file{::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)};
  std::array<char, 64> room{};
  const ssize_t got = file ? ::read(file.get(), room.data(), room.size()) : -1;
  if (got <= 0 || static_cast<std::size_t>(got) == room.size()) return std::nullopt;
  std::string_view text{room.data(), static_cast<std::size_t>(got)};
  text.remove_prefix(std::min(text.size(), text.find_first_not_of(kBlanks)));
  const std::string_view digits = text.substr(0, text.find_first_of(kBlanks));
  std::uint32_t pid = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), pid);
  const bool whole = error == std::errc{} && end == digits.data() + digits.size();
  const bool alone = text.find_first_not_of(kBlanks, digits.size()) == std::string_view::npos;
  return whole && alone && pid > 0 ? std::optional{pid} : std::nullopt;
}

}  // namespace

FileHostLookup::FileHostLookup(std::string procfs, std::string passwd, container::Containers containers)
    : procfs_{std::move(procfs)}, users_{std::move(passwd)}, containers_{std::move(containers)} {}

std::optional<rules::Place> FileHostLookup::place(std::uint64_t cgroup_id) {
  const container::Placement* found = containers_.find(cgroup_id);
  if (found == nullptr) return std::nullopt;
  return rules::Place{.path = found->path,
                      .unit = found->cgroup.unit,
                      .namespace_name = found->namespace_,
                      .pod = found->pod,
                      .container = found->container,
                      .container_id = found->cgroup.container_id,
                      .pod_uid = found->cgroup.pod_uid,
                      .qos = found->cgroup.qos};
}

ledger::ProgramPtr FileHostLookup::program(std::uint32_t tgid, std::uint64_t start_boottime_ns, bool with_env) {
  const auto process = procfs::ProcessDir::open(procfs_, tgid, start_boottime_ns);
  if (!process) return nullptr;
  ledger::Program program;
  program.args = text_of(*process, "cmdline", procfs::kMaxArgsBytes, program.args_cut);
  if (with_env) program.env = text_of(*process, "environ", procfs::kMaxEnvBytes, program.env_cut);
  if (auto path = process->link("exe")) {
    program.path_cut = path->size() >= kLink;
    if (path->ends_with(kDeleted)) path->resize(path->size() - kDeleted.size());
    program.path = std::move(*path);
  }
  return std::make_shared<const ledger::Program>(std::move(program));
}

std::optional<std::uint32_t> FileHostLookup::pid_in(const std::string& pidfile) {
  const auto [at, added] = pidfiles_.try_emplace(pidfile);
  if (added) at->second = read_pidfile(pidfile);
  return at->second;
}

// Each line is "ID:controllers:path" (Documentation/admin-guide/cgroup-v1/cgroups.rst). process-exporter shows the paths in this order.
std::vector<std::string> FileHostLookup::cgroups(std::uint32_t tgid) {
  std::vector<std::string> paths;
  const auto text = procfs::read_file(procfs_ + "/" + std::to_string(tgid) + "/cgroup");
  if (!text) return paths;
  std::string_view rest{*text};
  while (!rest.empty()) {
    const std::string_view line = take_until(rest, '\n');
    const auto first = line.find(':');
    const auto second = first == std::string_view::npos ? first : line.find(':', first + 1);
    if (second != std::string_view::npos) paths.emplace_back(line.substr(second + 1));
  }
  return paths;
}

std::uint64_t FileHostLookup::unix_ns(std::uint64_t boottime_ns) {
  return static_cast<std::uint64_t>(static_cast<std::int64_t>(boottime_ns) + unix_minus_boottime_ns());
}

// A cut path is skipped: the cgroup is found by its id when a process in it is classified.
void FileHostLookup::learn(const event::CgroupNamed& cgroup) {
  if (!cgroup.path_cut) containers_.learn(cgroup.id, cgroup.path);
}

bool FileHostLookup::refresh(std::uint64_t now_ns, bool places) {
  users_.refresh();
  bool news = refresh_pidfiles();
  if (places) {
    containers_.refresh(now_ns);
    const std::uint64_t seen_before = std::exchange(places_seen_, containers_.version());
    news = news || seen_before != places_seen_;
  }
  return news;
}

// A daemon writes its pidfile after its start, so its first classification lacked the PID. A missing or empty file is no change: a daemon
// is writing the file or is about to exit.
bool FileHostLookup::refresh_pidfiles() {
  bool news = false;
  for (auto& [path, pid] : pidfiles_) {
    const auto before = std::exchange(pid, read_pidfile(path));
    news = news || (pid && pid != before);
  }
  return news;
}

}  // namespace procledger::collector
