// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/rules/match_context.hpp"
#include "core/rules/needs.hpp"
#include "core/rules/template.hpp"

namespace procledger::rules {

/// What template fields stand for with one process. What is not known is an empty text.
class SubjectFields final : public FieldSource {
 public:
  SubjectFields(const Evaluation& subject, const Captures& captures) : subject_{subject}, captures_{captures} {}

  [[nodiscard]] std::string scalar(Field field) const override;
  [[nodiscard]] std::vector<std::string> slice(Field field) const override;
  [[nodiscard]] const Captures& captures() const override { return captures_; }

 private:
  const Evaluation& subject_;
  const Captures& captures_;
};

/// As Go writes a time.Time of UTC: "2026-11-21 09:07:50.92 +0000 UTC". In hundredths of a second, which /proc counts in: the same
/// process has the same name whoever saw it.
[[nodiscard]] std::string start_time_text(std::uint64_t unix_ns);

/// Adds the facts that the template's fields are made of.
void add_needs(const Template& text, Needs& needs);

}  // namespace procledger::rules
