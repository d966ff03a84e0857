// SPDX-License-Identifier: Apache-2.0
#include "ledger/classifier.hpp"

namespace procledger::ledger {

ProcessFacts facts_of(const event::Observation& seen) {
  ProcessFacts facts;
  facts.comm = seen.comm.view();
  facts.tgid = seen.process.tgid;
  facts.parent_tgid = seen.parent ? seen.parent->tgid : 0;
  facts.uid = seen.uid;
  facts.birth_ns = seen.task.birth_ns;
  facts.cgroup_id = seen.cgroup_id;
  facts.kernel_thread = seen.kernel_thread;
  facts.dead = seen.died;
  return facts;
}

}  // namespace procledger::ledger
