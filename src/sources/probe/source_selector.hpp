// SPDX-License-Identifier: Apache-2.0
// Selects and opens a source, and says why.
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

/// Opens the best source that works. The assessment of this host decides which sources to try; the first source that opens is used. The
/// collector calls this class to fall back and to recover. Owns no source: the caller owns each opened source.
class SourceSelector final : public event::SourceFactory {
 public:
  explicit SourceSelector(SourceRequest request) : request_{std::move(request)} {}

  /// The requested source, or with "auto" the best source that works.
  /// @error  the error of the source; with "auto" the errors of all sources in one line
  [[nodiscard]] Result<event::CreatedSource> open() const;

  Result<event::CreatedSource> next_fallback(std::string_view name) override;
  Result<event::CreatedSource> better_than(std::string_view name) override;

 private:
  [[nodiscard]] Result<event::CreatedSource> open(SourceKind kind, std::optional<bpf::KernelTypes> types) const;
  [[nodiscard]] Result<event::CreatedSource> first_of(std::size_t from, std::size_t to) const;

  SourceRequest request_;
};

/// Opens the requested source once, for callers that never change their source.
[[nodiscard]] Result<event::CreatedSource> open_source(const SourceRequest& request);

}  // namespace procledger::probe
