// SPDX-License-Identifier: Apache-2.0
// What a VirtualHost was asked and what it did about it, and how the pings out of it fared.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "onlink/base/ip_address.hpp"
#include "onlink/base/mac_address.hpp"
#include "onlink/base/time.hpp"
#include "onlink/wire/ethernet.hpp"

namespace onlink::inline v0 {

enum class Service : std::uint8_t {
  arp,                    // "who has": RFC 826
  arp_probe,              // the same from nobody: RFC 5227 section 2.1.1
  neighbor_solicitation,  // RFC 4861 section 7.2.4
  duplicate_detection,    // a solicitation from ::, RFC 4862 section 5.4
  echo,                   // ICMP and ICMPv6: RFC 792, RFC 4443
  udp_echo,               // port 7: RFC 862
  closed_port,            // UDP to any other: answered by an error
};
[[nodiscard]] std::string_view to_string(Service service) noexcept;  // "arp", "udp_echo", as in JSON

enum class AnswerFate : std::uint8_t {
  sent,        // or on its way through the neighbour cache
  delayed,     // will be sent later
  lost,        // on purpose
  overflowed,  // too many waited
  limited,     // an error that the rate limit of RFC 1812 section 4.3.2.8 swallowed
};
[[nodiscard]] std::string_view to_string(AnswerFate fate) noexcept;

// Somebody asked for an address of ours.
struct Served {
  Instant time;
  Service service = Service::arp;
  AnswerFate fate = AnswerFate::sent;
  bool proxied = false;  // answered on behalf of another host
  IpAddress asker;       // unspecified: a probe
  MacAddress asker_mac;
  IpAddress address;                     // that was asked for
  MacAddress mac;                        // that answered
  std::optional<MacAddress> impostor{};  // that answered too
  VlanStack vlans{};                     // of the question
};

// A ping was answered.
struct PingAnswered {
  Instant time;
  IpAddress target;
  std::uint16_t sequence = 0;  // from 1
  std::uint8_t hops_left = 0;  // TTL or hop limit of the answer
  std::size_t size = 0;        // octets of the ICMP message
  MacAddress mac;              // the frame's source: the target, or the gateway
  Duration round_trip{};
  bool duplicate = false;  // this one was answered before
  bool late = false;       // it had been given up
  bool damaged = false;    // the data is not what was sent
};

enum class PingFailure : std::uint8_t {
  no_answer,    // in the time to wait
  unreachable,  // the next hop answered no solicitation
  refused,      // somebody sent an ICMP error
  no_route,     // not on the link, and no gateway
  not_sent,     // no room in the neighbour table or its queue
};
[[nodiscard]] std::string_view to_string(PingFailure failure) noexcept;

struct PingFailed {
  Instant time;
  IpAddress target{};
  std::uint16_t sequence = 0;
  PingFailure reason = PingFailure::no_answer;
  IpAddress by{};              // unreachable: the next hop; refused: who sent the error
  std::uint8_t icmp_type = 0;  // of the error
  std::uint8_t icmp_code = 0;
};

}  // namespace onlink::inline v0
