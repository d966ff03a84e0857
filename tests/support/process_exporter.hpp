// SPDX-License-Identifier: Apache-2.0
// Debian's process-exporter (package prometheus-process-exporter), run on loopback beside the program under test.
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
  /// Returns once it serves and takes every process that begins from now on for a new one. Killed with the object.
  /// @error kIo: it cannot be run or does not get ready
  [[nodiscard]] static Result<ProcessExporter> start(const std::vector<std::string>& flags);

  [[nodiscard]] Result<Exposition> scrape() const;
  [[nodiscard]] pid_t pid() const { return child_.pid(); }

 private:
  ProcessExporter(Child child, Address address) : child_{std::move(child)}, address_{std::move(address)} {}

  Child child_;
  Address address_;
};

}  // namespace procledger::test
