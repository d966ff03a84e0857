// SPDX-License-Identifier: Apache-2.0
#include "sources/probe/capability.hpp"

#include <linux/capability.h>

namespace procledger::probe {

int number_of(Capability capability) {
  switch (capability) {
    case Capability::kDacReadSearch:
      return CAP_DAC_READ_SEARCH;
    case Capability::kNetBindService:
      return CAP_NET_BIND_SERVICE;
    case Capability::kNetAdmin:
      return CAP_NET_ADMIN;
    case Capability::kSysPtrace:
      return CAP_SYS_PTRACE;
    case Capability::kSysAdmin:
      return CAP_SYS_ADMIN;
    case Capability::kSysResource:
      return CAP_SYS_RESOURCE;
    case Capability::kPerfmon:
      return CAP_PERFMON;
    case Capability::kBpf:
      return CAP_BPF;
  }
  return -1;
}

std::string_view name_of(Capability capability) {
  switch (capability) {
    case Capability::kDacReadSearch:
      return "CAP_DAC_READ_SEARCH";
    case Capability::kNetBindService:
      return "CAP_NET_BIND_SERVICE";
    case Capability::kNetAdmin:
      return "CAP_NET_ADMIN";
    case Capability::kSysPtrace:
      return "CAP_SYS_PTRACE";
    case Capability::kSysAdmin:
      return "CAP_SYS_ADMIN";
    case Capability::kSysResource:
      return "CAP_SYS_RESOURCE";
    case Capability::kPerfmon:
      return "CAP_PERFMON";
    case Capability::kBpf:
      return "CAP_BPF";
  }
  return "";
}

std::string CapabilitySet::joined(std::string_view separator) const {
  std::string text;
  for (const Capability each : kCapabilities) {
    if (has(each)) (text += text.empty() ? std::string_view{} : separator) += name_of(each);
  }
  return text;
}

}  // namespace procledger::probe
