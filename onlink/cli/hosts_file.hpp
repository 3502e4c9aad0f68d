// SPDX-License-Identifier: Apache-2.0
// The names that /etc/hosts gives addresses (hosts(5)).
#pragma once

#include <istream>
#include <string>
#include <unordered_map>

#include "onlink/base/ip_address.hpp"

namespace onlink::inline v0::cli {

// The first name of each address; lines that are none are passed over, as every resolver does.
using HostsFile = std::unordered_map<IpAddress, std::string>;
[[nodiscard]] HostsFile read_hosts_file(std::istream& in);

}  // namespace onlink::inline v0::cli
