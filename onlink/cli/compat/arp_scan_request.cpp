// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/compat/arp_scan_request.hpp"

#include <algorithm>

#include "onlink/wire/arp.hpp"
#include "onlink/wire/ethernet.hpp"

namespace onlink::inline v0::cli::compat {
namespace {

constexpr std::size_t tag_size = 4;
constexpr std::size_t snap_size = 8;
constexpr std::uint32_t snap_start = 0xaaaa0300;  // DSAP, SSAP, control, first octet of OUI 00:00:00
constexpr std::uint64_t min_payload = 46;
constexpr std::uint64_t header_and_check = 18;

}  // namespace

std::size_t frame_size(const ArpScanRequest& request) noexcept {
  return ethernet_header_size + (request.vlan ? tag_size : 0) + (request.llc_snap ? snap_size : 0) + arp_packet_size +
         request.padding.size();
}

std::uint64_t octets_on_wire(const ArpScanRequest& request) noexcept {
  return std::max<std::uint64_t>(frame_size(request), min_payload) + header_and_check;
}

void encode(const ArpScanRequest& request, Ipv4Address target, MutableBytes out) noexcept {
  Writer writer{out};
  writer.octets(request.destination.octets);
  writer.octets(request.source.octets);
  if (request.vlan) {
    writer.u16(static_cast<std::uint16_t>(EtherType::vlan));
    writer.u16(*request.vlan);
  }
  if (request.llc_snap) {
    // The original counts the Ethernet header into the 802.3 length, and leaves out the padding.
    writer.u16(static_cast<std::uint16_t>(frame_size(request) - request.padding.size()));
    writer.u32(snap_start);
    writer.u16(0);
  }
  writer.u16(request.type);
  writer.u16(request.hardware_type);
  writer.u16(request.protocol_type);
  writer.u8(request.hardware_len);
  writer.u8(request.protocol_len);
  writer.u16(request.operation);
  writer.octets(request.sender_hardware_addr.octets);
  writer.u32(request.sender_protocol_addr.value_or(target).value);
  writer.octets(request.target_hardware_addr.octets);
  writer.u32(target.value);
  writer.bytes(request.padding);
}

}  // namespace onlink::inline v0::cli::compat
