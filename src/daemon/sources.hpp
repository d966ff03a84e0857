// SPDX-License-Identifier: Apache-2.0
// Which source is taken, and why.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "choice/assessment.hpp"
#include "collector/source_supply.hpp"
#include "daemon/options.hpp"
#include "source/kernel_facts.hpp"

namespace procledger::daemon {

/// Opens sources, best first: what this host offers decides which are tried, and trying decides.
class Sources final : public collector::SourceSupply {
 public:
  explicit Sources(const Options& options) : options_{options} {}

  /// The source that was asked for, or the best one that works.
  /// @error  as the source's; where several were tried, what each said
  [[nodiscard]] Result<collector::SuppliedSource> open() const;

  Result<collector::SuppliedSource> worse_than(std::string_view name) override;
  Result<collector::SuppliedSource> better_than(std::string_view name) override;

 private:
  [[nodiscard]] Result<collector::SuppliedSource> open(choice::SourceKind kind, std::optional<source::KernelTypes> types) const;
  [[nodiscard]] Result<collector::SuppliedSource> first_of(std::size_t from, std::size_t to) const;

  Options options_;
};

/// Once, for those who need no other one later.
[[nodiscard]] Result<collector::SuppliedSource> open_source(const Options& options);

}  // namespace procledger::daemon
