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

void put_memory(Values& values, const procfs::MemoryParts& memory, std::uint64_t memory_bytes) {
  values["memory.rss"] = number(memory.resident);
  values["memory.vms"] = number(memory.mapped);
  values["memory.shared"] = number(memory.shared);
  values["memory.text"] = number(memory.text);
  values["memory.lib"] = 0;
  values["memory.data"] = number(memory.data);
  values["memory.dirty"] = 0;
  values["memory.percent"] = memory_bytes > 0 ? number(memory.resident) / number(memory_bytes) * kPercent : 0;
}

void put_own(Values& values, const Own& own) {
  values["cpu.user"] = seconds(own.cpu.user_ns);
  values["cpu.system"] = seconds(own.cpu.system_ns);
  values["ctx_switches.voluntary"] = number(own.switches.voluntary);
  values["ctx_switches.involuntary"] = number(own.switches.involuntary);
  if (!own.io) return;
  values["io_counters.read_count"] = number(own.io->read_calls);
  values["io_counters.write_count"] = number(own.io->write_calls);
  values["io_counters.read_bytes"] = number(own.io->read_bytes);
  values["io_counters.write_bytes"] = number(own.io->written_bytes);
}

// All states of metrics-per-process become keys, so that the keys are the same on every host.
void put_connections(Values& values, const sampler::SocketCounts& sockets) {
  using procfs::SocketState;
  for (auto state = static_cast<int>(SocketState::kEstablished); state <= static_cast<int>(SocketState::kClosing); ++state) {
    values["conns.tcp." + std::string{name_of(static_cast<SocketState>(state))}] = 0;
  }
  values["conns.tcp.total"] = 0;
  values["conns.udp.total"] = 0;
  values["conns.unix_sockets.total"] = 0;
  for (const auto& [kind, count] : sockets) {
    if (kind.protocol == procfs::Protocol::kTcp) {
      values["conns.tcp.total"] += number(count);
      values["conns.tcp." + std::string{name_of(kind.state)}] += number(count);
    }
    if (kind.protocol == procfs::Protocol::kUdp) values["conns.udp.total"] += number(count);
    if (kind.protocol == procfs::Protocol::kUnix) values["conns.unix_sockets.total"] += number(count);
  }
}

/// The state of a process at one moment, without its usage.
Values state_of(const Reading& reading, std::uint64_t memory_bytes) {
  Values values;
  put_memory(values, reading.memory, memory_bytes);
  values["threads"] = reading.threads;
  if (reading.fds) values[kFds] = number(*reading.fds);
  return values;
}

Values sockets_of(const Reading& reading) {
  Values values;
  if (reading.sockets) put_connections(values, *reading.sockets);
  return values;
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

void add(Values& values, const Values& more) {
  for (const auto& [key, value] : more) values[key] += value;
}

/// Adds the rate of each key that both readings have.
void put_change(Values& rates, const Values& before, const Values& after, double elapsed) {
  for (const auto& [key, value] : after) {
    if (const auto at = before.find(key); at != before.end()) rates[key + kPerSecond] = (value - at->second) / elapsed;
  }
}

/// Values per second. The usage comes from the source that followed the threads, over that source's own time, if there is one.
Values rates_of(const Observed& process, const Reading& before, const Own& grown, std::uint64_t memory_bytes) {
  Values used;
  put_own(used, grown);
  const Times& began = before.taken;
  const Times& ended = process.after.taken;
  const double elapsed = seconds(ended.usage_ns - began.usage_ns);
  const double followed = process.followed ? seconds(process.followed->elapsed_ns) : elapsed;
  Values rates;
  for (const auto& [key, value] : used) rates[key + kPerSecond] = value / (key.starts_with("cpu.") ? elapsed : followed);
  put_change(rates, state_of(before, memory_bytes), state_of(process.after, memory_bytes), seconds(ended.state_ns - began.state_ns));
  put_change(rates, sockets_of(before), sockets_of(process.after), seconds(ended.sockets_ns - began.sockets_ns));
  rates["cpu.percent"] = seconds(grown.cpu.total_ns()) / elapsed * kPercent;
  return rates;
}

/// The values of one process.
Values values_of(const Observed& process, std::uint64_t memory_bytes) {
  Values values = state_of(process.after, memory_bytes);
  values.merge(sockets_of(process.after));
  if (!process.before) {
    put_own(values, own_of(process.after));
    return values;
  }
  const auto exact = process.followed ? std::optional{process.followed->used} : std::nullopt;
  const Own grown = growth(*process.before, process.after, exact);
  Own own = sum(own_of(*process.before), grown);
  own.cpu = process.after.cpu;
  put_own(values, own);
  add(values, rates_of(process, *process.before, grown, memory_bytes));
  return values;
}

}  // namespace

Sums sum_up(const std::vector<Observed>& processes, std::uint64_t memory_bytes, bool connections) {
  Sums sums;
  sums.values["total_processes"] = number(processes.size());
  for (const Observed& process : processes) {
    const Values values = values_of(process, memory_bytes);
    if (!values.contains(kFds)) ++sums.partial[kFds];
    if (!values.contains("io_counters.read_count")) ++sums.partial[kIo];
    if (connections && !process.after.sockets) ++sums.partial[kConns];
    add(sums.values, values);
  }
  return sums;
}

Values without_zeros(const Values& values, bool keep_important) {
  Values kept;
  for (const auto& [key, value] : values) {
    const bool important = keep_important && std::ranges::find(kImportant, key) != kImportant.end();
    if (value != 0 || important) kept.emplace(key, value);
  }
  return kept;
}

}  // namespace procledger::stats
