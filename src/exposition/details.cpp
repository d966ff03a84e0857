// SPDX-License-Identifier: Apache-2.0
#include "exposition/details.hpp"

#include <utility>

namespace procledger::exposition {
namespace {

using metrics::GroupRow;
using metrics::ProcessRow;
using metrics::ThreadRow;

SampleLabels thread_labels(const GroupRow& row, const ThreadRow& thread) {
  SampleLabels labels = labels_of(row, "daemon", thread.daemon);
  labels.push_back({"pname", thread.pname});
  labels.push_back({"pid", std::to_string(thread.pid)});
  labels.push_back({"ppid", std::to_string(thread.ppid)});
  labels.push_back({"tid", std::to_string(thread.tid)});
  labels.push_back({"tname", thread.tname});
  return labels;
}

SampleLabels process_labels(const GroupRow& row, const ProcessRow& process) {
  SampleLabels labels = labels_of(row, "pid", std::to_string(process.pid));
  labels.push_back({"comm", process.comm});
  return labels;
}

SampleLabels info_labels(const GroupRow& row, const ProcessRow& process) {
  SampleLabels labels = process_labels(row, process);
  labels.push_back({"exe", process.exe});
  labels.push_back({"cmdline", process.cmdline});
  labels.push_back({"user", process.user});
  return labels;
}

template <typename AddSample>
void for_each_process(const GroupRows& rows, AddSample add_sample) {
  for (const auto* row : rows) {
    for (const ProcessRow& process : row->processes) add_sample(*row, process);
  }
}

}  // namespace

void add_details(ModelBuilder& out, const GroupRows& rows) {
  out.open("procledger_group_thread_cpu_seconds_total");
  for (const auto* row : rows) {
    for (const auto& thread : row->thread_names) add_split(out, labels_of(*row, "thread", thread.name), thread.cpu);
  }
  out.open("procledger_thread_cpu_seconds_total");
  for (const auto* row : rows) {
    for (const auto& thread : row->threads) add_split(out, thread_labels(*row, thread), thread.cpu);
  }
  out.open("procledger_process_cpu_seconds_total");
  for_each_process(rows, [&](const auto& row, const auto& process) { add_split(out, process_labels(row, process), process.cpu); });
  out.open("procledger_process_resident_memory_bytes");
  for_each_process(rows, [&](const auto& row, const auto& process) {
    if (process.resident_bytes) out.add(process_labels(row, process), static_cast<double>(*process.resident_bytes));
  });
  out.open("procledger_process_info");
  for_each_process(rows, [&](const auto& row, const auto& process) { out.add(info_labels(row, process), 1.0); });
}

}  // namespace procledger::exposition
