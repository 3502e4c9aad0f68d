// SPDX-License-Identifier: Apache-2.0
#include "onlink/wire/ipv4.hpp"

#include <cassert>
#include <utility>

#include "onlink/wire/checksum.hpp"

namespace onlink::inline v0 {
namespace {

constexpr std::uint16_t reserved_bit = 0x8000;
constexpr std::uint16_t dont_fragment_bit = 0x4000;
constexpr std::uint16_t more_fragments_bit = 0x2000;
constexpr std::uint16_t offset_mask = 0x1fff;

// REQUIRES: the header is complete.
Ipv4Header read_header(Bytes bytes) noexcept {
  Reader in{bytes};
  in.skip(1);
  Ipv4Header header;
  header.type_of_service = in.u8();
  in.skip(2);
  header.identification = in.u16();
  const std::uint16_t fragment = in.u16();
  header.reserved_flag = (fragment & reserved_bit) != 0;
  header.dont_fragment = (fragment & dont_fragment_bit) != 0;
  header.more_fragments = (fragment & more_fragments_bit) != 0;
  header.fragment_offset = fragment & offset_mask;
  header.time_to_live = in.u8();
  header.protocol = IpProtocol{in.u8()};
  in.skip(2);
  header.source.value = in.u32();
  header.destination.value = in.u32();
  header.options = in.rest();
  return header;
}

}  // namespace

bool Ipv4Header::operator==(const Ipv4Header& other) const noexcept {
  return type_of_service == other.type_of_service && identification == other.identification &&
         reserved_flag == other.reserved_flag && dont_fragment == other.dont_fragment &&
         more_fragments == other.more_fragments && fragment_offset == other.fragment_offset &&
         time_to_live == other.time_to_live && protocol == other.protocol && source == other.source &&
         destination == other.destination && same_bytes(options, other.options);
}

bool Ipv4Packet::operator==(const Ipv4Packet& other) const noexcept {
  return header == other.header && same_bytes(payload, other.payload);
}

std::expected<Ipv4Packet, DecodeError> decode_ipv4(Bytes bytes) noexcept {
  if (bytes.size() < ipv4_header_size) return std::unexpected(DecodeError::truncated);
  const auto first = std::to_integer<std::uint8_t>(bytes[0]);
  if (first >> 4 != 4) return std::unexpected(DecodeError::bad_version);
  const std::size_t header_size = 4 * std::size_t{first & 0x0fU};
  const std::size_t total_length = load_be<std::uint16_t>(bytes.subspan<2, 2>());
  if (header_size < ipv4_header_size || total_length < header_size) return std::unexpected(DecodeError::bad_length);
  if (total_length > bytes.size()) return std::unexpected(DecodeError::truncated);
  if (InternetChecksum{}.add(bytes.first(header_size)).value() != 0) return std::unexpected(DecodeError::bad_checksum);
  return Ipv4Packet{.header = read_header(bytes.first(header_size)),
                    .payload = bytes.subspan(header_size, total_length - header_size)};
}

void encode(const Ipv4Header& header, std::size_t payload_size, Writer& out) noexcept {
  assert(header.options.size() % 4 == 0 && header.options.size() <= 40);
  assert(header.size() + payload_size <= 0xffff);
  const std::size_t start = out.size();
  out.u8(static_cast<std::uint8_t>(0x40 | header.size() / 4));
  out.u8(header.type_of_service);
  out.u16(static_cast<std::uint16_t>(header.size() + payload_size));
  out.u16(header.identification);
  out.u16(static_cast<std::uint16_t>(
      (header.reserved_flag ? reserved_bit : 0) | (header.dont_fragment ? dont_fragment_bit : 0) |
      (header.more_fragments ? more_fragments_bit : 0) | (header.fragment_offset & offset_mask)));
  out.u8(header.time_to_live);
  out.u8(std::to_underlying(header.protocol));
  const MutableBytes checksum = out.reserve(2);
  out.u32(header.source.value);
  out.u32(header.destination.value);
  out.bytes(header.options);
  if (!out.ok()) return;
  store_be<std::uint16_t>(0, checksum.first<2>());
  store_be(InternetChecksum{}.add(out.written().subspan(start)).value(), checksum.first<2>());
}

}  // namespace onlink::inline v0
