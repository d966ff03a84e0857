// SPDX-License-Identifier: Apache-2.0
// Result<T> is the return type of every function that may fail in normal operation. Exceptions stop where a library throws them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include <tl/expected.hpp>

namespace procledger {

enum class ErrorKind : std::uint8_t {
  kUsage,        ///< the command line or the configuration is wrong
  kPermission,   ///< the kernel refused because a right is missing
  kUnsupported,  ///< this kernel or host lacks the feature
  kBusy,         ///< another process uses the resource, for example a port
  kGone,         ///< the object vanished before it was read: normal for a process
  kMalformed,    ///< bytes that do not follow their format
  kIo,           ///< any other failed system call
};

/// One line that says what failed and what to do next, for readers that do not know the code.
struct Error {
  ErrorKind kind{ErrorKind::kIo};
  std::string message;

  /// Prefixes the message with the operation that failed: "reading /proc/stat: permission denied".
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

/// The error of a failed system call. `errno_value` decides the kind.
[[nodiscard]] Error system_error(std::string_view what, int errno_value);

}  // namespace procledger
