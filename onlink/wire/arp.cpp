// SPDX-License-Identifier: Apache-2.0
#include "onlink/wire/arp.hpp"

#include <cassert>
#include <utility>

namespace onlink::inline v0 {
namespace {

constexpr std::size_t target_hardware_len(ArpHardwareType type, std::uint8_t hardware_len) noexcept {
  return type == ArpHardwareType::ieee1394 ? 0 : hardware_len;
}

}  // namespace

bool ArpMessage::operator==(const ArpMessage& other) const noexcept {
  return hardware_type == other.hardware_type && protocol_type == other.protocol_type &&
         hardware_len == other.hardware_len && protocol_len == other.protocol_len && operation == other.operation &&
         same_bytes(sender_hardware_addr, other.sender_hardware_addr) &&
         same_bytes(sender_protocol_addr, other.sender_protocol_addr) &&
         same_bytes(target_hardware_addr, other.target_hardware_addr) &&
         same_bytes(target_protocol_addr, other.target_protocol_addr);
}

std::size_t ArpMessage::size() const noexcept {
  return arp_header_size + hardware_len + target_hardware_len(hardware_type, hardware_len) +
         std::size_t{2} * protocol_len;
}

std::expected<ArpMessage, DecodeError> decode_arp_message(Bytes payload) noexcept {
  Reader in{payload};
  ArpMessage message{.hardware_type = ArpHardwareType{in.u16()},
                     .protocol_type = EtherType{in.u16()},
                     .hardware_len = in.u8(),
                     .protocol_len = in.u8(),
                     .operation = ArpOperation{in.u16()}};
  if (!in.ok()) return std::unexpected(DecodeError::truncated);
  if (message.hardware_type == ArpHardwareType::atm) return std::unexpected(DecodeError::unsupported);
  message.sender_hardware_addr = in.bytes(message.hardware_len);
  message.sender_protocol_addr = in.bytes(message.protocol_len);
  message.target_hardware_addr = in.bytes(target_hardware_len(message.hardware_type, message.hardware_len));
  message.target_protocol_addr = in.bytes(message.protocol_len);
  if (!in.ok()) return std::unexpected(DecodeError::truncated);
  return message;
}

void encode(const ArpMessage& message, Writer& out) noexcept {
  assert(message.sender_hardware_addr.size() == message.hardware_len);
  assert(message.sender_protocol_addr.size() == message.protocol_len);
  assert(message.target_hardware_addr.size() == target_hardware_len(message.hardware_type, message.hardware_len));
  assert(message.target_protocol_addr.size() == message.protocol_len);
  out.u16(std::to_underlying(message.hardware_type));
  out.u16(std::to_underlying(message.protocol_type));
  out.u8(message.hardware_len);
  out.u8(message.protocol_len);
  out.u16(std::to_underlying(message.operation));
  out.bytes(message.sender_hardware_addr);
  out.bytes(message.sender_protocol_addr);
  out.bytes(message.target_hardware_addr);
  out.bytes(message.target_protocol_addr);
}

std::expected<ArpPacket, DecodeError> decode_arp(Bytes payload) noexcept {
  Reader in{payload};
  ArpPacket packet;
  packet.hardware_type = ArpHardwareType{in.u16()};
  const EtherType protocol_type{in.u16()};
  const std::uint8_t hardware_len = in.u8();
  const std::uint8_t protocol_len = in.u8();
  packet.operation = ArpOperation{in.u16()};
  if (!in.ok()) return std::unexpected(DecodeError::truncated);
  if (packet.hardware_type != ArpHardwareType::ethernet && packet.hardware_type != ArpHardwareType::ieee802) {
    return std::unexpected(DecodeError::unsupported);
  }
  if (protocol_type != EtherType::ipv4) return std::unexpected(DecodeError::unsupported);
  if (hardware_len != 6 || protocol_len != 4) return std::unexpected(DecodeError::bad_length);
  packet.sender_hardware_addr.octets = in.octets<6>();
  packet.sender_protocol_addr.value = in.u32();
  packet.target_hardware_addr.octets = in.octets<6>();
  packet.target_protocol_addr.value = in.u32();
  if (!in.ok()) return std::unexpected(DecodeError::truncated);
  return packet;
}

void encode(const ArpPacket& packet, std::span<std::byte, arp_packet_size> out) noexcept {
  Writer writer{out};
  writer.u16(std::to_underlying(packet.hardware_type));
  writer.u16(std::to_underlying(EtherType::ipv4));
  writer.u8(6);
  writer.u8(4);
  writer.u16(std::to_underlying(packet.operation));
  writer.octets(packet.sender_hardware_addr.octets);
  writer.u32(packet.sender_protocol_addr.value);
  writer.octets(packet.target_hardware_addr.octets);
  writer.u32(packet.target_protocol_addr.value);
}

}  // namespace onlink::inline v0
