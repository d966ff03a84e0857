// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "commands/run/reports.hpp"
#include "commands/run/text_report.hpp"
#include "core/proctree/run_record.hpp"
#include "core/proctree/value_table.hpp"

namespace procledger::run {
namespace {

using Json = nlohmann::ordered_json;

Json number(double value, bool whole) { return whole ? Json(static_cast<std::uint64_t>(value)) : Json(value); }

void add_scalars(Json& object, const proctree::Run& run) {
  for (const proctree::Scalar& scalar : proctree::scalars()) {
    if (const auto value = scalar.of(run)) object[std::string{scalar.key}] = number(*value, scalar.whole);
  }
}

void add_means(Json& object, std::span<const proctree::Run> runs) {
  Json deviations = Json::object();
  for (const proctree::Scalar& scalar : proctree::scalars()) {
    const auto spread = proctree::spread(scalar, runs);
    if (!spread) continue;
    object[std::string{scalar.key}] = spread->mean;
    deviations[std::string{scalar.key}] = spread->deviation;
  }
  object["runs"] = runs.size();
  object["standard_deviations"] = std::move(deviations);
  Json each = Json::array();
  for (const proctree::Run& run : runs) {
    Json one = Json::object();
    one["exit_status"] = proctree::shell_status(run.status);
    one["timed_out"] = run.timed_out;
    one["killed"] = run.killed;
    add_scalars(one, run);
    each.push_back(std::move(one));
  }
  object["each"] = std::move(each);
}

Json program_json(const proctree::ProgramValues& program, const proctree::Run& run, std::uint64_t all_cpu_ns) {
  Json object = Json::object();
  object["name"] = shown_name(program.name);
  object["processes"] = program.processes;
  object["processes_alive"] = program.alive;
  object["cpu_seconds"] = seconds(program.cpu_ns());
  object["user_seconds"] = seconds(program.cpu.user_ns);
  object["system_seconds"] = seconds(program.cpu.system_ns);
  if (run.kernel.estimates) object["estimated_cpu_seconds"] = seconds(program.estimated_ns);
  object["share"] = share(program.cpu_ns(), all_cpu_ns);
  if (run.kernel.run_queue_wait) object["run_queue_wait_seconds"] = seconds(program.total.wait_ns);
  if (program.peak_bytes) object["peak_memory_bytes"] = *program.peak_bytes;
  object["longest_seconds"] = seconds(program.longest_ns);
  if (!run.kernel.lives) return object;
  object["execs"] = program.execs;
  object["exits_ok"] = program.exits[0];
  object["exits_error"] = program.exits[1];
  object["exits_signal"] = program.exits[2];
  return object;
}

Json programs_json(std::span<const proctree::Run> runs) {
  std::uint64_t all_cpu_ns = 0;
  for (const proctree::Run& run : runs) all_cpu_ns += run.values.cpu_ns();
  Json programs = Json::array();
  for (const proctree::ProgramValues& program : merged_programs(runs)) {
    programs.push_back(program_json(program, runs.front(), all_cpu_ns));
  }
  return programs;
}

Json sample_json(const proctree::LiveSample& sample) {
  Json object = {{"time_seconds", seconds(sample.time_ns)},
                 {"cpu_seconds", seconds(sample.cpu_ns)},
                 {"processes", sample.started},
                 {"processes_alive", sample.alive}};
  if (sample.resident_bytes) object["memory_bytes"] = *sample.resident_bytes;
  return object;
}

Json quality_json(const std::string& source, const proctree::DataQuality& quality) {
  const proctree::Qualities& qualities = quality.qualities;
  Json object = {
      {"source", source},
      {"quality", {{"cpu", name_of(qualities.cpu)}, {"processes", name_of(qualities.processes)}, {"work", name_of(qualities.work)}}}};
  Json lost = Json::object();
  for (const event::LossCount& loss : quality.losses) lost[loss.cause] = loss.records;
  object["lost_records"] = std::move(lost);
  object["unnamed_cpu_seconds"] = seconds(quality.unattributed_cpu_ns);
  if (!quality.trouble.empty()) object["trouble"] = valid_utf8(quality.trouble);
  return object;
}

Json node_json(const ListedProcess& listed, const proctree::Values& values, std::uint64_t began_ns) {
  const proctree::Node& node = *listed.node;
  Json object = {{"pid", node.tgid},
                 {"depth", listed.depth},
                 {"program", shown_name(values.node_names[node.program])},
                 {"began_seconds", seconds(node.start_boottime_ns - std::min(node.start_boottime_ns, began_ns))},
                 {"seconds", seconds(node.end_ns - std::min(node.end_ns, node.start_boottime_ns))},
                 {"cpu_seconds", seconds(node.cpu_ns)},
                 {"state", state_name(node)}};
  if (node.ending != proctree::Ending::kLives && node.status_known) object["exit_status"] = proctree::shell_status(node.status);
  if (listed.parent != nullptr) object["parent"] = listed.parent->tgid;
  return object;
}

Json tree_json(const proctree::Values& values) {
  Json list = Json::array();
  const std::uint64_t began_ns = values.nodes.empty() ? 0 : values.nodes.front().start_boottime_ns;
  for (const ListedProcess& listed : list_tree(values.nodes)) list.push_back(node_json(listed, values, began_ns));
  return list;
}

}  // namespace

std::string json(const Subject& subject, bool tree) {
  const proctree::Run& last = subject.runs.back();
  Json object = Json::object();
  Json command = Json::array();
  for (const std::string& argument : subject.command) command.push_back(valid_utf8(argument));
  object["command"] = std::move(command);
  object["exit_status"] = proctree::shell_status(last.status);
  if (const int signal = proctree::ending_signal(last.status); signal != 0) object["signal"] = signal;
  const proctree::DataQuality quality = proctree::data_quality(subject.runs);
  object["timed_out"] = quality.timed_out > 0;
  object["killed"] = quality.killed > 0;
  if (subject.runs.size() == 1) {
    add_scalars(object, last);
  } else {
    add_means(object, subject.runs);
  }
  if (!last.values.largest_program.empty()) object["largest_process_program"] = shown_name(last.values.largest_program);
  object.update(quality_json(last.source, quality));
  object["programs"] = programs_json(subject.runs);
  if (tree) object["tree"] = tree_json(last.values);
  if (tree && last.values.unlisted > 0) object["tree_unlisted"] = last.values.unlisted;
  if (!last.samples.empty()) {
    Json samples = Json::array();
    for (const proctree::LiveSample& sample : last.samples) samples.push_back(sample_json(sample));
    object["samples"] = std::move(samples);
  }
  return object.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace procledger::run
