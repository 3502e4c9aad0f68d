// SPDX-License-Identifier: Apache-2.0
// What arp-scan hears: which frames it takes, and what it reads in them. It looks at no operation, length or type field
// of the ARP header, so that whatever a host sends back is an answer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "onlink/base/bytes.hpp"
#include "onlink/base/ip_address.hpp"
#include "onlink/base/mac_address.hpp"

namespace onlink::inline v0::cli::compat {

// The shortest frame that is looked into, whatever it is encapsulated in.
inline constexpr std::size_t shortest_scan_answer = 42;

// Whether arp-scan's capture filter lets it through: to the MAC address that the requests bear as their sender's
// (--arpsha), and ARP, plain, in LLC/SNAP or below one VLAN tag. The kernel takes off the outermost tag before a filter
// sees the frame.
[[nodiscard]] bool passes_scan_filter(Bytes frame, const MacAddress& own) noexcept;

struct ArpScanAnswer {
  MacAddress frame_source{};
  MacAddress sender_hardware_addr{};
  Ipv4Address sender_protocol_addr{};
  std::uint16_t protocol_type = 0x0800;
  std::optional<std::uint16_t> vlan{};  // the tag's identifier
  bool llc_snap = false;
  Bytes padding{};  // behind the ARP packet; into the frame
};

// Nothing: the frame ends within its ARP packet.
[[nodiscard]] std::optional<ArpScanAnswer> read_scan_answer(Bytes frame) noexcept;

}  // namespace onlink::inline v0::cli::compat
