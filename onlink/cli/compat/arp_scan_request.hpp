// SPDX-License-Identifier: Apache-2.0
// The frame that arp-scan sends, every field of which an option can set. What the fields claim need not be true.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "onlink/base/bytes.hpp"
#include "onlink/base/ip_address.hpp"
#include "onlink/base/mac_address.hpp"

namespace onlink::inline v0::cli::compat {

struct ArpScanRequest {
  MacAddress destination = broadcast_mac;                           // --destaddr
  MacAddress source{};                                              // --srcaddr
  std::optional<std::uint16_t> vlan{};                              // --vlan: the tag's 16 bits
  bool llc_snap = false;                                            // --llc
  std::uint16_t type = 0x0806;                                      // --prototype
  std::uint16_t hardware_type = 1;                                  // --arphrd
  std::uint16_t protocol_type = 0x0800;                             // --arppro
  std::uint8_t hardware_len = 6;                                    // --arphln
  std::uint8_t protocol_len = 4;                                    // --arppln
  std::uint16_t operation = 1;                                      // --arpop
  MacAddress sender_hardware_addr{};                                // --arpsha
  std::optional<Ipv4Address> sender_protocol_addr = Ipv4Address{};  // --arpspa; none: the target's own
  MacAddress target_hardware_addr{};                                // --arptha
  std::vector<std::byte> padding{};                                 // --padding
};

[[nodiscard]] std::size_t frame_size(const ArpScanRequest& request) noexcept;

// The request for one target. REQUIRES: `out` has frame_size() octets.
void encode(const ArpScanRequest& request, Ipv4Address target, MutableBytes out) noexcept;

// The octets that --bandwidth reckons with.
[[nodiscard]] std::uint64_t octets_on_wire(const ArpScanRequest& request) noexcept;

}  // namespace onlink::inline v0::cli::compat
