// SPDX-License-Identifier: Apache-2.0
// What a VirtualHost is inside. Internal to engine: virtual_host.cpp has the
// way in and out, virtual_host_neighbors.cpp ARP and Neighbor Discovery,
// virtual_host_echo.cpp what is answered above them.
#pragma once

#include <utility>
#include <vector>

#include "onlink/base/rng.hpp"
#include "onlink/engine/answer_limit.hpp"
#include "onlink/engine/answer_queue.hpp"
#include "onlink/engine/arp_receive.hpp"
#include "onlink/engine/dad.hpp"
#include "onlink/engine/ndp_receive.hpp"
#include "onlink/engine/virtual_host.hpp"
#include "onlink/engine/virtual_host_addresses.hpp"
#include "onlink/wire/icmp.hpp"
#include "onlink/wire/udp.hpp"

namespace onlink::inline v0 {

class VirtualHost::State {
 public:
  explicit State(VirtualHostConfig config);
  State(const State&) = delete;  // the table points here
  State& operator=(const State&) = delete;
  ~State() = default;

  void start(Instant now, Output& output);
  void on_packet(Instant now, const Packet& packet, Output& output);
  void on_deadline(Instant now, Output& output);
  [[nodiscard]] std::optional<Instant> next_deadline() const;
  SendResult send(Instant now, const PacketToSend& packet, Output& output);
  [[nodiscard]] std::optional<IpAddress> next_hop(const IpAddress& destination) const noexcept;

  [[nodiscard]] bool is_on_our_link(const Packet& packet) const noexcept {
    return packet.ethernet.encapsulation == Encapsulation::ethernet2 &&
           packet.ethernet.vlans.same_network(config_.vlans);
  }
  [[nodiscard]] bool has(const IpAddress& address) const noexcept { return addresses_.contains(address); }
  [[nodiscard]] MacAddress mac_of(const IpAddress& address) const noexcept { return macs_.mac_of(address); }
  [[nodiscard]] std::optional<MacAddress> impostor_of(const IpAddress& address) const noexcept {
    return has(address) ? macs_.impostor_of(address) : std::nullopt;
  }
  [[nodiscard]] const VirtualHostCounters& counters() const noexcept { return counters_; }
  [[nodiscard]] const NeighborTable& table() const noexcept { return table_; }

 private:
  // Who claims the address that a frame asks about, of those that the frame
  // reaches.
  struct Claimants {
    std::optional<MacAddress> owner{};
    std::optional<MacAddress> impostor{};
    [[nodiscard]] bool any() const noexcept { return owner || impostor; }
  };
  // A question on its way to its answer; `served` is reported when the answer
  // is.
  struct Asked {
    Instant now;
    const Packet& packet;
    Served served;
    Claimants claimants{};
    Duration least{};     // the answer waits so long,
    Duration most{};      // and up to so long, uniformly
    bool routed = false;  // the answer goes where the routes say, not straight
                          // to the asker
  };
  // An IP packet without its header.
  struct IpAnswer {
    IpAddress source;
    IpAddress destination;
    IpProtocol protocol = IpProtocol::icmp;
    std::uint8_t traffic_class = 0;
    std::uint8_t hop_limit = 64;
  };

  void add_checked_addresses();
  void fill_views();

  // ARP and Neighbor Discovery (virtual_host_neighbors.cpp)
  void on_arp(Instant now, const Packet& packet, const ArpPacket& arp, Output& output);
  void answer_arp(Asked& asked, const ArpPacket& arp, Output& output);
  void on_icmpv6(Instant now, const Packet& packet, const Icmpv6Datagram& datagram, Output& output);
  void on_solicitation(Instant now, const Packet& packet, const Icmpv6Datagram& datagram, Output& output);
  void answer_solicitation(Asked& asked, const Advertisement& advertisement, Output& output);
  template <class Message>
  void learn_from(Instant now, const Packet& packet, const Icmpv6Datagram& datagram, const Message& message,
                  Output& output);
  LearnResult learn(Instant now, const std::optional<Learned>& learned, Output& output);
  void note_conflict(Instant now, const std::optional<AddressUse>& use, const MacAddress& sender, Output& output);
  void check_heard(Instant now, const DadHeard& heard, Output& output);
  void run_checks(Instant now, Output& output);
  void settle_checks(Instant now, Output& output);
  static void solicit(void* self, Instant now, const Solicitation& solicitation, Output& output);
  static void transmit(void* self, Instant now, const Transmission& transmission, Output& output);
  static std::optional<MacAddress> fixed_mac(void* self, const IpAddress& address);
  [[nodiscard]] std::optional<IpAddress> solicitation_source(const Solicitation& solicitation) const noexcept;

