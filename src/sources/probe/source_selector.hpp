// SPDX-License-Identifier: Apache-2.0
// Which source is taken, and why.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.hpp"
#include "core/event/source.hpp"
#include "sources/bpf/kernel_btf.hpp"
#include "sources/probe/assessment.hpp"

namespace procledger::probe {

struct SourceRequest {
  std::string name{"auto"};  ///< auto, bpf, taskstats or proc
  std::string procfs{"/proc"};
};

/// Opens sources, the best one first: an assessment of this host decides which are tried, and an attempt decides which one is taken.
class SourceSelector final : public event::SourceSupply {
 public:
  explicit SourceSelector(SourceRequest request) : request_{std::move(request)} {}

  /// The source that was asked for, or the best one that works.
  /// @error  as the source's; where several were tried, what each said
  [[nodiscard]] Result<event::SuppliedSource> open() const;

  Result<event::SuppliedSource> worse_than(std::string_view name) override;
  Result<event::SuppliedSource> better_than(std::string_view name) override;

 private:
  [[nodiscard]] Result<event::SuppliedSource> open(SourceKind kind, std::optional<bpf::KernelTypes> types) const;
  [[nodiscard]] Result<event::SuppliedSource> first_of(std::size_t from, std::size_t to) const;

  SourceRequest request_;
};

/// Opens the requested source once, for a caller that never changes its source.
[[nodiscard]] Result<event::SuppliedSource> open_source(const SourceRequest& request);

}  // namespace procledger::probe
