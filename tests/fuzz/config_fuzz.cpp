// SPDX-License-Identifier: Apache-2.0
// Arbitrary bytes as a configuration file, and as process-exporter's flags.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "core/config/load.hpp"
#include "core/config/process_exporter_form.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace procledger::config;
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const Loaded loaded = load_text(text);
  // A refused file has a diagnostic, and every diagnostic is one line.
  if (!loaded && loaded.error().empty()) std::abort();
  for (const Diagnostic& each : loaded ? loaded->warnings : loaded.error()) {
    if (format(each, "fuzz").find_first_of("\n\x1B") != std::string::npos) std::abort();
  }
  const std::size_t half = size / 2;
  procledger::rules::PatternCompiler patterns;
  (void)rule_book_of_flags(text.substr(0, half), text.substr(half), patterns);
  return 0;
}
