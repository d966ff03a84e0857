// SPDX-License-Identifier: Apache-2.0
// Whole models and whole pages.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "exposition/host_metrics.hpp"
#include "exposition/text_format.hpp"

namespace procledger::test {

[[nodiscard]] inline std::vector<exposition::TypedFamily> build_model(const metrics::Snapshot& snapshot, const exposition::Build& build) {
  std::vector<exposition::TypedFamily> families;
  exposition::visit_families(snapshot, build, [&](const exposition::TypedFamily& family) { families.push_back(family); });
  return families;
}

[[nodiscard]] inline std::string write(const std::vector<exposition::TypedFamily>& families, exposition::Format format) {
  exposition::PageWriter page{format};
  for (const auto& family : families) page.add(family);
  return std::move(page).finish();
}

}  // namespace procledger::test
