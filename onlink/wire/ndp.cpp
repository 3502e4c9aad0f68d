// SPDX-License-Identifier: Apache-2.0
#include "onlink/wire/ndp.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace onlink::inline v0 {
namespace {

constexpr std::uint8_t on_link_bit = 0x80;
constexpr std::uint8_t autonomous_bit = 0x40;
constexpr std::uint8_t router_address_bit = 0x20;
constexpr std::uint8_t prefix_reserved_mask = 0x1f;
constexpr std::uint8_t preference_mask = 0x18;  // RFC 4191 section 2.3
constexpr unsigned preference_shift = 3;

std::optional<NdpOption> read_source_link_layer(Reader in) noexcept { return SourceLinkLayerAddress{{in.octets<6>()}}; }

std::optional<NdpOption> read_target_link_layer(Reader in) noexcept { return TargetLinkLayerAddress{{in.octets<6>()}}; }

std::optional<NdpOption> read_prefix_information(Reader in) noexcept {
  PrefixInformation option;
  option.prefix_length = in.u8();
  const std::uint8_t flags = in.u8();
  option.on_link = (flags & on_link_bit) != 0;
  option.autonomous = (flags & autonomous_bit) != 0;
  option.router_address = (flags & router_address_bit) != 0;
  option.reserved_flags = flags & prefix_reserved_mask;
  option.valid_lifetime = in.u32();
  option.preferred_lifetime = in.u32();
  option.reserved = in.u32();
  option.prefix.octets = in.octets<16>();
  if (option.prefix_length > 128) return std::nullopt;
  return option;
}

std::optional<NdpOption> read_redirected_header(Reader in) noexcept {
  RedirectedHeader option{.reserved = in.octets<6>()};
  option.packet = in.rest();
  return option;
}

std::optional<NdpOption> read_mtu(Reader in) noexcept { return MtuOption{.reserved = in.u16(), .mtu = in.u32()}; }

std::optional<NdpOption> read_nonce(Reader in) noexcept { return NonceOption{in.rest()}; }

std::optional<NdpOption> read_route_information(Reader in) noexcept {
  RouteInformation option;
  option.prefix_length = in.u8();
  const std::uint8_t flags = in.u8();
  option.preference = RouterPreference{static_cast<std::uint8_t>((flags & preference_mask) >> preference_shift)};
  option.reserved_flags = flags & static_cast<std::uint8_t>(~preference_mask);
  option.lifetime = in.u32();
  option.prefix = in.rest();
  if (option.prefix_length > 128 || option.prefix.size() * 8 < option.prefix_length) return std::nullopt;
  return option;
}

std::optional<NdpOption> read_rdnss(Reader in) noexcept {
  RdnssOption option{.reserved = in.u16(), .lifetime = in.u32(), .addresses = {}};
  option.addresses = in.rest();
  return option;
}

std::optional<NdpOption> read_dnssl(Reader in) noexcept {
  DnsslOption option{.reserved = in.u16(), .lifetime = in.u32(), .names = {}};
  option.names = in.rest();
  return option;
}

std::optional<NdpOption> read_pref64(Reader in) noexcept {
  const std::uint16_t first = in.u16();
  return Pref64Option{.scaled_lifetime = static_cast<std::uint16_t>(first >> 3),
                      .prefix_length_code = static_cast<std::uint8_t>(first & 0x7),
                      .prefix = in.octets<12>()};
}

// One row an option: its lengths on the wire, in units of 8 octets, and how its value is read. `step` 2 leaves out
// every second length (RDNSS: one unit and two for each address).
struct OptionLayout {
  NdpOptionType type;
  std::uint8_t min_units;
  std::uint8_t max_units;
  std::uint8_t step;
  std::optional<NdpOption> (*read)(Reader) noexcept;
};
constexpr OptionLayout layouts[] = {
    {NdpOptionType::source_link_layer_address, 1, 1, 1, read_source_link_layer},
    {NdpOptionType::target_link_layer_address, 1, 1, 1, read_target_link_layer},
    {NdpOptionType::prefix_information, 4, 4, 1, read_prefix_information},
    {NdpOptionType::redirected_header, 1, 255, 1, read_redirected_header},
    {NdpOptionType::mtu, 1, 1, 1, read_mtu},
    {NdpOptionType::nonce, 1, 255, 1, read_nonce},
    {NdpOptionType::route_information, 1, 3, 1, read_route_information},
    {NdpOptionType::rdnss, 3, 255, 2, read_rdnss},
    {NdpOptionType::dnssl, 2, 255, 1, read_dnssl},
    {NdpOptionType::pref64, 2, 2, 1, read_pref64},
};

constexpr std::size_t option_size(Bytes rest) noexcept { return 8 * std::to_integer<std::size_t>(rest[1]); }

constexpr bool is_link_layer_address(std::byte type) noexcept {
  return type == std::byte{std::to_underlying(NdpOptionType::source_link_layer_address)} ||
         type == std::byte{std::to_underlying(NdpOptionType::target_link_layer_address)};
}

}  // namespace

std::expected<NdpOptions, DecodeError> NdpOptions::decode(Bytes bytes) noexcept {
  for (Bytes rest = bytes; !rest.empty(); rest = rest.subspan(option_size(rest))) {
    if (rest.size() < 2 || option_size(rest) == 0 || option_size(rest) > rest.size()) {
      return std::unexpected(DecodeError::bad_option_length);
    }
    if (is_link_layer_address(rest[0]) && option_size(rest) != 8) {
      return std::unexpected(DecodeError::bad_option_length);
    }
  }
  return NdpOptions{bytes};
}

