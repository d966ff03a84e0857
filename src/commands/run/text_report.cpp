// SPDX-License-Identifier: Apache-2.0
#include "commands/run/text_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.hpp"
#include "commands/run/reports.hpp"
#include "core/proctree/run_record.hpp"
#include "core/proctree/value_table.hpp"

namespace procledger::run {
namespace {

/// The children of each parent, as linked lists in one array, newest child first.
struct Children {
  explicit Children(const std::vector<proctree::Node>& nodes)
      : first(nodes.size() + 1, proctree::kNoNode), next(nodes.size(), proctree::kNoNode) {
    for (std::uint32_t i = 0; i < nodes.size(); ++i) {
      std::uint32_t& head = first[slot(nodes[i].parent, nodes.size())];
      next[i] = head;
      head = i;
    }
  }
  [[nodiscard]] static std::size_t slot(std::uint32_t parent, std::size_t count) { return parent == proctree::kNoNode ? count : parent; }

  std::vector<std::uint32_t> first;  ///< by parent; the last entry: processes without a parent in the tree
  std::vector<std::uint32_t> next;
};

constexpr std::size_t kDeepest = 64;  // deeper processes get no further indentation

std::string indentation(const ListedProcess& listed) {
  std::string result;
  const std::size_t levels = std::min(listed.more.size(), kDeepest);
  for (std::size_t level = 0; level < levels; ++level) {
    const bool own = level + 1 == levels;
    result += own ? (listed.more[level] ? "├─ " : "└─ ") : (listed.more[level] ? "│  " : "   ");
  }
  return result;
}

using proctree::Quality;

constexpr std::size_t kMaxPrograms = 40;

std::string line(std::string_view label, const std::string& value) { return fmt::format("  {:<16}{}\n", label, value); }

/// The values of one run, or their means over several runs.
class Values {
 public:
  Values(std::span<const proctree::Run> runs, const proctree::DataQuality& quality, const commands::Display& display)
      : runs_{runs}, qualities_{quality.qualities}, display_{display} {}

  [[nodiscard]] std::optional<double> value(std::string_view key) const {
    const auto spread = proctree::spread(proctree::scalar(key), runs_);
    return spread ? std::optional{spread->mean} : std::nullopt;
  }
  [[nodiscard]] std::uint64_t whole(std::string_view key) const { return static_cast<std::uint64_t>(std::llround(value(key).value_or(0))); }
  [[nodiscard]] std::string number(std::string_view key) const { return in_thousands(whole(key)); }
  [[nodiscard]] std::string bytes(std::string_view key) const { return in_bytes(value(key).value_or(0)); }
  [[nodiscard]] std::string time(std::string_view key) const { return in_seconds(value(key).value_or(0)) + deviation(key); }
  [[nodiscard]] const proctree::Qualities& qualities() const { return qualities_; }
  /// The mark behind a value of this quality; empty: the value is exact.
  [[nodiscard]] std::string mark(Quality quality) const {
    if (quality == Quality::kExact) return {};
    return "  " + display_.yellow(quality == Quality::kEstimated ? "(estimated)" : "(at least)");
  }

 private:
  [[nodiscard]] std::string deviation(std::string_view key) const {
    if (runs_.size() < 2) return {};
    const proctree::Spread spread = proctree::spread(proctree::scalar(key), runs_).value_or(proctree::Spread{});
    const double percent = spread.mean > 0 ? 100 * spread.deviation / spread.mean : 0;
    return fmt::format(" ± {} ({:.1f} %)", in_seconds(spread.deviation), percent);
  }

