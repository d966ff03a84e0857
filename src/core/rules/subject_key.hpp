// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

#include "core/rules/match_context.hpp"
#include "core/rules/needs.hpp"

namespace procledger::rules {

/// Appends the needed facts, and the answers to all of `questions` about descent, so that no two different sets of them read the same.
void append_key(Evaluation& subject, const Needs& needs, std::size_t questions, std::string& key);

}  // namespace procledger::rules
