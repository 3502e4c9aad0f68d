// SPDX-License-Identifier: Apache-2.0
#include "onlink/wire/ethernet.hpp"

#include <cassert>
#include <utility>

namespace onlink::inline v0 {
namespace {

constexpr std::uint16_t max_length_field = 0x05dc;  // IEEE 802.3: up to 1500 the field is a length,
constexpr std::uint16_t min_type_field = 0x0600;    // from 1536 a type; between them it is undefined
constexpr std::size_t llc_size = 3;
constexpr std::size_t snap_size = 8;

std::expected<EthernetFrame, DecodeError> decode_llc(EthernetFrame frame, std::uint16_t length, Bytes rest) noexcept {
  if (length > rest.size()) return std::unexpected(DecodeError::bad_length);
  EthernetHeader& header = frame.header;
  Reader in{rest.first(length)};
  header.llc = {.dsap = in.u8(), .ssap = in.u8(), .control = in.u8()};
  header.encapsulation = Encapsulation::llc;
  header.type = EtherType{0};
  if (header.llc.dsap == 0xaa && header.llc.ssap == 0xaa && header.llc.control == 0x03) {
    header.encapsulation = Encapsulation::snap;
    header.llc.oui = in.octets<3>();
    header.type = EtherType{in.u16()};
  }
  if (!in.ok()) return std::unexpected(DecodeError::bad_length);
  frame.payload = in.rest();
  frame.trailing = rest.subspan(length);
  return frame;
}

constexpr std::size_t llc_part_size(Encapsulation encapsulation) noexcept {
  switch (encapsulation) {
    case Encapsulation::ethernet2:
      return 0;
    case Encapsulation::llc:
      return llc_size;
    case Encapsulation::snap:
      return snap_size;
  }
  return 0;
}

}  // namespace

std::size_t EthernetHeader::size() const noexcept {
  return ethernet_header_size + 4 * vlans.size() + llc_part_size(encapsulation);
}

bool EthernetFrame::operator==(const EthernetFrame& other) const noexcept {
  return header == other.header && same_bytes(payload, other.payload) && same_bytes(trailing, other.trailing);
}

std::expected<EthernetFrame, DecodeError> decode_ethernet(Bytes bytes) noexcept {
  Reader in{bytes};
  EthernetFrame frame;
  frame.header.destination.octets = in.octets<6>();
  frame.header.source.octets = in.octets<6>();
  std::uint16_t type = in.u16();
  while (is_vlan_tpid(EtherType{type})) {
    if (!frame.header.vlans.push({.tpid = EtherType{type}, .tci = in.u16()})) {
      return std::unexpected(DecodeError::unsupported);
    }
    type = in.u16();
  }
  if (!in.ok()) return std::unexpected(DecodeError::truncated);
  if (type <= max_length_field) return decode_llc(frame, type, in.rest());
  if (type < min_type_field) return std::unexpected(DecodeError::malformed);
  frame.header.type = EtherType{type};
  frame.payload = in.rest();
  return frame;
}

void encode(const EthernetHeader& header, std::size_t payload_size, Writer& out) noexcept {
  out.octets(header.destination.octets);
  out.octets(header.source.octets);
  for (const VlanTag tag : header.vlans) {
    out.u16(std::to_underlying(tag.tpid));
    out.u16(tag.tci);
  }
  if (header.encapsulation == Encapsulation::ethernet2) {
    out.u16(std::to_underlying(header.type));
    return;
  }
  const std::size_t length = llc_part_size(header.encapsulation) + payload_size;
  assert(length <= max_length_field);
  out.u16(static_cast<std::uint16_t>(length));
  out.u8(header.llc.dsap);
  out.u8(header.llc.ssap);
  out.u8(header.llc.control);
  if (header.encapsulation == Encapsulation::snap) {
    out.octets(header.llc.oui);
    out.u16(std::to_underlying(header.type));
  }
}

std::string to_string(EtherType type) {
  switch (type) {
    case EtherType::ipv4:
      return "IPv4";
    case EtherType::arp:
      return "ARP";
    case EtherType::trail:
      return "trailer";
    case EtherType::rarp:
      return "RARP";
    case EtherType::vlan:
      return "802.1Q";
    case EtherType::ipv6:
      return "IPv6";
    case EtherType::service_vlan:
      return "802.1ad";
    case EtherType::loopback_test:
      return "loopback";
    case EtherType::legacy_vlan_9100:
    case EtherType::legacy_vlan_9200:
      break;
  }
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text = "0x";
  for (int shift = 12; shift >= 0; shift -= 4) text += digits[std::to_underlying(type) >> shift & 0xf];
  return text;
}

}  // namespace onlink::inline v0
