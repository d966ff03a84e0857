// SPDX-License-Identifier: Apache-2.0
// The process-exporter of Debian (package prometheus-process-exporter), on loopback beside the program under test.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "support/child.hpp"
#include "support/exposition.hpp"
#include "support/http_client.hpp"

namespace procledger::test {

class ProcessExporter {
 public:
  /// Returns when process-exporter is ready and counts every process that starts from now on from zero. The destructor kills it.
  /// @error kIo: process-exporter cannot be run or does not become ready
  [[nodiscard]] static Result<ProcessExporter> start(const std::vector<std::string>& flags);

  [[nodiscard]] Result<Exposition> scrape() const;
  [[nodiscard]] pid_t pid() const { return child_.pid(); }

 private:
  ProcessExporter(Child child, Address address) : child_{std::move(child)}, address_{std::move(address)} {}

  Child child_;
  Address address_;
};

}  // namespace procledger::test
