// SPDX-License-Identifier: Apache-2.0
#include "ledger/classifier.hpp"

namespace procledger::ledger {

ProcessFacts facts_of(const event::Observation& seen) {
  return {.comm = seen.comm.view(),
          .filename = {},
          .args = {},
          .tgid = seen.process.tgid,
          .parent_tgid = seen.parent ? seen.parent->tgid : 0,
          .uid = seen.uid,
          .cgroup_id = seen.cgroup_id,
          .kernel_thread = seen.kernel_thread};
}

}  // namespace procledger::ledger
