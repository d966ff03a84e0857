// SPDX-License-Identifier: Apache-2.0
// Result<T>: the return type of everything that is expected to fail now and then. Exceptions stop at third-party edges.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include <tl/expected.hpp>

namespace procledger {

enum class ErrorKind : std::uint8_t {
  kUsage,        ///< the caller asked for something that makes no sense: command line, configuration
  kPermission,   ///< the kernel refused for want of rights
  kUnsupported,  ///< this kernel or host does not have it
  kBusy,         ///< taken by somebody else: a port
  kGone,         ///< it vanished between being found and being read: a normal outcome for a process
  kMalformed,    ///< bytes that do not follow their format
  kIo,           ///< any other failed system call
};

/// What failed and what to do about it, in one line that a stranger understands.
struct Error {
  ErrorKind kind{ErrorKind::kIo};
  std::string message;

  /// Puts what was being attempted in front: "reading /proc/stat: permission denied".
  [[nodiscard]] Error within(std::string_view context) && {
    message.insert(0, std::string{context} + ": ");
    return std::move(*this);
  }
};

template <typename T>
using Result = tl::expected<T, Error>;

[[nodiscard]] inline tl::unexpected<Error> fail(ErrorKind kind, std::string message) {
  return tl::unexpected<Error>{Error{kind, std::move(message)}};
}

/// The error of a failed system call, its kind taken from `errno_value`.
[[nodiscard]] Error system_error(std::string_view what, int errno_value);

}  // namespace procledger
