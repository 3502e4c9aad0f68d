// SPDX-License-Identifier: Apache-2.0
// A host of the world that the tools look at. It is no kernel's: it speaks when asked, always in the same way, and
// oddly where a case wants that.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "onlink/base/ip_address.hpp"
#include "onlink/base/mac_address.hpp"
#include "onlink/base/time.hpp"
#include "onlink/wire/ethernet.hpp"

namespace onlink::compat_diff {

struct ScriptedHost {
  std::vector<IpAddress> addresses{};
  MacAddress mac{};
  bool router = false;
  std::size_t skip = 0;                      // questions that it does not answer before it begins to
  std::size_t times = 1;                     // how often each answer comes
  Duration late{};                           // how long after the question
  VlanStack lives_in{};                      // it hears only questions with these tags, and answers with them
  VlanStack tags{};                          // its answers come with these tags, whatever the question had
  bool llc = false;                          // its answers come in LLC/SNAP; it hears questions in it too
  std::string padding{};                     // octets behind the answer
  std::optional<MacAddress> source{};        // of its frames, where it is not its own MAC
  std::optional<MacAddress> destination{};   // likewise
  std::optional<std::uint16_t> operation{};  // of its ARP replies
};

// "ADDR[,ADDR...] MAC [QUIRK...]": router, skip=N, times=N, late=MS, in=VLANS, vlan=VLANS (802.1Q; "q:1.q:2" and the
// like as parse_vlan_stack() has it), llc, pad=HEX, source=MAC, to=MAC, op=N. Throws std::runtime_error.
[[nodiscard]] ScriptedHost parse_host(std::string_view text);

}  // namespace onlink::compat_diff
