// SPDX-License-Identifier: Apache-2.0
#include "grouping/grouping.hpp"

#include <string>

namespace procledger::grouping {
namespace {

/// `{{.Comm}}`. Any process may call itself "(kernel)" or nothing at all (prctl(PR_SET_NAME)): it must neither slip into a reserved
/// group nor make a label with an empty value, which Prometheus takes for no label.
std::string name_by_comm(std::string_view comm) {
  std::string name;
  if (comm.empty() || is_reserved(comm)) name = "comm:";
  name += comm;
  return name;
}

}  // namespace

ledger::Decision Grouping::decide(const ledger::ProcessFacts& facts) {
  if (facts.kernel_thread) return table_.intern_reserved(kKernelGroup);
  // A child runs its parent's program until it calls exec, also a helper that the kernel started.
  if (facts.creator && facts.creator->group < table_.size()) return table_.join(facts.creator->group);
  return table_.intern({name_by_comm(facts.comm), {}});
}

ledger::Decision Grouping::unattributed() { return table_.intern_reserved(kUnattributedGroup); }

}  // namespace procledger::grouping
