// SPDX-License-Identifier: Apache-2.0
#include "commands/stats/reader.hpp"

#include <unistd.h>

#include <string_view>
#include <tuple>
#include <utility>

#include "base/clock.hpp"
#include "base/text.hpp"
#include "host/procfs/file.hpp"
#include "host/procfs/task_stat.hpp"
#include "host/procfs/task_status.hpp"
#include "host/sampler/sampling_pass.hpp"

namespace procledger::stats {
namespace {

using procfs::ProcessDir;

std::uint64_t now_ns() { return static_cast<std::uint64_t>(read_clock_ns(CLOCK_BOOTTIME)); }

std::uint64_t page_bytes() {
  constexpr std::uint64_t kUsual = 4096;
  const long size = ::sysconf(_SC_PAGESIZE);
  return size > 0 ? static_cast<std::uint64_t>(size) : kUsual;
}

Result<Io> io_of(const std::string& text) {
  return procfs::parse_task_io(text).map([](const procfs::TaskIo& io) {
    return Io{.read_calls = io.call_reads,
              .write_calls = io.call_writes,
              .read_bytes = io.storage_read_bytes,
              .written_bytes = io.storage_written_bytes};
  });
}

template <typename T>
std::optional<T> if_known(const Result<T>& result) {
  return result ? std::optional<T>{*result} : std::nullopt;
}

// Splits the exact CPU clock by the kernel's user and system time: only the clock has nanoseconds, and the two are read at different times.
Cpu split(std::uint64_t clock_ns, std::uint64_t user_ns, std::uint64_t system_ns) {
  const std::uint64_t sum = user_ns + system_ns;
  if (sum == 0) return {.user_ns = clock_ns, .system_ns = 0};
  const auto user = static_cast<std::uint64_t>(static_cast<double>(clock_ns) * static_cast<double>(user_ns) / static_cast<double>(sum));
  const std::uint64_t within = user < clock_ns ? user : clock_ns;
  return {.user_ns = within, .system_ns = clock_ns - within};
}

std::optional<ThreadReading> read_thread(const ProcessDir& process, const std::string& directory) {
  const auto stat = process.read(directory + "/stat");
  const auto parsed = stat ? procfs::parse_task_stat(*stat, procfs::user_hz()) : tl::unexpected{stat.error()};
  const auto status = process.read(directory + "/status").and_then([](const std::string& text) { return procfs::parse_task_status(text); });
  if (!parsed || !status) return std::nullopt;
  return ThreadReading{.start_boottime_ns = parsed->start_boottime_ns,
                       .io = if_known(process.read(directory + "/io").and_then(io_of)),
                       .switches = {.voluntary = status->voluntary_switches, .involuntary = status->involuntary_switches}};
}

Result<void> read_threads(const ProcessDir& process, Reading& reading) {
  const auto entries = process.list(process.tasks());
  if (!entries) return tl::unexpected{entries.error()};
  while (const dirent* entry = ::readdir(entries->get())) {
    const auto tid = to_number<std::uint32_t>(entry->d_name);
    if (!tid) continue;
    if (auto thread = read_thread(process, process.tasks() + "/" + entry->d_name)) reading.by_thread.emplace(*tid, *thread);
  }
  return {};
}

std::optional<std::uint64_t> count_fds(const ProcessDir& process) {
  const auto entries = process.list("fd");
  if (!entries) return std::nullopt;
  std::uint64_t count = 0;
  while (const dirent* entry = ::readdir(entries->get())) count += entry->d_name[0] != '.' ? 1 : 0;
  return count;
}

}  // namespace

// When a process reaps a child, the kernel adds the child's page faults and I/O to the process in one step
// (@source kernel/exit.c:wait_task_zombie), and every child has a page fault. So while a later reading shows no faults of children, the I/O
// of an earlier reading is the process's own. The files of an exited leader still show the whole process.
Result<void> Reader::read_process_files(Reading& reading) const {
  const std::string path = procfs_ + "/" + std::to_string(reading.key.pid);
  reading.with_children = if_known(procfs::read_file(path + "/io").and_then(io_of));
  const auto clock_ns = clock_.process_ns(reading.key.pid);
  reading.taken.usage_ns = now_ns();
  const auto text = procfs::read_file(path + "/stat");
  if (!text) return tl::unexpected{text.error()};
  const auto stat = procfs::parse_task_stat(*text, procfs::user_hz());
  if (!stat) return tl::unexpected{stat.error()};
  if (stat->start_boottime_ns != reading.key.start_boottime_ns || !clock_ns)
    return fail(ErrorKind::kGone, path + " now belongs to another process");
  reading.threads = stat->threads;
  reading.cpu = split(*clock_ns, stat->user_ns, stat->system_ns);
  reading.reaped_children =
      stat->children_minor_faults + stat->children_major_faults + stat->children_user_ns + stat->children_system_ns > 0;
  return {};
}

Result<Reading> Reader::read(const ProcessKey& key) const {
  const auto process = ProcessDir::open(procfs_, key.pid, key.start_boottime_ns);
  if (!process) return tl::unexpected{process.error()};
  Reading reading;
  reading.key = key;
  reading.taken.state_ns = now_ns();
  const auto memory =
      process->read("statm").and_then([](const std::string& text) { return procfs::parse_memory_parts(text, page_bytes()); });
  if (!memory) return tl::unexpected{memory.error()};
  reading.memory = *memory;
  reading.fds = count_fds(*process);
  if (auto threads = read_threads(*process, reading); !threads) return tl::unexpected{std::move(threads).error()};
  if (auto whole = read_process_files(reading); !whole) return tl::unexpected{std::move(whole).error()};
  return reading;
}

std::vector<Reading> Reader::read(const std::vector<ProcessKey>& processes, bool sockets) const {
  std::vector<Reading> readings;
  for (const ProcessKey& key : processes) {
    if (auto reading = read(key)) readings.push_back(std::move(*reading));
  }
  if (sockets) add_sockets(readings);
  return readings;
}

void Reader::add_sockets(std::vector<Reading>& readings) const {
  std::vector<sampler::Target> targets;
  targets.reserve(readings.size());
  for (const Reading& each : readings) {
    targets.push_back({.tgid = each.key.pid,
                       .start_boottime_ns = each.key.start_boottime_ns,
                       .group = {},
                       .want = {.pss = false, .sockets = true, .wait_channels = false}});
  }
  const std::uint64_t taken_ns = now_ns();
  const auto samples = sampler::take_samples(procfs_, targets, [] { return true; });
  if (!samples) return;
  std::map<ProcessKey, const sampler::Sample*> found;
  for (const sampler::Sample& sample : samples->samples) found.emplace(ProcessKey{sample.tgid, sample.start_boottime_ns}, &sample);
  for (Reading& each : readings) {
    const auto at = found.find(each.key);
    if (at == found.end() || !at->second->whole) continue;
    each.sockets = at->second->sockets;
    each.taken.sockets_ns = taken_ns;
  }
}

Result<std::uint64_t> host_memory(const std::string& procfs) {
  constexpr std::string_view kName = "MemTotal";
  constexpr std::uint64_t kUnit = 1024;
  const auto text = procfs::read_file(procfs + "/meminfo");
  if (!text) return tl::unexpected{text.error()};
  std::string_view rest{*text};
  while (!rest.empty()) {
    std::string_view line = take_until(rest, '\n');
    if (take_until(line, ':') != kName) continue;
    if (const auto number = to_number<std::uint64_t>(procfs::take_word(line))) return *number * kUnit;
  }
  return fail(ErrorKind::kMalformed, procfs + "/meminfo has no MemTotal");
}

}  // namespace procledger::stats