  // Above (virtual_host_echo.cpp)
  void on_ipv4(Instant now, const Packet& packet, const Ipv4Packet& ip, Output& output);
  void on_ipv6(Instant now, const Packet& packet, const Ipv6Packet& ip, Output& output);
  void on_icmp_echo(Asked& asked, const Ipv4Packet& ip, Output& output);
  void on_icmpv6_echo(Instant now, const Packet& packet, const Icmpv6Datagram& datagram, Output& output);
  void answer_icmpv6_echo(Asked& asked, const Icmpv6Datagram& datagram, Output& output);
  void answer_group_echo(Asked& asked, const Icmpv6Datagram& datagram, Output& output);
  [[nodiscard]] std::optional<Ipv6Address> group_answer_source(const Ipv6Address& asker) const noexcept;
  template <class Ip>
  void on_udp(Asked& asked, const Ip& ip, const UdpMessage& message, Output& output);
  template <class Ip>
  void refuse_port(Asked& asked, const Ip& ip, Output& output);
  [[nodiscard]] bool is_station(const IpAddress& address) const noexcept;

  // Sending (virtual_host.cpp)
  [[nodiscard]] Claimants claimants_of(const IpAddress& address, const MacAddress& destination) const noexcept;
  [[nodiscard]] EthernetHeader heard_header(const Packet& packet) const noexcept;
  [[nodiscard]] EthernetHeader header(EtherType type, const MacAddress& from, const MacAddress& to) const noexcept;
  // An IP packet from each claimant, its `size` octets behind the IP header
  // written by `write(out, mac)`.
  template <class Write>
  void answer_ip(Asked& asked, const IpAnswer& ip, std::size_t size, Write write, Output& output);
  [[nodiscard]] Writer begin_ip(const IpAnswer& ip, std::size_t size);
  void answer_from(Asked& asked, const MacAddress& mac, const IpAnswer& ip, Output& output);
  // Loses, doubles and delays as configured.
  void put(Asked& asked, const OutgoingAnswer& answer, Output& output);
  void put_once(Asked& asked, const OutgoingAnswer& answer, Output& output);
  void let_go(Instant now, const OutgoingAnswer& answer, Output& output);
  void report(Asked& asked, Output& output);

  VirtualHostConfig config_;
  RangeSet addresses_;
  RangeSet proxied_;
  VirtualMacs macs_;
  HostView view_;
  HostView proxy_view_;  // the same host, which has exactly one proxied address:
                         // the one that is asked for
  LinkParameters parameters_;
  LinkParameters proxy_parameters_;
  NeighborRules rules_;
  Rng rng_;
  NeighborTable table_;
  AnswerQueue waiting_;
  IcmpErrorLimit limit_;
  std::vector<DuplicateCheck> checks_;  // under way
  std::vector<std::byte> scratch_;      // an answer while it is written
  std::vector<std::byte> quote_;        // of the packet that an error is about
  std::uint16_t identification_ = 0;
  VirtualHostCounters counters_;
};

template <class Write>
void VirtualHost::State::answer_ip(Asked& asked, const IpAnswer& ip, std::size_t size, Write write, Output& output) {
  ++counters_.questions;
  for (const auto& mac : {asked.claimants.owner, asked.claimants.impostor}) {
    if (!mac) continue;
    Writer out = begin_ip(ip, size);
    write(out, *mac);
    answer_from(asked, *mac, ip, output);
  }
  report(asked, output);
}

}  // namespace onlink::inline v0
