// SPDX-License-Identifier: Apache-2.0
// libmnl's iterators as one function each, over bytes that may say anything.
#pragma once

#include <libmnl/libmnl.h>

#include <cstddef>
#include <cstdint>
#include <span>

namespace procledger::taskstats {

/// Calls `visit(header, payload)` for each message. False: the datagram ends in the middle of one. `datagram` begins at a multiple of 4.
template <typename Visit>
[[nodiscard]] bool each_message(std::span<const std::byte> datagram, Visit visit) {
  auto left = static_cast<int>(datagram.size());
  const auto* header = reinterpret_cast<const nlmsghdr*>(datagram.data());
  // libmnl 1.0.4 takes a length of 2 GiB and more for a negative one, which is less than what is left.
  while (mnl_nlmsg_ok(header, left) && header->nlmsg_len <= static_cast<std::uint32_t>(left)) {
    visit(*header, std::span{static_cast<const std::byte*>(mnl_nlmsg_get_payload(header)), mnl_nlmsg_get_payload_len(header)});
    header = mnl_nlmsg_next(header, &left);
  }
  return left <= 0;
}

/// Calls `visit(attribute)` for each attribute. False: the bytes end in the middle of one.
template <typename Visit>
[[nodiscard]] bool each_attribute(std::span<const std::byte> bytes, Visit visit) {
  const auto* attribute = reinterpret_cast<const nlattr*>(bytes.data());
  auto left = static_cast<int>(bytes.size());
  while (mnl_attr_ok(attribute, left)) {
    visit(*attribute);
    left -= MNL_ALIGN(attribute->nla_len);
    attribute = mnl_attr_next(attribute);
  }
  return left <= 0;
}

[[nodiscard]] inline std::span<const std::byte> payload_of(const nlattr& attribute) {
  return {static_cast<const std::byte*>(mnl_attr_get_payload(&attribute)), mnl_attr_get_payload_len(&attribute)};
}

}  // namespace procledger::taskstats
