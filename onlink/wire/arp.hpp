// SPDX-License-Identifier: Apache-2.0
// ARP (RFC 826), RARP (RFC 903) and InARP (RFC 2390) share one layout. ArpMessage is that layout for any hardware and
// protocol address lengths, as a tolerant observer needs it; ArpPacket is the strict Ethernet/IPv4 form that engines
// speak. RARP is the same bytes under EtherType 0x8035.
#pragma once

#include <cstdint>
#include <expected>
#include <string>

#include "onlink/base/bytes.hpp"
#include "onlink/base/error.hpp"
#include "onlink/base/ip_address.hpp"
#include "onlink/base/mac_address.hpp"
#include "onlink/wire/ethernet.hpp"

namespace onlink::inline v0 {

// IANA "arp-parameters"; open: any 16-bit value may be held.
enum class ArpOperation : std::uint16_t {
  request = 1,
  reply = 2,
  reverse_request = 3,
  reverse_reply = 4,
  drarp_request = 5,
  drarp_reply = 6,
  drarp_error = 7,
  inverse_request = 8,
  inverse_reply = 9,
  nak = 10,  // RFC 1577
  mars_request = 11,
  mars_multi = 12,
  mars_mserv = 13,
  mars_join = 14,
  mars_leave = 15,
  mars_nak = 16,
  mars_unserv = 17,
  mars_sjoin = 18,
  mars_sleave = 19,
  mars_grouplist_request = 20,
  mars_grouplist_reply = 21,
  mars_redirect_map = 22,
  mapos_unarp = 23,
  experimental_1 = 24,  // RFC 5494
  experimental_2 = 25,
};
[[nodiscard]] std::string to_string(ArpOperation operation);  // "request", ..., "unknown(99)"

enum class ArpHardwareType : std::uint16_t {
  ethernet = 1,
  ieee802 = 6,
  arcnet = 7,
  frame_relay = 15,
  atm_16 = 16,
  fibre_channel = 18,
  atm = 19,
  serial_line = 20,
  atm_21 = 21,
  ieee1394 = 24,
  eui64 = 27,
  infiniband = 32,
  experimental_1 = 36,  // RFC 5494
  experimental_2 = 256,
};
[[nodiscard]] std::string to_string(ArpHardwareType type);

inline constexpr std::size_t arp_header_size = 8;  // all before the addresses

// Variable form. The address spans point into the decoded bytes; equality compares their content.
struct ArpMessage {
  ArpHardwareType hardware_type = ArpHardwareType::ethernet;
  EtherType protocol_type = EtherType::ipv4;
  std::uint8_t hardware_len = 6;
  std::uint8_t protocol_len = 4;
  ArpOperation operation = ArpOperation::request;
  Bytes sender_hardware_addr{};
  Bytes sender_protocol_addr{};
  Bytes target_hardware_addr{};
  Bytes target_protocol_addr{};

  bool operator==(const ArpMessage& other) const noexcept;
  // 8 + 2 * hardware_len + 2 * protocol_len; IEEE 1394 (type 24) has no target hardware address.
  [[nodiscard]] std::size_t size() const noexcept;
};

// Refuses: truncated (fewer octets than size()); unsupported (hardware type 19, whose bytes 4-5 mean something else).
[[nodiscard]] std::expected<ArpMessage, DecodeError> decode_arp_message(Bytes payload) noexcept;
// REQUIRES: each span has the length that the length fields say.
void encode(const ArpMessage& message, Writer& out) noexcept;

// Ethernet (hardware type 1, or 6 as Linux accepts) and IPv4.
struct ArpPacket {
  ArpOperation operation = ArpOperation::request;
  MacAddress sender_hardware_addr{};
  Ipv4Address sender_protocol_addr{};
  MacAddress target_hardware_addr{};
  Ipv4Address target_protocol_addr{};
  ArpHardwareType hardware_type = ArpHardwareType::ethernet;  // as received; answers carry ethernet

  bool operator==(const ArpPacket&) const = default;

  // RFC 5227 section 1.1: a request with sender address 0.0.0.0 / with sender = target.
  [[nodiscard]] constexpr bool is_probe() const noexcept {
    return operation == ArpOperation::request && sender_protocol_addr.is_unspecified();
  }
  [[nodiscard]] constexpr bool is_announcement() const noexcept {
    return operation == ArpOperation::request && !is_probe() && sender_protocol_addr == target_protocol_addr;
  }
};

inline constexpr std::size_t arp_packet_size = 28;

// Refuses: truncated; bad_length (lengths are not 6 and 4); unsupported (hardware type not 1 or 6, protocol not IPv4).
[[nodiscard]] std::expected<ArpPacket, DecodeError> decode_arp(Bytes payload) noexcept;
void encode(const ArpPacket& packet, std::span<std::byte, arp_packet_size> out) noexcept;

}  // namespace onlink::inline v0
