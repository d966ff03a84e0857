// SPDX-License-Identifier: Apache-2.0
// A datagram, decoded as both kinds: for any bytes, decoded parts are inside the datagram and within the bounds of a record.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <span>
#include <vector>

#include "sources/taskstats/messages.hpp"

namespace {

using namespace procledger::taskstats;

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // A copy of the exact size, so that the sanitizer finds a read beyond its end; aligned, like a receive buffer.
  std::vector<std::byte> datagram(size);
  if (size > 0) std::memcpy(datagram.data(), data, size);
  constexpr std::uint16_t kFamily = 31;
  constexpr std::size_t kSmallestRecord = 300;
  constexpr std::size_t kSmallestEvent = 76;

  std::vector<ExitRecord> records;
  static_cast<void>(decode_exit_records(datagram, kFamily, records));
  require(records.size() <= size / kSmallestRecord);
  for (const ExitRecord& record : records) require(record.version >= 10 && record.comm.view().size() <= 15);

  std::vector<LifeEvent> events;
  static_cast<void>(decode_life_events(datagram, events));
  require(events.size() <= size / kSmallestEvent);
  for (const LifeEvent& event : events) require(event.comm.view().size() <= 15);
  static_cast<void>(decode_connector_answer(datagram, 1));
  return 0;
}
