// SPDX-License-Identifier: Apache-2.0
#include "onlink/link/packet_error.hpp"

#include <cerrno>
#include <system_error>

namespace onlink::inline v0 {
namespace {

ErrorCode code_of(int sys_errno) {
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
    case EPROTONOSUPPORT:
    case EAFNOSUPPORT:
      return ErrorCode::unsupported;
    default:
      return ErrorCode::system;
  }
}

}  // namespace

Error packet_error(std::string_view interface, std::string_view operation, int sys_errno) {
  const ErrorCode code = code_of(sys_errno);
  std::string text = std::string{interface} + ": ";
  if (code == ErrorCode::no_interface) {
    text += "no such interface (list them: ip link)";
  } else {
    text.append(operation).append(": ").append(std::generic_category().message(sys_errno));
    if (code == ErrorCode::permission) text += " (needs CAP_NET_RAW)";
  }
  return {code, sys_errno, std::move(text)};
}

Error interface_down_error(std::string_view interface) {
  const std::string name{interface};
  return {ErrorCode::link_down, ENETDOWN, name + ": the interface is down (bring it up: ip link set " + name + " up)"};
}

Error no_carrier_error(std::string_view interface) {
  return {ErrorCode::link_down, ENETDOWN,
          std::string{interface} + ": no carrier (cable unplugged, peer down, or not associated)"};
}

Error link_lost_error(std::string_view interface) {
  return {ErrorCode::link_down, ENETDOWN, std::string{interface} + ": the link went down"};
}

}  // namespace onlink::inline v0
