// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/compat/ndisc6_answer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <variant>

#include "onlink/wire/checksum.hpp"
#include "onlink/wire/icmpv6.hpp"

namespace onlink::inline v0::cli::compat {
namespace {

constexpr std::size_t advertisement_size = 24;  // in front of the options (RFC 4861 section 4.4)
constexpr std::size_t target_offset = 8;

std::uint8_t octet(Bytes bytes, std::size_t at) noexcept { return std::to_integer<std::uint8_t>(bytes[at]); }

const Ipv6Packet* ipv6_of(const Packet& packet) noexcept {
  if (const auto* message = std::get_if<Icmpv6Datagram>(&packet.payload)) return &message->ip;
  if (const auto* refused = std::get_if<Ipv6Datagram>(&packet.payload)) return &refused->ip;
  return nullptr;
}

bool is_whole_advertisement(const Ipv6Packet& ip) noexcept {
  return ip.upper_protocol == IpProtocol::icmpv6 && ip.header.hop_limit == 255 &&
         ip.upper.size() >= advertisement_size &&
         octet(ip.upper, 0) == static_cast<std::uint8_t>(Icmpv6Type::neighbor_advertisement) &&
         octet(ip.upper, 1) == 0 &&
         ipv6_checksum(ip.header.source, ip.final_destination, IpProtocol::icmpv6, ip.upper) == 0;
}

bool is_about(const Ipv6Address& target, Bytes message) noexcept {
  return std::ranges::equal(message.subspan(target_offset, 16), std::as_bytes(std::span{target.octets}));
}

// The first target link-layer address; what follows it is not looked at.
std::optional<Bytes> target_link_layer_address(Bytes options) noexcept {
  while (options.size() >= 8) {
    const std::size_t size = std::size_t{octet(options, 1)} * 8;
    if (size == 0 || size > options.size()) return std::nullopt;
    if (octet(options, 0) == static_cast<std::uint8_t>(NdpOptionType::target_link_layer_address)) {
      return options.subspan(2, size - 2);
    }
    options = options.subspan(size);
  }
  return std::nullopt;
}

}  // namespace

std::optional<Ndisc6Answer> ndisc6_answer(const Packet& packet, const Ipv6Address& target) {
  const Ipv6Packet* ip = ipv6_of(packet);
  if (ip == nullptr || !is_whole_advertisement(*ip) || !is_about(target, ip->upper)) return std::nullopt;
  const auto address = target_link_layer_address(ip->upper.subspan(advertisement_size));
  if (!address) return std::nullopt;
  return Ndisc6Answer{.link_layer_address = *address,
                      .source = ip->header.source,
                      .destination = ip->header.destination,
                      .proxied = ip->header.source != target};
}

std::string ndisc6_text(Bytes link_layer_address) {
  std::string text;
  for (const std::byte one : link_layer_address) {
    text += fmt::format("{}{:02X}", text.empty() ? "" : ":", std::to_integer<unsigned>(one));
  }
  return text;
}

}  // namespace onlink::inline v0::cli::compat
