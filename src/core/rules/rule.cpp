// SPDX-License-Identifier: Apache-2.0
#include "core/rules/rule.hpp"

namespace procledger::rules {

bool Match::empty() const { return *this == Match{}; }

}  // namespace procledger::rules
