// SPDX-License-Identifier: Apache-2.0
// Facts in words.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "sources/probe/host_facts.hpp"

namespace procledger::commands {

/// {name, value} in the order in which they are shown. The names are those of the JSON, too.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> facts_in_words(const probe::HostFacts& facts);

}  // namespace procledger::commands
