// SPDX-License-Identifier: Apache-2.0
#include "tests/nud/engine_packets.hpp"

#include <algorithm>
#include <span>

#include "onlink/wire/checksum.hpp"
#include "onlink/wire/ipv4.hpp"
#include "onlink/wire/ipv6.hpp"
#include "tests/nud/byte_sink.hpp"

namespace onlink::differential {
namespace {

constexpr std::uint16_t from_port = 40'000;
constexpr std::uint16_t discard_port = 9;

std::vector<std::byte> ip_packet(const Endpoints& ends, IpProtocol protocol, const std::vector<std::byte>& payload) {
  std::vector<std::byte> packet(ipv6_header_size + payload.size());
  Writer out{packet};
  if (ends.destination.is_ipv4()) {
    encode(Ipv4Header{.protocol = protocol, .source = ends.source.ipv4(), .destination = ends.destination.ipv4()},
           payload.size(), out);
  } else {
    encode(Ipv6Header{.next_header = protocol,
                      .hop_limit = 64,
                      .source = ends.source.ipv6(),
                      .destination = ends.destination.ipv6()},
           payload.size(), out);
  }
  out.bytes(payload);
  packet.resize(out.size());
  return packet;
}

}  // namespace

std::vector<std::byte> udp_packet(const Endpoints& ends, std::string_view text, std::size_t size) {
  const std::size_t length = std::max(text.size(), size);
  ByteSink udp;
  udp.put(from_port).put(discard_port).put(static_cast<std::uint16_t>(8 + length)).put(std::uint16_t{0});
  udp.put(std::as_bytes(std::span{text})).zeros(length - text.size());
  if (ends.destination.is_ipv6()) {
    const auto sum = ipv6_checksum(ends.source.ipv6(), ends.destination.ipv6(), IpProtocol::udp, udp.bytes());
    store_be<std::uint16_t>(sum, MutableBytes{udp.bytes()}.subspan<6, 2>());
  }
  return ip_packet(ends, IpProtocol::udp, udp.bytes());
}

std::vector<std::byte> tcp_syn(const Endpoints& ends) {
  constexpr std::uint16_t header_words_and_syn = 0x5002;
  ByteSink tcp;
  tcp.put(from_port).put(discard_port).zeros(8).put(header_words_and_syn).put(std::uint16_t{64'240}).zeros(4);
  return ip_packet(ends, IpProtocol::tcp, tcp.bytes());
}

}  // namespace onlink::differential
