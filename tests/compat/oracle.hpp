// SPDX-License-Identifier: Apache-2.0
// The originals that ours are compared with: Debian's programs, unpacked under build/oracles by `./dev test` (nothing
// of them is installed or runs by itself), or those of the system.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace onlink::inline v0::test {

struct Oracle {
  std::string path{};
  std::vector<std::string> environment{};  // what it needs to find the libraries that were unpacked with it
};

// "arping-iputils", "arping-habets", "arp-scan", "arp", "ndisc6", "dhcpcd", "avahi-autoipd", "rarpd"; nothing where
// neither the build's tree (or that of the environment variable ONLINK_ORACLES) nor the system has it. The two arpings
// bear one name: the system's is the one of iputils, unless it says otherwise.
[[nodiscard]] std::optional<Oracle> find_oracle(std::string_view name);

// Its path, for a test that skips where there is none.
[[nodiscard]] std::optional<std::string> oracle_program(std::string_view name);

}  // namespace onlink::inline v0::test
