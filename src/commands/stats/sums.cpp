// SPDX-License-Identifier: Apache-2.0
#include "commands/stats/sums.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace procledger::stats {
namespace {

constexpr double kNsPerSecond = 1e9;
constexpr double kPercent = 100;
constexpr const char* kPerSecond = "_per_sec";

constexpr const char* kIo = "io_counters";
constexpr const char* kFds = "fds";
constexpr const char* kConns = "conns";

// --keep-zero prints these keys at 0, too.
constexpr std::array<std::string_view, 17> kImportant{"total_processes",
                                                      "cpu.user",
                                                      "cpu.system",
                                                      "cpu.percent",
                                                      "memory.rss",
                                                      "memory.percent",
                                                      "threads",
                                                      "fds",
                                                      "fetch_time",
                                                      "io_counters.read_count",
                                                      "io_counters.write_count",
                                                      "io_counters.read_bytes",
                                                      "io_counters.write_bytes",
                                                      "io_counters.read_count_per_sec",
                                                      "io_counters.write_count_per_sec",
                                                      "io_counters.read_bytes_per_sec",
                                                      "io_counters.write_bytes_per_sec"};

double number(std::uint64_t value) { return static_cast<double>(value); }
double seconds(std::uint64_t ns) { return number(ns) / kNsPerSecond; }

void put_memory(Figures& figures, const procfs::MemoryParts& memory, std::uint64_t memory_bytes) {
  figures["memory.rss"] = number(memory.resident);
  figures["memory.vms"] = number(memory.mapped);
  figures["memory.shared"] = number(memory.shared);
  figures["memory.text"] = number(memory.text);
  figures["memory.lib"] = 0;
  figures["memory.data"] = number(memory.data);
  figures["memory.dirty"] = 0;
  figures["memory.percent"] = memory_bytes > 0 ? number(memory.resident) / number(memory_bytes) * kPercent : 0;
}

void put_own(Figures& figures, const Own& own) {
  figures["cpu.user"] = seconds(own.cpu.user_ns);
  figures["cpu.system"] = seconds(own.cpu.system_ns);
  figures["ctx_switches.voluntary"] = number(own.switches.voluntary);
  figures["ctx_switches.involuntary"] = number(own.switches.involuntary);
  if (!own.io) return;
  figures["io_counters.read_count"] = number(own.io->read_calls);
  figures["io_counters.write_count"] = number(own.io->write_calls);
  figures["io_counters.read_bytes"] = number(own.io->read_bytes);
  figures["io_counters.write_bytes"] = number(own.io->written_bytes);
}

// All states of metrics-per-process become keys, so that the keys are the same on every host.
void put_connections(Figures& figures, const sampler::SocketCounts& sockets) {
  using procfs::SocketState;
  for (auto state = static_cast<int>(SocketState::kEstablished); state <= static_cast<int>(SocketState::kClosing); ++state) {
    figures["conns.tcp." + std::string{name_of(static_cast<SocketState>(state))}] = 0;
  }
  figures["conns.tcp.total"] = 0;
  figures["conns.udp.total"] = 0;
  figures["conns.unix_sockets.total"] = 0;
  for (const auto& [kind, count] : sockets) {
    if (kind.protocol == procfs::Protocol::kTcp) {
      figures["conns.tcp.total"] += number(count);
      figures["conns.tcp." + std::string{name_of(kind.state)}] += number(count);
    }
    if (kind.protocol == procfs::Protocol::kUdp) figures["conns.udp.total"] += number(count);
    if (kind.protocol == procfs::Protocol::kUnix) figures["conns.unix_sockets.total"] += number(count);
  }
}

/// The state of a process at one moment, without its usage.
Figures state_of(const Reading& reading, std::uint64_t memory_bytes) {
  Figures figures;
  put_memory(figures, reading.memory, memory_bytes);
  figures["threads"] = reading.threads;
  if (reading.fds) figures[kFds] = number(*reading.fds);
  return figures;
}

Figures sockets_of(const Reading& reading) {
  Figures figures;
  if (reading.sockets) put_connections(figures, *reading.sockets);
  return figures;
}

Own sum(const Own& own, const Own& more) {
  Own result = own;
  result.cpu.user_ns += more.cpu.user_ns;
  result.cpu.system_ns += more.cpu.system_ns;
  result.switches += more.switches;
  if (result.io && more.io) *result.io += *more.io;
  if (!more.io) result.io.reset();
  return result;
}

void add(Figures& figures, const Figures& more) {
  for (const auto& [key, value] : more) figures[key] += value;
}

/// Adds the rate of each key that both readings have.
void put_change(Figures& rates, const Figures& before, const Figures& after, double elapsed) {
  for (const auto& [key, value] : after) {
    if (const auto at = before.find(key); at != before.end()) rates[key + kPerSecond] = (value - at->second) / elapsed;
  }
}

/// Values per second. The usage comes from the source that followed the threads, over that source's own time, if there is one.
Figures rates_of(const Observed& process, const Reading& before, const Own& grown, std::uint64_t memory_bytes) {
  Figures used;
  put_own(used, grown);
  const Times& began = before.taken;
  const Times& ended = process.after.taken;
  const double elapsed = seconds(ended.usage_ns - began.usage_ns);
  const double followed = process.followed ? seconds(process.followed->elapsed_ns) : elapsed;
  Figures rates;
  for (const auto& [key, value] : used) rates[key + kPerSecond] = value / (key.starts_with("cpu.") ? elapsed : followed);
  put_change(rates, state_of(before, memory_bytes), state_of(process.after, memory_bytes), seconds(ended.state_ns - began.state_ns));
  put_change(rates, sockets_of(before), sockets_of(process.after), seconds(ended.sockets_ns - began.sockets_ns));
  rates["cpu.percent"] = seconds(grown.cpu.total_ns()) / elapsed * kPercent;
  return rates;
}

/// The values of one process.
Figures values_of(const Observed& process, std::uint64_t memory_bytes) {
  Figures figures = state_of(process.after, memory_bytes);
  figures.merge(sockets_of(process.after));
  if (!process.before) {
    put_own(figures, own_of(process.after));
    return figures;
  }
  const auto exact = process.followed ? std::optional{process.followed->used} : std::nullopt;
  const Own grown = growth(*process.before, process.after, exact);
  Own own = sum(own_of(*process.before), grown);
  own.cpu = process.after.cpu;
  put_own(figures, own);
  add(figures, rates_of(process, *process.before, grown, memory_bytes));
  return figures;
}

}  // namespace

Sums sum_up(const std::vector<Observed>& processes, std::uint64_t memory_bytes, bool connections) {
  Sums sums;
  sums.figures["total_processes"] = number(processes.size());
  for (const Observed& process : processes) {
    const Figures figures = values_of(process, memory_bytes);
    if (!figures.contains(kFds)) ++sums.partial[kFds];
    if (!figures.contains("io_counters.read_count")) ++sums.partial[kIo];
    if (connections && !process.after.sockets) ++sums.partial[kConns];
    add(sums.figures, figures);
  }
  return sums;
}

Figures without_zeros(const Figures& figures, bool keep_important) {
  Figures kept;
  for (const auto& [key, value] : figures) {
    const bool important = keep_important && std::ranges::find(kImportant, key) != kImportant.end();
    if (value != 0 || important) kept.emplace(key, value);
  }
  return kept;
}

}  // namespace procledger::stats
