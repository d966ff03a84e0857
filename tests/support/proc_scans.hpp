// SPDX-License-Identifier: Apache-2.0
// The events that a source that only scans /proc would report of a ReferenceKernel: no life-cycle records, exits one scan late, sums of
// processes, start times in clock ticks, and estimates of unseen time. The object knows the true identities, so that reused PIDs do not
// confuse it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <vector>

#include "support/event_stream.hpp"
#include "support/reference_kernel.hpp"

namespace procledger::test {

class ProcScans {
 public:
  explicit ProcScans(const ReferenceKernel& kernel) : kernel_{kernel} {}

  /// A scan is begin(), read() of processes, end(). The next scan shows events in between.
  void begin();
  void read(std::size_t process);
  /// The events of the scan, in the order of the report.
  [[nodiscard]] std::vector<Delivery> end();

  /// The time of threads that the last scan reported as the rest of their processes. The next source reports this time again.
  [[nodiscard]] std::uint64_t held_back_ns() const;

 private:
  struct Thread {
    Delivery emitted;         ///< by the last scan
    std::uint64_t used_ns{};  ///< the true time at the last scan
  };
  struct Record {
    std::map<std::size_t, Thread> threads;  ///< by task
    std::uint64_t ended_ns{};               ///< reported for threads that have exited
    std::uint64_t rest_ns{};                ///< used beyond the reported time of threads
    std::uint64_t ended_held_back_ns{};     ///< of threads that the present scan does not find
    bool rest_reported{};
    bool first_scan{true};
    bool found{};
    std::uint64_t found_ns{};
  };

  static std::uint64_t held_back_ns(const Record& record);
  void share_out(Record& record, std::uint64_t sum_ns) const;
  [[nodiscard]] std::vector<std::size_t> threads_of(std::size_t process) const;
  [[nodiscard]] bool listed(std::size_t process) const { return !kernel_.task(kernel_.process(process).leader).released; }
  [[nodiscard]] std::uint64_t used_ns(std::size_t process) const;
  [[nodiscard]] Delivery delivery_of(Delivery::Kind kind, std::size_t task) const;
  [[nodiscard]] Delivery rest_of(std::size_t process, const Record& record, std::uint64_t reported_ns) const;
  void emit_exit(Delivery last, std::uint32_t living, std::vector<Delivery>& emitted) const;
  void emit_release(Delivery last, std::uint64_t seen_ns, std::vector<Delivery>& emitted) const;
  void emit_end(std::size_t process, const Record& record, std::vector<Delivery>& emitted) const;
  void emit_samples(std::size_t process, Record& record, std::vector<Delivery>& emitted) const;
  void estimate(std::size_t process, std::uint64_t reported_ns, std::vector<Delivery>& emitted) const;

  const ReferenceKernel& kernel_;
  std::map<std::size_t, Record> records_;  ///< by process
  std::set<std::size_t> settled_;          ///< exited processes that were reported
  std::vector<Delivery> ended_threads_;
  std::uint64_t began_ns_{};
  std::uint64_t scanned_ns_{};  ///< time of the previous scan
  bool scanned_{};
  std::uint64_t gone_held_back_ns_{};  ///< of processes that the last scan did not find
};

}  // namespace procledger::test
