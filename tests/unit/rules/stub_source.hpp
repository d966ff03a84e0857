// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/rules/template.hpp"

namespace procledger::rules {

/// The value of every scalar is its name, so that a wrong field is visible.
class StubSource final : public FieldSource {
 public:
  explicit StubSource(Captures captures = {}, std::vector<std::string> cgroups = {"/a", "/b"})
      : captures_{std::move(captures)}, cgroups_{std::move(cgroups)} {}

  [[nodiscard]] std::string scalar(Field field) const override { return "<" + std::string{field_name(field)} + ">"; }
  [[nodiscard]] std::vector<std::string> slice(Field) const override { return cgroups_; }
  [[nodiscard]] const Captures& captures() const override { return captures_; }

 private:
  Captures captures_;
  std::vector<std::string> cgroups_;
};

}  // namespace procledger::rules