NdpOption NdpOptions::Iterator::operator*() const noexcept {
  const auto type = std::to_integer<std::uint8_t>(rest_[0]);
  const auto units = std::to_integer<std::uint8_t>(rest_[1]);
  const Bytes value = rest_.first(option_size(rest_)).subspan(2);
  const auto layout = std::ranges::find(layouts, NdpOptionType{type}, &OptionLayout::type);
  if (layout != std::end(layouts) && units >= layout->min_units && units <= layout->max_units &&
      (units - layout->min_units) % layout->step == 0) {
    if (const auto option = layout->read(Reader{value})) return *option;
  }
  return RawNdpOption{.type = type, .value = value};
}

NdpOptions::Iterator& NdpOptions::Iterator::operator++() noexcept {
  rest_ = rest_.subspan(option_size(rest_));
  return *this;
}

namespace {

// Type and length, and zeros behind `size` octets of value up to a whole unit, as `body` does not.
template <class Body>
void write_option(std::uint8_t type, std::size_t size, Writer& out, Body body) noexcept {
  const std::size_t units = (2 + size + 7) / 8;
  assert(units <= 255);
  out.u8(type);
  out.u8(static_cast<std::uint8_t>(units));
  body();
  out.zeros(8 * units - 2 - size);
}

struct OptionWriter {
  Writer& out;

  template <class Body>
  void write(NdpOptionType type, std::size_t size, Body body) const noexcept {
    write_option(std::to_underlying(type), size, out, body);
  }
  void operator()(const SourceLinkLayerAddress& o) const noexcept {
    write(NdpOptionType::source_link_layer_address, 6, [&] { out.octets(o.address.octets); });
  }
  void operator()(const TargetLinkLayerAddress& o) const noexcept {
    write(NdpOptionType::target_link_layer_address, 6, [&] { out.octets(o.address.octets); });
  }
  void operator()(const PrefixInformation& o) const noexcept {
    write(NdpOptionType::prefix_information, 30, [&] {
      out.u8(o.prefix_length);
      out.u8(static_cast<std::uint8_t>((o.on_link ? on_link_bit : 0) | (o.autonomous ? autonomous_bit : 0) |
                                       (o.router_address ? router_address_bit : 0) |
                                       (o.reserved_flags & prefix_reserved_mask)));
      out.u32(o.valid_lifetime);
      out.u32(o.preferred_lifetime);
      out.u32(o.reserved);
      out.octets(o.prefix.octets);
    });
  }
  void operator()(const RedirectedHeader& o) const noexcept {
    write(NdpOptionType::redirected_header, 6 + o.packet.size(), [&] {
      out.octets(o.reserved);
      out.bytes(o.packet);
    });
  }
  void operator()(const MtuOption& o) const noexcept {
    write(NdpOptionType::mtu, 6, [&] {
      out.u16(o.reserved);
      out.u32(o.mtu);
    });
  }
  void operator()(const NonceOption& o) const noexcept {
    write(NdpOptionType::nonce, o.nonce.size(), [&] { out.bytes(o.nonce); });
  }
  void operator()(const RouteInformation& o) const noexcept {
    write(NdpOptionType::route_information, 6 + o.prefix.size(), [&] {
      const auto preference = static_cast<unsigned>(std::to_underlying(o.preference)) << preference_shift;
      out.u8(o.prefix_length);
      out.u8(static_cast<std::uint8_t>((preference & preference_mask) | (o.reserved_flags & ~preference_mask & 0xffU)));
      out.u32(o.lifetime);
      out.bytes(o.prefix);
    });
  }
  void operator()(const RdnssOption& o) const noexcept {
    write(NdpOptionType::rdnss, 6 + o.addresses.size(), [&] {
      out.u16(o.reserved);
      out.u32(o.lifetime);
      out.bytes(o.addresses);
    });
  }
  void operator()(const DnsslOption& o) const noexcept {
    write(NdpOptionType::dnssl, 6 + o.names.size(), [&] {
      out.u16(o.reserved);
      out.u32(o.lifetime);
      out.bytes(o.names);
    });
  }
  void operator()(const Pref64Option& o) const noexcept {
    write(NdpOptionType::pref64, 14, [&] {
      out.u16(static_cast<std::uint16_t>(o.scaled_lifetime << 3 | (o.prefix_length_code & 0x7)));
      out.octets(o.prefix);
    });
  }
  void operator()(const RawNdpOption& o) const noexcept {
    write_option(o.type, o.value.size(), out, [&] { out.bytes(o.value); });
  }
};

}  // namespace

void encode(const NdpOption& option, Writer& out) noexcept { std::visit(OptionWriter{out}, option); }

bool RedirectedHeader::operator==(const RedirectedHeader& other) const noexcept {
  return reserved == other.reserved && same_bytes(packet, other.packet);
}
bool NonceOption::operator==(const NonceOption& other) const noexcept { return same_bytes(nonce, other.nonce); }
bool RouteInformation::operator==(const RouteInformation& other) const noexcept {
  return prefix_length == other.prefix_length && preference == other.preference &&
         reserved_flags == other.reserved_flags && lifetime == other.lifetime && same_bytes(prefix, other.prefix);
}
bool RdnssOption::operator==(const RdnssOption& other) const noexcept {
  return reserved == other.reserved && lifetime == other.lifetime && same_bytes(addresses, other.addresses);
}
Ipv6Address RdnssOption::address(std::size_t index) const noexcept {
  assert(index < count());
  return {Reader{addresses.subspan(16 * index)}.octets<16>()};
}
bool DnsslOption::operator==(const DnsslOption& other) const noexcept {
  return reserved == other.reserved && lifetime == other.lifetime && same_bytes(names, other.names);
}
bool RawNdpOption::operator==(const RawNdpOption& other) const noexcept {
  return type == other.type && same_bytes(value, other.value);
}

}  // namespace onlink::inline v0
