// SPDX-License-Identifier: Apache-2.0
#include "core/metrics/details.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "base/text.hpp"

namespace procledger::metrics {
namespace {

auto identity(const ThreadNameRow& row) { return std::tie(row.name); }
auto identity(const ThreadRow& row) { return std::tie(row.tid, row.pid, row.ppid, row.daemon, row.pname, row.tname); }
auto identity(const ProcessRow& row) { return std::tie(row.pid, row.comm); }

void add(ledger::CpuSplit& sum, const ledger::CpuSplit& more) {
  sum.user_ns += more.user_ns;
  sum.system_ns += more.system_ns;
}

void absorb(ThreadNameRow& row, const ThreadNameRow& twin) {
  row.living += twin.living;
  row.total += twin.total;
  add(row.cpu, twin.cpu);
}

void absorb(ThreadRow& row, const ThreadRow& twin) { add(row.cpu, twin.cpu); }

void absorb(ProcessRow& row, const ProcessRow& twin) {
  add(row.cpu, twin.cpu);
  if (twin.resident_bytes) row.resident_bytes = row.resident_bytes.value_or(0) + *twin.resident_bytes;
}

template <typename Row>
void order_and_merge(std::vector<Row>& rows) {
  std::ranges::stable_sort(rows, [](const Row& a, const Row& b) { return identity(a) < identity(b); });
  std::size_t kept = 0;
  for (std::size_t at = 1; at < rows.size(); ++at) {
    if (identity(rows[kept]) == identity(rows[at])) {
      absorb(rows[kept], rows[at]);
    } else if (++kept != at) {
      rows[kept] = std::move(rows[at]);
    }
  }
  if (!rows.empty()) rows.resize(kept + 1);
}

}  // namespace

void make_details_safe(Snapshot& snapshot, std::size_t label_bytes) {
  const auto safe = [label_bytes](std::string& text) { text = safe_text(text, label_bytes); };
  for (GroupRow& group : snapshot.groups) {
    for (ThreadNameRow& row : group.thread_names) safe(row.name);
    for (ThreadRow& row : group.threads) {
      for (std::string* text : {&row.daemon, &row.pname, &row.tname}) safe(*text);
    }
    for (ProcessRow& row : group.processes) {
      for (std::string* text : {&row.comm, &row.exe, &row.cmdline, &row.user}) safe(*text);
    }
    order_and_merge(group.thread_names);
    order_and_merge(group.threads);
    order_and_merge(group.processes);
  }
}

}  // namespace procledger::metrics
