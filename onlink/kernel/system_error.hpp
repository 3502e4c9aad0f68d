// SPDX-License-Identifier: Apache-2.0
// errno to Error, in one place: which kind of failure it is, and the remedy where there is one.
#pragma once

#include <cerrno>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "onlink/base/error.hpp"

namespace onlink::inline v0::kernel {

[[nodiscard]] inline ErrorCode error_code_of(int sys_errno) noexcept {
  switch (sys_errno) {
    case EPERM:
    case EACCES:
      return ErrorCode::permission;
    case ENODEV:
    case ENXIO:
      return ErrorCode::no_interface;
    case ENETDOWN:
      return ErrorCode::link_down;
    case EOPNOTSUPP:
    case EAFNOSUPPORT:
      return ErrorCode::unsupported;
    default:
      return ErrorCode::system;
  }
}

// "eth0: set up: Operation not permitted (needs CAP_NET_ADMIN)": `what` is all before the last colon, `remedy` what the
// parentheses hold; it is shown for a lack of permission only.
[[nodiscard]] inline Error system_error(int sys_errno, std::string what, std::string_view remedy = {}) {
  const ErrorCode code = error_code_of(sys_errno);
  what += ": ";
  what += std::generic_category().message(sys_errno);
  if (code == ErrorCode::permission && !remedy.empty()) {
    what += " (";
    what += remedy;
    what += ')';
  }
  return {code, sys_errno, std::move(what)};
}

}  // namespace onlink::inline v0::kernel
