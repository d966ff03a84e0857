// SPDX-License-Identifier: Apache-2.0
// What a snapshot holds below its groups: rows of threads, processes and thread names.
#pragma once

#include <cstddef>

#include "core/metrics/snapshot.hpp"

namespace procledger::metrics {

/// Makes the text of all detail rows safe (base/text.hpp), since processes choose it, and puts them in order: names by name, threads by
/// tid, processes by pid. Rows that cannot be told apart after that become one, their figures added up: two names of invalid bytes, or a
/// pid that was reused during the walk. Of two such processes the path, arguments and user of the first stay.
/// @param label_bytes  most that a text may have; longer ones are cut and get a hash
void make_details_safe(Snapshot& snapshot, std::size_t label_bytes);

}  // namespace procledger::metrics
