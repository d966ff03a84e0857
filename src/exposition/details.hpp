// SPDX-License-Identifier: Apache-2.0
// Series below the group: thread names, single threads, single processes. Only what was asked for is in a snapshot.
#pragma once

#include "exposition/group_rows.hpp"

namespace procledger::exposition {

void add_details(ModelBuilder& out, const GroupRows& rows);

}  // namespace procledger::exposition
