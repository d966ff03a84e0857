// SPDX-License-Identifier: Apache-2.0
#include "daemon/sources.hpp"

#include <utility>

#include "source/bpf_source.hpp"

namespace procledger::daemon {

Result<ChosenSource> open_source(const Options& options) {
  auto source = source::open_bpf_source({.procfs = options.procfs});
  if (!source) return tl::unexpected{std::move(source).error()};
  return ChosenSource{std::move(*source), options.source == "auto" ? "best_available" : "requested"};
}

}  // namespace procledger::daemon
