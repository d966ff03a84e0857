// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "core/config/diagnostic.hpp"

namespace procledger::config {

/// Gathers diagnostics. Beyond a thousand it only counts: nobody reads more, and a file can be made to have millions.
class Report {
 public:
  void add(Diagnostic diagnostic);
  [[nodiscard]] bool failed() const { return failed_; }
  /// In the order of the file.
  [[nodiscard]] std::vector<Diagnostic> take();

 private:
  std::vector<Diagnostic> diagnostics_;
  std::size_t dropped_{};
  bool failed_{};
};

}  // namespace procledger::config
