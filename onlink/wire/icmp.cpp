// SPDX-License-Identifier: Apache-2.0
#include "onlink/wire/icmp.hpp"

#include <utility>

#include "onlink/wire/checksum.hpp"

namespace onlink::inline v0 {
namespace {

using Decoded = std::expected<IcmpMessage, DecodeError>;

Decoded decode_body(std::uint8_t type, std::uint8_t code, Reader in) noexcept {
  switch (IcmpType{type}) {
    case IcmpType::echo_request:
    case IcmpType::echo_reply: {
      const IcmpEcho echo{.reply = IcmpType{type} == IcmpType::echo_reply,
                          .code = code,
                          .identifier = in.u16(),
                          .sequence = in.u16(),
                          .data = in.rest()};
      return in.ok() ? Decoded{echo} : std::unexpected(DecodeError::truncated);
    }
    case IcmpType::destination_unreachable: {
      const IcmpUnreachable message{
          .code = UnreachableCode{code}, .unused = in.u16(), .next_hop_mtu = in.u16(), .original = in.rest()};
      return in.ok() ? Decoded{message} : std::unexpected(DecodeError::truncated);
    }
    case IcmpType::redirect:
    case IcmpType::time_exceeded:
      break;
  }
  return IcmpOther{.type = type, .code = code, .body = in.rest()};
}

struct TypeAndCode {
  std::uint8_t type = 0;
  std::uint8_t code = 0;
};

struct TypeOf {
  TypeAndCode operator()(const IcmpEcho& m) const noexcept {
    return {std::to_underlying(m.reply ? IcmpType::echo_reply : IcmpType::echo_request), m.code};
  }
  TypeAndCode operator()(const IcmpUnreachable& m) const noexcept {
    return {std::to_underlying(IcmpType::destination_unreachable), std::to_underlying(m.code)};
  }
  TypeAndCode operator()(const IcmpOther& m) const noexcept { return {m.type, m.code}; }
};

struct BodyWriter {
  Writer& out;

  void operator()(const IcmpEcho& m) const noexcept {
    out.u16(m.identifier);
    out.u16(m.sequence);
    out.bytes(m.data);
  }
  void operator()(const IcmpUnreachable& m) const noexcept {
    out.u16(m.unused);
    out.u16(m.next_hop_mtu);
    out.bytes(m.original);
  }
  void operator()(const IcmpOther& m) const noexcept { out.bytes(m.body); }
};

}  // namespace

std::expected<IcmpMessage, DecodeError> decode_icmp(const Ipv4Packet& packet) noexcept {
  if (packet.header.more_fragments || packet.header.fragment_offset != 0) {
    return std::unexpected(DecodeError::fragmented);
  }
  Reader in{packet.payload};
  const std::uint8_t type = in.u8();
  const std::uint8_t code = in.u8();
  in.skip(2);
  if (!in.ok()) return std::unexpected(DecodeError::truncated);
  if (InternetChecksum{}.add(packet.payload).value() != 0) return std::unexpected(DecodeError::bad_checksum);
  return decode_body(type, code, in);
}

void encode(const IcmpMessage& message, Writer& out) noexcept {
  const std::size_t start = out.size();
  const auto [type, code] = std::visit(TypeOf{}, message);
  out.u8(type);
  out.u8(code);
  const MutableBytes checksum = out.reserve(2);
  std::visit(BodyWriter{out}, message);
  if (!out.ok()) return;
  store_be<std::uint16_t>(0, checksum.first<2>());
  store_be(InternetChecksum{}.add(out.written().subspan(start)).value(), checksum.first<2>());
}

bool IcmpEcho::operator==(const IcmpEcho& other) const noexcept {
  return reply == other.reply && code == other.code && identifier == other.identifier && sequence == other.sequence &&
         same_bytes(data, other.data);
}

bool IcmpUnreachable::operator==(const IcmpUnreachable& other) const noexcept {
  return code == other.code && unused == other.unused && next_hop_mtu == other.next_hop_mtu &&
         same_bytes(original, other.original);
}

bool IcmpOther::operator==(const IcmpOther& other) const noexcept {
  return type == other.type && code == other.code && same_bytes(body, other.body);
}

}  // namespace onlink::inline v0
