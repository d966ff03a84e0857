// SPDX-License-Identifier: Apache-2.0
// What Prometheus answers, as values.
#pragma once

#include <string>

#include "base/result.hpp"
#include "commands/report/series.hpp"

namespace procledger::report {

/// The series of a range query's answer, `{"status": "success", "data": {"resultType": "matrix", ...}}`. Values that are no numbers are
/// left out.
/// @param status  of HTTP
/// @error  kIo: Prometheus refused, with its own words; kMalformed: this is no answer of Prometheus
[[nodiscard]] Result<report::SeriesList> parse_matrix(long status, const std::string& body);

}  // namespace procledger::report
