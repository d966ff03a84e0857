// SPDX-License-Identifier: Apache-2.0
// A program that serves /metrics, procledger or another program, scraped as Prometheus does.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "compare/scrape_client.hpp"
#include "support/child.hpp"
#include "support/exposition.hpp"
#include "support/http_client.hpp"

namespace procledger::bench {

class Exporter {
 public:
  /// Starts `procledger serve` and waits until it is ready.
  [[nodiscard]] static Result<Exporter> procledger(const std::string& binary);

  /// Starts the process-exporter of Debian, with a group for each name of processes that have a command line.
  [[nodiscard]] static Result<Exporter> process_exporter(const std::string& config_file, const std::vector<std::string>& flags);

  Result<void> scrape() { return client_.scrape(); }
  /// Gets /metrics uncompressed.
  [[nodiscard]] Result<test::Exposition> page() const;

  [[nodiscard]] pid_t pid() const { return child_.pid(); }
  /// CPU time of the whole process, after its work for a scrape has ended.
  [[nodiscard]] std::uint64_t cpu_ns() const;
  [[nodiscard]] double resident_mib() const;

 private:
  Exporter(test::Child child, test::Address address) : child_{std::move(child)}, address_{std::move(address)}, client_{address_} {}

  [[nodiscard]] static Result<Exporter> start(std::vector<std::string> argv, const std::string& address_flag,
                                              const std::string& ready_path);

  test::Child child_;
  test::Address address_;
  ScrapeClient client_;
};

/// Starts both programs as daemons, in this order.
[[nodiscard]] Result<std::array<Exporter, 2>> start_pair(const std::array<std::string, 2>& programs);

}  // namespace procledger::bench
