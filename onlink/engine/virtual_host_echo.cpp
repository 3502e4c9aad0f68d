// SPDX-License-Identifier: Apache-2.0
// What a virtual host answers above the link: echo by ICMP (RFC 792), ICMPv6
// (RFC 4443) and UDP (RFC 862), and errors for closed UDP ports. Fragments are
// not put together.
#include <algorithm>
#include <iterator>

#include "onlink/engine/virtual_host_state.hpp"

namespace onlink::inline v0 {
namespace {

constexpr std::uint16_t echo_port = 7;
constexpr std::uint16_t first_client_port = 1024;
constexpr std::size_t echo_header_size = 8;
constexpr std::size_t error_header_size = 8;
// RFC 1812 section 4.3.2.3: as much as fits in 576 octets; RFC 4443 section 2.4
// c: in the smallest IPv6 MTU.
constexpr std::size_t max_ipv4_error = 576;
constexpr std::size_t max_ipv6_error = 1280;
// RFC 1812 section 4.3.2.5: errors keep the type of service and go with the
// precedence of internetwork control.
constexpr std::uint8_t kept_type_of_service = 0x1e;
constexpr std::uint8_t internetwork_control = 0xc0;
constexpr std::uint8_t icmpv6_unreachable = 1;
constexpr std::uint8_t icmpv6_port_unreachable = 4;

void begin_quote(const Ipv4Packet& ip, Writer& out) { encode(ip.header, ip.payload.size(), out); }
void begin_quote(const Ipv6Packet& ip, Writer& out) { encode(ip.header, ip.payload.size(), out); }
std::size_t header_size(const Ipv4Packet& ip) { return ip.header.size(); }
std::size_t header_size(const Ipv6Packet&) { return ipv6_header_size; }

}  // namespace

// A station that can be answered: Linux drops what comes from a group, from
// nobody, or from itself.
bool VirtualHost::State::is_station(const IpAddress& address) const noexcept {
  return kind_of(view_, address) == AddressKind::unicast;
}

void VirtualHost::State::on_ipv4(Instant now, const Packet& packet, const Ipv4Packet& ip, Output& output) {
  const IpAddress to = ip.header.destination;
  if (!has(to) || !packet.ethernet.source.is_unicast() || !is_station(ip.header.source)) return;
  Asked asked{.now = now,
              .packet = packet,
              .served = {.time = now,
                         .asker = ip.header.source,
                         .asker_mac = packet.ethernet.source,
                         .address = to,
                         .mac = {},
                         .vlans = packet.ethernet.vlans},
              .routed = true};
  asked.claimants = claimants_of(to, packet.ethernet.destination);
  if (!asked.claimants.any()) return;
  if (ip.header.protocol == IpProtocol::icmp) return on_icmp_echo(asked, ip, output);
  if (ip.header.protocol != IpProtocol::udp) return;
  if (const auto message = decode_udp(ip)) on_udp(asked, ip, *message, output);
}

void VirtualHost::State::on_ipv6(Instant now, const Packet& packet, const Ipv6Packet& ip, Output& output) {
  const IpAddress to = ip.header.destination;
  if (ip.upper_protocol != IpProtocol::udp || !has(to)) return;
  if (!packet.ethernet.source.is_unicast() || !is_station(ip.header.source)) return;
  Asked asked{.now = now,
              .packet = packet,
              .served = {.time = now,
                         .asker = ip.header.source,
                         .asker_mac = packet.ethernet.source,
                         .address = to,
                         .mac = {},
                         .vlans = packet.ethernet.vlans},
              .routed = true};
  asked.claimants = claimants_of(to, packet.ethernet.destination);
  if (!asked.claimants.any()) return;
  if (const auto message = decode_udp(ip)) on_udp(asked, ip, *message, output);
}

void VirtualHost::State::on_icmp_echo(Asked& asked, const Ipv4Packet& ip, Output& output) {
  if (!config_.echo) return;
  const auto message = decode_icmp(ip);
  const auto* echo = message ? std::get_if<IcmpEcho>(&*message) : nullptr;
  if (echo == nullptr || echo->reply || echo->code != 0) return;
  asked.served.service = Service::echo;
  IcmpEcho answer = *echo;
  answer.reply = true;
  answer_ip(
      asked,
      {.source = ip.header.destination,
       .destination = ip.header.source,
       .protocol = IpProtocol::icmp,
       .traffic_class = ip.header.type_of_service},
      echo_header_size + answer.data.size(), [&](Writer& out, const MacAddress&) { encode(IcmpMessage{answer}, out); },
      output);
}

// --- ICMPv6 ---

void VirtualHost::State::on_icmpv6_echo(Instant now, const Packet& packet, const Icmpv6Datagram& datagram,
                                        Output& output) {
  const auto& echo = std::get<Icmpv6Echo>(datagram.message);
  const Ipv6Header& ip = datagram.ip.header;
  if (!config_.echo || echo.code != 0) return;
  if (!packet.ethernet.source.is_unicast() || !is_station(ip.source)) return;
  Asked asked{.now = now,
              .packet = packet,
              .served = {.time = now,
                         .service = Service::echo,
                         .asker = ip.source,
                         .asker_mac = packet.ethernet.source,
                         .address = ip.destination,
                         .mac = {},
                         .vlans = packet.ethernet.vlans},
              .routed = true};
  if (has(ip.destination)) return answer_icmpv6_echo(asked, datagram, output);
  if (ip.destination == all_nodes_address && packet.ethernet.destination.is_group()) {
    answer_group_echo(asked, datagram, output);
  }
}

void VirtualHost::State::answer_icmpv6_echo(Asked& asked, const Icmpv6Datagram& datagram, Output& output) {
  const IpAddress from = asked.served.address;
  asked.claimants = claimants_of(from, asked.packet.ethernet.destination);
  if (!asked.claimants.any()) return;
  Icmpv6Echo answer = std::get<Icmpv6Echo>(datagram.message);
  answer.reply = true;
  const Ipv6Address to = datagram.ip.header.source;
  answer_ip(
      asked,
      {.source = from,
       .destination = to,
       .protocol = IpProtocol::icmpv6,
       .traffic_class = datagram.ip.header.traffic_class},
      echo_header_size + answer.data.size(),
      [&](Writer& out, const MacAddress&) { encode(Icmpv6Message{answer}, from.ipv6(), to, out); }, output);
}

// To ff02::1: each address for itself when each has its MAC; else the one host
// by an address of the asker's scope.
void VirtualHost::State::answer_group_echo(Asked& asked, const Icmpv6Datagram& datagram, Output& output) {
  if (!config_.mac_per_address) {
    const auto from = group_answer_source(datagram.ip.header.source);
    if (!from) return;
    asked.served.address = *from;
    return answer_icmpv6_echo(asked, datagram, output);
  }
  std::size_t count = 0;
  for (const AddressRange& range : addresses_.ranges()) {
    if (!range.first.is_ipv6()) continue;
    for (IpAddress next = range.first; count < config_.max_group_answers; next = advance(next, 1)) {
      ++count;
      asked.served.address = next;
      answer_icmpv6_echo(asked, datagram, output);
      if (next == range.last) break;
    }
  }
}

std::optional<Ipv6Address> VirtualHost::State::group_answer_source(const Ipv6Address& asker) const noexcept {
  std::optional<Ipv6Address> found;
  for (const AddressRange& range : addresses_.ranges()) {
    if (!range.first.is_ipv6()) continue;
    if (range.first.is_link_local() == asker.is_link_local()) return range.first.ipv6();
    if (!found) found = range.first.ipv6();
  }
  return found;
}

// --- UDP ---

// Nobody waits behind port 0; and a forged question from another service's port (echo, chargen, daytime: CERT
// CA-1996-01) would have the two answer each other for ever, so no port below 1024 gets an echo, as inetd has it.
template <class Ip>
void VirtualHost::State::on_udp(Asked& asked, const Ip& ip, const UdpMessage& message, Output& output) {
  if (message.destination_port != echo_port || !config_.udp_echo) return refuse_port(asked, ip, output);
  if (message.source_port < first_client_port) return;
  asked.served.service = Service::udp_echo;
  const UdpMessage answer{.source_port = echo_port,
                          .destination_port = message.source_port,
                          .checksummed = message.checksummed,
                          .data = message.data};
  answer_ip(
      asked, {.source = ip.header.destination, .destination = ip.header.source, .protocol = IpProtocol::udp},
      answer.size(),
      [&](Writer& out, const MacAddress&) { encode(answer, ip.header.destination, ip.header.source, out); }, output);
}

// Never about what came to a group (RFC 1122 section 3.2.2).
template <class Ip>
void VirtualHost::State::refuse_port(Asked& asked, const Ip& ip, Output& output) {
  if (!config_.port_unreachable || asked.packet.ethernet.destination.is_group()) return;
  constexpr bool ipv4 = std::is_same_v<Ip, Ipv4Packet>;
  asked.served.service = Service::closed_port;
  if (!limit_.allow(asked.now, asked.served.asker)) {
    ++counters_.questions;
    ++counters_.limited;
    asked.served.fate = AnswerFate::limited;
    return report(asked, output);
  }
  const std::size_t room =
      (ipv4 ? max_ipv4_error - ipv4_header_size : max_ipv6_error - ipv6_header_size) - error_header_size;
  const std::size_t quoted = std::min(ip.payload.size(), room - header_size(ip));
  quote_.assign((ipv4 ? 0 : 4) + header_size(ip) + quoted, std::byte{});
  Writer quote{quote_};
  if (!ipv4) quote.zeros(4);
  begin_quote(ip, quote);
  quote.bytes(ip.payload.first(quoted));
  const IpAnswer error{.source = ip.header.destination,
                       .destination = ip.header.source,
                       .protocol = ipv4 ? IpProtocol::icmp : IpProtocol::icmpv6,
                       .traffic_class = [&]() -> std::uint8_t {
                         if constexpr (!ipv4) return 0;
                         if constexpr (ipv4)
                           return (ip.header.type_of_service & kept_type_of_service) | internetwork_control;
                       }()};
  answer_ip(
      asked, error, (ipv4 ? error_header_size : error_header_size - 4) + quote_.size(),
      [&](Writer& out, const MacAddress&) {
        if constexpr (ipv4) {
          encode(IcmpMessage{IcmpUnreachable{.code = UnreachableCode::port, .original = quote_}}, out);
        } else {
          encode(
              Icmpv6Message{Icmpv6Other{.type = icmpv6_unreachable, .code = icmpv6_port_unreachable, .body = quote_}},
              ip.header.destination, ip.header.source, out);
        }
      },
      output);
}

}  // namespace onlink::inline v0
