// SPDX-License-Identifier: Apache-2.0
#include "sources/proc/record.hpp"

#include <algorithm>

namespace procledger::proc {

const ThreadRecord* find_thread(const std::vector<ThreadRecord>& threads, std::uint32_t tid) {
  const auto at = std::ranges::lower_bound(threads, tid, {}, [](const ThreadRecord& thread) { return thread.seen.tid; });
  return at == threads.end() || at->seen.tid != tid ? nullptr : &*at;
}

event::Totals ProcessRecord::told() const {
  event::Totals sum = ended;
  sum += rest;
  for (const ThreadRecord& thread : threads) sum += thread.seen.total;
  return sum;
}

}  // namespace procledger::proc
