// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/hosts_file.hpp"

#include <sstream>
#include <string_view>

namespace onlink::inline v0::cli {

HostsFile read_hosts_file(std::istream& in) {
  HostsFile hosts;
  for (std::string line; std::getline(in, line);) {
    std::istringstream words{line.substr(0, line.find('#'))};
    std::string address, name;
    if (!(words >> address >> name)) continue;
    // "fe80::1%eth0" names a link; the scan's own is meant by the caller.
    if (const auto ip = parse_ip(std::string_view{address}.substr(0, address.find('%')))) hosts.try_emplace(*ip, name);
  }
  return hosts;
}

}  // namespace onlink::inline v0::cli
