// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace procledger::exposition {

/// The shortest text that reads back as exactly `value`; whole numbers up to 10^15 without exponent; "NaN", "+Inf", "-Inf".
void append_number(std::string& out, double value);

/// A histogram bound as a label value: always with a fraction ("1.0"), as OpenMetrics wants it. Both formats use this one form, so that a
/// scraper that changes formats goes on with the same series.
void append_bound(std::string& out, double bound);

}  // namespace procledger::exposition
