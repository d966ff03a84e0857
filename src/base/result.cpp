// SPDX-License-Identifier: Apache-2.0
#include "base/result.hpp"

#include <cerrno>
#include <system_error>

namespace procledger {
namespace {

ErrorKind kind_of(int errno_value) {
  switch (errno_value) {
    case EPERM:
    case EACCES:
      return ErrorKind::kPermission;
    case ENOENT:
    case ESRCH:
      return ErrorKind::kGone;
    case EADDRINUSE:
    case EBUSY:
      return ErrorKind::kBusy;
    case ENOSYS:
    case EOPNOTSUPP:
    case EAFNOSUPPORT:
      return ErrorKind::kUnsupported;
    default:
      return ErrorKind::kIo;
  }
}

}  // namespace

Error system_error(std::string_view what, int errno_value) {
  return {kind_of(errno_value), std::string{what} + ": " + std::generic_category().message(errno_value)};
}

}  // namespace procledger
