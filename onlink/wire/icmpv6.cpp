// SPDX-License-Identifier: Apache-2.0
#include "onlink/wire/icmpv6.hpp"

#include <utility>

#include "onlink/wire/checksum.hpp"

namespace onlink::inline v0 {
namespace {

using Decoded = std::expected<Icmpv6Message, DecodeError>;

constexpr std::uint8_t managed_bit = 0x80;
constexpr std::uint8_t other_bit = 0x40;
constexpr std::uint8_t home_agent_bit = 0x20;
constexpr std::uint8_t preference_mask = 0x18;
constexpr unsigned preference_shift = 3;
constexpr std::uint8_t router_reserved_mask = 0x07;
constexpr std::uint32_t router_bit = 0x80000000;
constexpr std::uint32_t solicited_bit = 0x40000000;
constexpr std::uint32_t override_bit = 0x20000000;
constexpr std::uint32_t neighbor_reserved_mask = 0x1fffffff;

// What every NDP message must meet before its body is looked at.
std::optional<DecodeError> check_ndp(const Ipv6Packet& packet, std::uint8_t code) noexcept {
  if (packet.fragment_header) return DecodeError::fragmented;  // RFC 6980 section 5: whole ones too
  if (packet.header.hop_limit != 255) return DecodeError::bad_hop_limit;
  if (code != 0) return DecodeError::bad_code;
  return std::nullopt;
}

// The options that end a message; the fixed part's truncation shows here too.
template <class Message>
std::optional<DecodeError> read_options(Reader& in, Message& message) noexcept {
  if (!in.ok()) return DecodeError::truncated;
  const auto options = NdpOptions::decode(in.rest());
  if (!options) return options.error();
  message.options = *options;
  return std::nullopt;
}

Decoded decode_router_solicitation(const Ipv6Packet& packet, Reader in) noexcept {
  RouterSolicitation message{.reserved = in.u32(), .options = {}};
  if (const auto error = read_options(in, message)) return std::unexpected(*error);
  if (packet.header.source.is_unspecified() && message.options.first<SourceLinkLayerAddress>()) {
    return std::unexpected(DecodeError::unexpected_option);
  }
  return message;
}

Decoded decode_router_advertisement(const Ipv6Packet& packet, Reader in) noexcept {
  RouterAdvertisement message;
  message.hop_limit = in.u8();
  const std::uint8_t flags = in.u8();
  message.managed = (flags & managed_bit) != 0;
  message.other = (flags & other_bit) != 0;
  message.home_agent = (flags & home_agent_bit) != 0;
  message.preference = RouterPreference{static_cast<std::uint8_t>((flags & preference_mask) >> preference_shift)};
  message.reserved_flags = flags & router_reserved_mask;
  message.router_lifetime = in.u16();
  message.reachable_time = in.u32();
  message.retrans_timer = in.u32();
  if (const auto error = read_options(in, message)) return std::unexpected(*error);
  if (!packet.header.source.is_link_local()) return std::unexpected(DecodeError::bad_source);
  return message;
}

Decoded decode_neighbor_solicitation(const Ipv6Packet& packet, Reader in) noexcept {
  NeighborSolicitation message{.reserved = in.u32(), .target = {in.octets<16>()}, .options = {}};
  if (const auto error = read_options(in, message)) return std::unexpected(*error);
  if (message.target.is_multicast()) return std::unexpected(DecodeError::bad_target);
  if (packet.header.source.is_unspecified()) {
    if (!packet.header.destination.is_solicited_node()) return std::unexpected(DecodeError::bad_destination);
    if (message.options.first<SourceLinkLayerAddress>()) return std::unexpected(DecodeError::unexpected_option);
  }
  return message;
}

Decoded decode_neighbor_advertisement(const Ipv6Packet& packet, Reader in) noexcept {
  NeighborAdvertisement message;
  const std::uint32_t flags = in.u32();
  message.router = (flags & router_bit) != 0;
  message.solicited = (flags & solicited_bit) != 0;
  message.override_flag = (flags & override_bit) != 0;
  message.reserved = flags & neighbor_reserved_mask;
  message.target.octets = in.octets<16>();
  if (const auto error = read_options(in, message)) return std::unexpected(*error);
  if (message.target.is_multicast()) return std::unexpected(DecodeError::bad_target);
  if (message.solicited && packet.header.destination.is_multicast()) return std::unexpected(DecodeError::bad_flags);
  return message;
}

Decoded decode_redirect(const Ipv6Packet& packet, Reader in) noexcept {
  Redirect message{.reserved = in.u32(), .target = {in.octets<16>()}, .destination = {in.octets<16>()}, .options = {}};
  if (const auto error = read_options(in, message)) return std::unexpected(*error);
  if (!packet.header.source.is_link_local()) return std::unexpected(DecodeError::bad_source);
  if (message.destination.is_multicast()) return std::unexpected(DecodeError::bad_destination);
  if (!message.target.is_link_local() && message.target != message.destination) {
    return std::unexpected(DecodeError::bad_target);
  }
  return message;
}

Decoded decode_echo(std::uint8_t type, std::uint8_t code, Reader in) noexcept {
  Icmpv6Echo message{.reply = Icmpv6Type{type} == Icmpv6Type::echo_reply,
                     .code = code,
                     .identifier = in.u16(),
                     .sequence = in.u16(),
                     .data = in.rest()};
  if (!in.ok()) return std::unexpected(DecodeError::truncated);
  return message;
}

using NdpDecoder = Decoded (*)(const Ipv6Packet&, Reader) noexcept;

constexpr NdpDecoder ndp_decoder(std::uint8_t type) noexcept {
  constexpr std::uint8_t first = std::to_underlying(Icmpv6Type::router_solicitation);
  constexpr NdpDecoder decoders[] = {decode_router_solicitation, decode_router_advertisement,
                                     decode_neighbor_solicitation, decode_neighbor_advertisement, decode_redirect};
  return type >= first && type < first + std::size(decoders) ? decoders[type - first] : nullptr;
}

}  // namespace

std::expected<Icmpv6Message, DecodeError> decode_icmpv6(const Ipv6Packet& packet) noexcept {
  if (packet.fragmented) return std::unexpected(DecodeError::fragmented);
  Reader in{packet.upper};
  const std::uint8_t type = in.u8();
  const std::uint8_t code = in.u8();
  in.skip(2);
  if (!in.ok()) return std::unexpected(DecodeError::truncated);
  const Ipv6Address& source = packet.header.source;
  if (ipv6_checksum(source, packet.final_destination, IpProtocol::icmpv6, packet.upper) != 0) {
    return std::unexpected(DecodeError::bad_checksum);
  }
  if (source.is_multicast()) return std::unexpected(DecodeError::bad_source);  // RFC 4291 section 2.7
  if (const NdpDecoder decode = ndp_decoder(type)) {
    if (const auto error = check_ndp(packet, code)) return std::unexpected(*error);
    return decode(packet, in);
  }
  if (type == std::to_underlying(Icmpv6Type::echo_request) || type == std::to_underlying(Icmpv6Type::echo_reply)) {
    return decode_echo(type, code, in);
  }
  return Icmpv6Other{.type = type, .code = code, .body = in.rest()};
}

namespace {

struct BodyWriter {
  Writer& out;

