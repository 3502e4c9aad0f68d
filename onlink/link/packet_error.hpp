// SPDX-License-Identifier: Apache-2.0
// What a failed call on a packet socket means, in one line with the remedy. Internal to link.
#pragma once

#include <string>
#include <string_view>

#include "onlink/base/error.hpp"

namespace onlink::inline v0 {

// "eth0: open packet socket: Operation not permitted (needs CAP_NET_RAW)"
[[nodiscard]] Error packet_error(std::string_view interface, std::string_view operation, int sys_errno);

// "eth0: the interface is down (bring it up: ip link set eth0 up)"
[[nodiscard]] Error interface_down_error(std::string_view interface);
// "eth0: no carrier (cable unplugged, peer down, or not associated)"
[[nodiscard]] Error no_carrier_error(std::string_view interface);
// "eth0: the link went down"
[[nodiscard]] Error link_lost_error(std::string_view interface);

}  // namespace onlink::inline v0
