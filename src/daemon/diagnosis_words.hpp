// SPDX-License-Identifier: Apache-2.0
// Facts in words.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "choice/host_facts.hpp"

namespace procledger::daemon {

/// {name, value} in the order in which they are shown. The names are those of the JSON, too.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> facts_in_words(const choice::HostFacts& facts);

}  // namespace procledger::daemon
