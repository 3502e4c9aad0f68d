// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/compat/arping_world.hpp"

namespace onlink::inline v0::cli::compat {

std::optional<Ipv4Address> read_address(HostNames& names, const std::string& text) {
  const auto address = names.literal(text.substr(0, text.find_first_of(" \t\n\v\f\r")), Family::ipv4);
  return address ? std::optional{address->ipv4()} : std::nullopt;
}

std::string_view reason(NoAddress why) noexcept {
  switch (why) {
    case NoAddress::unreachable:
      return "Temporary failure in name resolution";
    case NoAddress::other_family:
      return "Address family for hostname not supported";
    case NoAddress::unknown:
      break;
  }
  return "Name or service not known";
}

}  // namespace onlink::inline v0::cli::compat
