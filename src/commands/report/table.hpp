// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "commands/report/formats.hpp"

namespace procledger::report {

/// Columns for people.
[[nodiscard]] std::string table(const Page& page);

}  // namespace procledger::report
