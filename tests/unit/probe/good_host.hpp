// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sources/probe/host_facts.hpp"

namespace procledger::test {

/// A host on which every source has all its requirements, and the program has no other rights.
inline probe::HostFacts good_host() {
  probe::HostFacts facts;
  facts.kernel.release = "6.1.0-9-amd64";
  facts.kernel.machine = "x86_64";
  facts.kernel.btf = probe::Btf::kUsable;
  facts.kernel.fields = event::KernelFacts{};
  facts.kernel.fields->btf = true;
  facts.kernel.fields->run_queue_wait = true;
  facts.kernel.fields->storage_io = true;
  facts.kernel.fields->call_io = true;
  facts.kernel.maps_in_memlock = false;
  facts.kernel.lockdown = probe::Lockdown::kNone;
  facts.kernel.unprivileged_bpf_disabled = 2;
  facts.kernel.schedstat = true;
  facts.kernel.taskstats = true;
  facts.kernel.proc_connector = true;
  facts.kernel.delay_accounting = false;
  facts.rights.uid = 998;
  facts.rights.effective = {probe::Capability::kBpf, probe::Capability::kPerfmon, probe::Capability::kSysPtrace,
                            probe::Capability::kDacReadSearch, probe::Capability::kNetAdmin};
  facts.rights.seccomp = false;
  facts.namespaces = {.pid = true, .user = true, .net = true};
  facts.proc.hidepid = 0;
  facts.cgroup = "v2";
  return facts;
}

}  // namespace procledger::test
