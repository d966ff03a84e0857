// SPDX-License-Identifier: Apache-2.0
#include "exposition/detail_json.hpp"

#include "exposition/seconds.hpp"

namespace procledger::exposition {
namespace {

using nlohmann::json;

json row_json(const metrics::ThreadNameRow& row) {
  return {{"name", row.name}, {"living", row.living}, {"cpu_seconds", split_json(row.cpu)}};
}

json row_json(const metrics::ThreadRow& row) {
  return {{"daemon", row.daemon},
          {"pname", row.pname},
          {"tname", row.tname},
          {"pid", row.pid},
          {"ppid", row.ppid},
          {"tid", row.tid},
          {"cpu_seconds", split_json(row.cpu)}};
}

json row_json(const metrics::ProcessRow& row) {
  json out{{"pid", row.pid}, {"comm", row.comm}, {"cpu_seconds", split_json(row.cpu)}};
  if (row.resident_bytes) out["resident_memory_bytes"] = *row.resident_bytes;
  if (!row.exe.empty()) out["exe"] = row.exe;
  if (!row.cmdline.empty()) out["cmdline"] = row.cmdline;
  if (!row.user.empty()) out["user"] = row.user;
  return out;
}

template <typename Row>
void put_rows(json& group, const char* key, const std::vector<Row>& rows) {
  for (const Row& row : rows) group[key].push_back(row_json(row));
}

}  // namespace

json split_json(const ledger::CpuSplit& split) { return {{"user", to_seconds(split.user_ns)}, {"system", to_seconds(split.system_ns)}}; }

void put_details(json& group, const metrics::GroupRow& row) {
  put_rows(group, "thread_names", row.thread_names);
  put_rows(group, "thread_list", row.threads);
  put_rows(group, "process_list", row.processes);
}

}  // namespace procledger::exposition