  void operator()(const RouterSolicitation& m) const noexcept { out.u32(m.reserved); }
  void operator()(const RouterAdvertisement& m) const noexcept {
    const auto preference = static_cast<unsigned>(std::to_underlying(m.preference)) << preference_shift;
    out.u8(m.hop_limit);
    out.u8(static_cast<std::uint8_t>((m.managed ? managed_bit : 0) | (m.other ? other_bit : 0) |
                                     (m.home_agent ? home_agent_bit : 0) | (preference & preference_mask) |
                                     (m.reserved_flags & router_reserved_mask)));
    out.u16(m.router_lifetime);
    out.u32(m.reachable_time);
    out.u32(m.retrans_timer);
  }
  void operator()(const NeighborSolicitation& m) const noexcept {
    out.u32(m.reserved);
    out.octets(m.target.octets);
  }
  void operator()(const NeighborAdvertisement& m) const noexcept {
    out.u32((m.router ? router_bit : 0) | (m.solicited ? solicited_bit : 0) | (m.override_flag ? override_bit : 0) |
            (m.reserved & neighbor_reserved_mask));
    out.octets(m.target.octets);
  }
  void operator()(const Redirect& m) const noexcept {
    out.u32(m.reserved);
    out.octets(m.target.octets);
    out.octets(m.destination.octets);
  }
  void operator()(const Icmpv6Echo& m) const noexcept {
    out.u16(m.identifier);
    out.u16(m.sequence);
    out.bytes(m.data);
  }
  void operator()(const Icmpv6Other& m) const noexcept { out.bytes(m.body); }
};

struct TypeAndCode {
  std::uint8_t type = 0;
  std::uint8_t code = 0;
};

struct TypeOf {
  static constexpr TypeAndCode ndp(Icmpv6Type type) noexcept { return {std::to_underlying(type), 0}; }

  TypeAndCode operator()(const RouterSolicitation&) const noexcept { return ndp(Icmpv6Type::router_solicitation); }
  TypeAndCode operator()(const RouterAdvertisement&) const noexcept { return ndp(Icmpv6Type::router_advertisement); }
  TypeAndCode operator()(const NeighborSolicitation&) const noexcept { return ndp(Icmpv6Type::neighbor_solicitation); }
  TypeAndCode operator()(const NeighborAdvertisement&) const noexcept {
    return ndp(Icmpv6Type::neighbor_advertisement);
  }
  TypeAndCode operator()(const Redirect&) const noexcept { return ndp(Icmpv6Type::redirect); }
  TypeAndCode operator()(const Icmpv6Echo& m) const noexcept {
    return {std::to_underlying(m.reply ? Icmpv6Type::echo_reply : Icmpv6Type::echo_request), m.code};
  }
  TypeAndCode operator()(const Icmpv6Other& m) const noexcept { return {m.type, m.code}; }
};

}  // namespace

void encode(const Icmpv6Message& message, const Ipv6Address& source, const Ipv6Address& destination,
            Writer& out) noexcept {
  const std::size_t start = out.size();
  const auto [type, code] = std::visit(TypeOf{}, message);
  out.u8(type);
  out.u8(code);
  const MutableBytes checksum = out.reserve(2);
  std::visit(BodyWriter{out}, message);
  std::visit(
      [&out]<class Message>(const Message& m) {
        if constexpr (requires { m.options; }) out.bytes(m.options.bytes());
      },
      message);
  if (!out.ok()) return;
  store_be<std::uint16_t>(0, checksum.first<2>());
  store_be(ipv6_checksum(source, destination, IpProtocol::icmpv6, out.written().subspan(start)), checksum.first<2>());
}

bool Icmpv6Echo::operator==(const Icmpv6Echo& other) const noexcept {
  return reply == other.reply && code == other.code && identifier == other.identifier && sequence == other.sequence &&
         same_bytes(data, other.data);
}

bool Icmpv6Other::operator==(const Icmpv6Other& other) const noexcept {
  return type == other.type && code == other.code && same_bytes(body, other.body);
}

}  // namespace onlink::inline v0