  std::span<const proctree::Run> runs_;
  proctree::Qualities qualities_;
  commands::Display display_;
};

std::string ending(const Subject& subject, const proctree::DataQuality& quality, const commands::Display& display) {
  const proctree::Run& last = subject.runs.back();
  const int signal = proctree::ending_signal(last.status);
  std::string said =
      signal != 0 ? fmt::format("ended by signal {}", signal) : fmt::format("exit status {}", proctree::shell_status(last.status));
  if (last.status != 0) said = display.red(said);
  if (subject.runs.size() == 1) {
    if (last.timed_out) said += last.killed ? ", timed out and killed" : ", timed out";
    return said;
  }
  said += fmt::format(" (the last of {} runs; ", subject.runs.size());
  if (quality.timed_out > 0) said += fmt::format("{} timed out, {} killed; ", quality.timed_out, quality.killed);
  return said + "means and standard deviations follow)";
}

std::string time_lines(const Values& values) {
  const std::string cpu = values.mark(values.qualities().cpu);
  std::string lines = line("wall", values.time("wall_seconds"));
  lines += line("CPU", fmt::format("{}, {:.2f} CPUs used{}", values.time("cpu_seconds"), values.value("cpus_used").value_or(0), cpu));
  lines += line("  user", values.time("user_seconds"));
  lines += line("  system", values.time("system_seconds"));
  const auto estimated = values.value("estimated_cpu_seconds");
  if (estimated && *estimated > 0) {
    lines += line("  estimated", in_seconds(*estimated) + " of the CPU time, for processes that were not seen");
  }
  if (values.value("run_queue_wait_seconds")) {
    lines += line("run-queue wait", values.time("run_queue_wait_seconds") + values.mark(values.qualities().work));
  }
  return lines;
}

std::string process_line(const Values& values) {
  std::string said = fmt::format("{}, at most {} at once", values.number("processes"), values.number("processes_at_once"));
  if (values.value("exits_ok")) {
    said += fmt::format("; {} succeeded, {} failed, {} ended by a signal", values.number("exits_ok"), values.number("exits_error"),
                        values.number("exits_signal"));
  }
  if (values.whole("processes_alive") > 0) said += fmt::format("; {} still running", values.number("processes_alive"));
  return line("processes", said + values.mark(values.qualities().processes));
}

std::string memory_line(const Values& values, const proctree::Values& last) {
  std::string said;
  if (values.value("peak_memory_bytes")) said = fmt::format("{} in all ({} scans)", values.bytes("peak_memory_bytes"), last.scans);
  if (values.value("largest_process_bytes")) {
    said += fmt::format("; largest process {}", values.bytes("largest_process_bytes"));
    if (!last.largest_program.empty()) said += fmt::format(" ({})", shown_name(last.largest_program));
  }
  return said.empty() ? said : line("peak memory", said);
}

std::string work_lines(const Values& values) {
  const std::string least = values.mark(values.qualities().work);
  std::string lines;
  if (values.value("storage_read_bytes")) {
    lines += line("storage",
                  fmt::format("{} read, {} written{}", values.bytes("storage_read_bytes"), values.bytes("storage_written_bytes"), least));
  }
  if (values.value("io_read_bytes")) {
    lines += line("I/O calls",
                  fmt::format("{} read in {} calls, {} written in {}{}", values.bytes("io_read_bytes"), values.number("io_read_syscalls"),
                              values.bytes("io_written_bytes"), values.number("io_write_syscalls"), least));
  }
  lines += line("page faults",
                fmt::format("{} minor, {} major{}", values.number("minor_page_faults"), values.number("major_page_faults"), least));
  lines += line("switches", fmt::format("{} voluntary, {} involuntary{}", values.number("voluntary_context_switches"),
                                        values.number("involuntary_context_switches"), least));
  return lines;
}

std::string program_table(std::span<const proctree::Run> runs, const commands::Display& display) {
  std::uint64_t all_cpu_ns = 0;
  for (const proctree::Run& run : runs) all_cpu_ns += run.values.cpu_ns();
  const auto n = static_cast<double>(runs.size());
  const int decimals = runs.size() > 1 ? 1 : 0;
  const auto programs = merged_programs(runs);
  const std::string heading =
      fmt::format("{:>9} {:>12} {:>7} {:>12} {:>11}  {}", "processes", "CPU s", "share", "peak memory", "longest s", "program");
  std::string table = "\n  " + display.bold(heading) + "\n";
  for (std::size_t i = 0; i < std::min(programs.size(), kMaxPrograms); ++i) {
    const proctree::ProgramValues& program = programs[i];
    table += fmt::format("  {:>9.{}f} {:>12.6f} {:>5.1f} % {:>12} {:>11.3f}  {}\n", static_cast<double>(program.processes) / n, decimals,
                         seconds(program.cpu_ns()) / n, 100 * share(program.cpu_ns(), all_cpu_ns),
                         program.peak_bytes ? in_bytes(static_cast<double>(*program.peak_bytes)) : "", seconds(program.longest_ns),
                         shown_name(program.name));
  }
  if (programs.size() > kMaxPrograms) table += fmt::format("  and {} more programs: --json has all\n", programs.size() - kMaxPrograms);
  return table;
}

std::string quality_lines(const std::string& source, const proctree::DataQuality& quality) {
  std::string lines;
  if (source != "bpf") lines += line("source", source + ", not bpf: docs/run.md says how exact each value is");
  for (const event::LossCount& loss : quality.losses) lines += line("lost records", fmt::format("{}: {}", loss.cause, loss.records));
  if (quality.unattributed_tasks > 0) {
    lines += line("unattributed", fmt::format("{} tasks of this host with {} of CPU cannot be attributed; some may belong to this command",
                                              quality.unattributed_tasks, in_seconds(seconds(quality.unattributed_cpu_ns))));
  }
  if (!quality.trouble.empty()) lines += line("incomplete", quality.trouble);
  return lines;
}

}  // namespace

std::vector<ListedProcess> list_tree(const std::vector<proctree::Node>& nodes) {
  struct Waiting {
    std::uint32_t node;
    std::vector<bool> more;
  };
  const Children children{nodes};
  std::vector<Waiting> waiting;
  // A stack: the newest child is pushed first and popped last.
  const auto push = [&](std::uint32_t head, const std::vector<bool>* above) {
    bool more = false;
    for (std::uint32_t at = head; at != proctree::kNoNode; at = children.next[at]) {
      Waiting entry{at, above != nullptr ? *above : std::vector<bool>{}};
      if (above != nullptr && entry.more.size() < kDeepest) entry.more.push_back(more);
      waiting.push_back(std::move(entry));
      more = true;
    }
  };
  std::vector<ListedProcess> list;
  std::vector<std::uint32_t> depths(nodes.size());
  push(children.first[nodes.size()], nullptr);
  while (!waiting.empty()) {
    const Waiting at = std::move(waiting.back());
    waiting.pop_back();
    const proctree::Node& node = nodes[at.node];
    const bool orphan = node.parent == proctree::kNoNode;
    depths[at.node] = orphan ? 0 : depths[node.parent] + 1;
    list.push_back({.node = &node, .parent = orphan ? nullptr : &nodes[node.parent], .depth = depths[at.node], .more = at.more});
    push(children.first[at.node], &at.more);
  }
  return list;
}

const char* state_name(const proctree::Node& node) {
  if (node.ending == proctree::Ending::kLives) return "alive";
  if (node.ending == proctree::Ending::kZombie) return "zombie";
  if (!node.status_known) return "ended";
  return proctree::ending_signal(node.status) != 0 ? "signaled" : "exited";
}

std::string end_of(const proctree::Node& node) {
  if (node.ending == proctree::Ending::kLives) return "running";
  if (node.ending == proctree::Ending::kZombie) return "zombie";
  if (!node.status_known) return "ended";
  const int signal = proctree::ending_signal(node.status);
  return signal != 0 ? fmt::format("signal {}", signal) : fmt::format("exit {}", proctree::shell_status(node.status));
}

std::string tree_lines(const proctree::Values& values, const commands::Display& display) {
  std::string lines;
  for (const ListedProcess& listed : list_tree(values.nodes)) {
    const proctree::Node& node = *listed.node;
    const bool failed = node.ending == proctree::Ending::kEnded && node.status_known && node.status != 0;
    lines += fmt::format("  {}{} [{}]  {}, {} of CPU, {}\n", indentation(listed), shown_name(values.node_names[node.program]), node.tgid,
                         in_seconds(seconds(node.end_ns - std::min(node.end_ns, node.start_boottime_ns))), in_seconds(seconds(node.cpu_ns)),
                         failed ? display.red(end_of(node)) : end_of(node));
  }
  if (values.unlisted > 0) lines += fmt::format("  and {} more processes\n", in_thousands(values.unlisted));
  return lines;
}

std::string text(const Subject& subject, bool tree, const commands::Display& display) {
  const proctree::Run& last = subject.runs.back();
  const proctree::DataQuality quality = proctree::data_quality(subject.runs);
  const Values values{subject.runs, quality, display};
  std::string page = fmt::format("\n{}: {}\n\n", display.bold(shown_command(subject.command)), ending(subject, quality, display));
  page += time_lines(values) + process_line(values) + memory_line(values, last.values) + work_lines(values) +
          quality_lines(last.source, quality);
  page += program_table(subject.runs, display);
  if (tree) page += "\n" + tree_lines(last.values, display);
  return page;
}

std::string live_line(const proctree::LiveSample& sample, const proctree::LiveSample* before) {
  const std::uint64_t since_ns = sample.time_ns - (before != nullptr ? before->time_ns : 0);
  const std::uint64_t used_ns = sample.cpu_ns - std::min(sample.cpu_ns, before != nullptr ? before->cpu_ns : 0);
  std::string said = fmt::format("{:>8.1f} s  CPU {:>10.3f} s  {:>5.2f} CPUs  processes {:>5} of {:<6}", seconds(sample.time_ns),
                                 seconds(sample.cpu_ns), share(used_ns, since_ns), sample.alive, sample.started);
  if (sample.resident_bytes) said += "  memory " + in_bytes(static_cast<double>(*sample.resident_bytes));
  return said + "\n";
}

}  // namespace procledger::run
