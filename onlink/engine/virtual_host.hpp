// SPDX-License-Identifier: Apache-2.0
// Answers for addresses that no machine has: one, several ranges, or whole
// prefixes, in constant memory, as one Linux host that has them all would: ARP
// (RFC 826), Neighbor Solicitations (RFC 4861 section 7.2.4), ICMP and ICMPv6
// echo, UDP echo (RFC 862), errors for closed ports; and on behalf of others
// (proxy ARP and NDP). Its neighbour table holds who asked: a stranger is
// solicited before he is answered, and checked on afterwards. One MAC address
// for all or one for each address; and badly on purpose where asked: late,
// lost, doubled, or with a second MAC address for some. Which addresses have
// two depends on the seed alone, so it is the same every time.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "onlink/base/prefix.hpp"
#include "onlink/engine/engine.hpp"
#include "onlink/engine/host_view.hpp"
#include "onlink/engine/neighbor_table.hpp"
#include "onlink/wire/ethernet.hpp"

namespace onlink::inline v0 {

struct VirtualHostConfig {
  std::vector<AddressRange> addresses{};  // of either family, in any order
  std::vector<AddressRange> except{};     // holes in them: the asker's own address, the broadcast address
  std::vector<AddressRange> proxied{};    // others' addresses: requests for them
                                          // are answered, packets to them are not
  MacAddress mac{};
  bool mac_per_address = false;  // derive one for each address; `mac` gives its first octets
  VlanStack vlans{};             // questions without these tags are not heard; answers carry them
  Duration delay{};              // of each answer
  Duration jitter{};             // and up to this much more, uniformly
  double loss = 0;               // of each answer, as a probability
  double duplicate = 0;          // likewise: it is sent twice
  double impostor = 0;           // fraction of the addresses that a second MAC address answers for too
  bool router = false;           // the R flag
  bool anycast = false;          // IPv6: answers late by up to anycast_delay, and
                                 // overrides nobody (RFC 4861 7.2.7)
  bool check = false;            // IPv6 addresses given one by one: each is ours once its
                                 // check found no other owner
  bool echo = true;
  bool udp_echo = true;
  bool port_unreachable = true;  // what a closed UDP port says
  bool pad = true;               // ARP replies to 60 octets, with zeros
  Duration proxy_delay = std::chrono::milliseconds{800};
  Duration anycast_delay = std::chrono::seconds{1};
  std::vector<HostRoute> routes{};  // where answers go; none: every asker is on the link
  // False: whoever asks is answered at the MAC address that the question came
  // from, and nobody is ever solicited: for simulations whose askers answer
  // nothing themselves.
  bool knows_neighbors = true;
  std::uint32_t max_askers = 4096;       // of a family, in the neighbour table
  std::size_t max_delayed = 65'536;      // answers that wait at one time; those
                                         // beyond are not sent, and counted
  std::size_t max_group_answers = 1024;  // with mac_per_address: how many answer an echo request to ff02::1
  bool reports = false;                  // a Served event for each question
  std::uint64_t seed = 0;
};

struct VirtualHostCounters {
  std::uint64_t questions = 0;   // for an address of ours, or that we answer for
  std::uint64_t answers = 0;     // sent, doubles included
  std::uint64_t lost = 0;        // on purpose
  std::uint64_t duplicated = 0;  // on purpose
  std::uint64_t overflowed = 0;  // because max_delayed were waiting
  std::uint64_t limited = 0;     // errors beyond the rate limit
  bool operator==(const VirtualHostCounters&) const = default;
};

class VirtualHost {
 public:
  explicit VirtualHost(VirtualHostConfig config);
  VirtualHost(VirtualHost&&) noexcept;
  VirtualHost& operator=(VirtualHost&&) noexcept;
  ~VirtualHost();

  // At the beginning, once: checks addresses, where asked to. AddressVerified
  // says what came of each.
  void start(Instant now, Output& output);

  void on_packet(Instant now, const Packet& packet, Output& output);
  void on_deadline(Instant now, Output& output);
  [[nodiscard]] std::optional<Instant> next_deadline() const;

  // Whether a frame is on our VLAN; others are not heard.
  [[nodiscard]] bool is_on_our_link(const Packet& packet) const noexcept;
  [[nodiscard]] bool has(const IpAddress& address) const noexcept;
  // Who answers for an address of ours (see VirtualMacs::mac_of), and who
  // answers for it besides, if anybody does.
  [[nodiscard]] MacAddress mac_of(const IpAddress& address) const noexcept;
  [[nodiscard]] std::optional<MacAddress> impostor_of(const IpAddress& address) const noexcept;

  // Where a destination goes by the routes: itself, or its gateway; none: no
  // route.
  [[nodiscard]] std::optional<IpAddress> next_hop(const IpAddress& destination) const noexcept;
  // Sends an IP packet out of the host, from the MAC address of its source,
  // through the neighbour table. SendFailed brings the cookie back. REQUIRES:
  // knows_neighbors.
  SendResult send(Instant now, const PacketToSend& packet, Output& output);
  [[nodiscard]] const NeighborTable& neighbors() const noexcept;

  [[nodiscard]] const VirtualHostCounters& counters() const noexcept;

 private:
  class State;
  std::unique_ptr<State> state_;
};

static_assert(Engine<VirtualHost>);

}  // namespace onlink::inline v0
