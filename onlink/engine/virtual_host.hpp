// SPDX-License-Identifier: Apache-2.0
// Answers for addresses that no machine has: one, several ranges, or whole prefixes, in constant memory. Replies to ARP
// requests (RFC 826), Neighbor Solicitations (RFC 4861 section 7.2.4, with the answers that Linux gives) and ICMPv6
// echo requests, one MAC address for all or one for each address; and badly on purpose where asked: late, lost,
// doubled, or with a second MAC address for some. Which addresses have two depends on the seed alone, so it is the same
// every time.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "onlink/base/prefix.hpp"
#include "onlink/base/rng.hpp"
#include "onlink/engine/engine.hpp"
#include "onlink/engine/min_heap.hpp"
#include "onlink/wire/ethernet.hpp"

namespace onlink::inline v0 {

struct VirtualHostConfig {
  std::vector<AddressRange> addresses{};  // of either family, in any order
  std::vector<AddressRange> except{};     // holes in them: the asker's own address, the broadcast address
  MacAddress mac{};
  bool mac_per_address = false;          // derive one for each address; `mac` gives its first octets
  VlanStack vlans{};                     // questions without these tags are not heard; answers carry them
  Duration delay{};                      // of each answer
  Duration jitter{};                     // and up to this much more, uniformly
  double loss = 0;                       // of each answer, as a probability
  double duplicate = 0;                  // likewise: it is sent twice
  double impostor = 0;                   // fraction of the addresses that a second MAC address answers for too
  bool router = false;                   // the R flag
  bool pad = true;                       // ARP replies to 60 octets, with zeros
  std::size_t max_delayed = 65'536;      // answers that wait at one time; those beyond are not sent, and counted
  std::size_t max_group_answers = 1024;  // with mac_per_address: how many answer an echo request to ff02::1
  std::uint64_t seed = 0;
};

struct VirtualHostCounters {
  std::uint64_t questions = 0;   // for an address of ours
  std::uint64_t answers = 0;     // sent, doubles included
  std::uint64_t lost = 0;        // on purpose
  std::uint64_t duplicated = 0;  // on purpose
  std::uint64_t overflowed = 0;  // because max_delayed were waiting
  bool operator==(const VirtualHostCounters&) const = default;
};

class VirtualHost {
 public:
  explicit VirtualHost(VirtualHostConfig config);

  void on_packet(Instant now, const Packet& packet, Output& output);
  void on_deadline(Instant now, Output& output);
  [[nodiscard]] std::optional<Instant> next_deadline() const;  // none: no answer waits

  [[nodiscard]] bool has(const IpAddress& address) const noexcept;
  // Who answers for an address of ours. With mac_per_address: the first two octets of `mac` and the IPv4 address, or
  // the first octet and 40 bits of the IPv6 address, so that no two of one /88 are the same.
  [[nodiscard]] MacAddress mac_of(const IpAddress& address) const noexcept;
  // And who answers for it besides, if anybody does: the same but for bit 0x04 of octet 0.
  [[nodiscard]] std::optional<MacAddress> impostor_of(const IpAddress& address) const noexcept;

  [[nodiscard]] const VirtualHostCounters& counters() const noexcept { return counters_; }

 private:
  struct Delayed {
    Instant at;
    std::uint64_t order = 0;  // among answers of one instant
    std::uint32_t slot = 0;   // in `slots_`
    [[nodiscard]] bool comes_before(const Delayed& other) const noexcept {
      return at < other.at || (at == other.at && order < other.order);
    }
  };

  // Who asked whom for an echo.
  struct EchoAsked {
    const Icmpv6Echo& echo;
    Ipv6Address asker;
    MacAddress asker_mac;
    MacAddress destination_mac;
  };

  void on_arp(Instant now, const Packet& packet, const ArpPacket& arp, Output& output);
  void on_solicitation(Instant now, const Packet& packet, const Icmpv6Datagram& datagram, Output& output);
  void on_echo(Instant now, const Packet& packet, const Icmpv6Datagram& datagram, Output& output);
  void answer_echo(Instant now, const Ipv6Address& from, const EchoAsked& asked, Output& output);
  // To ff02::1: each address for itself when each has its MAC; else the one host by an address of the asker's scope.
  void answer_group_echo(Instant now, const EchoAsked& asked, Output& output);
  [[nodiscard]] std::optional<Ipv6Address> group_answer_source(const Ipv6Address& asker) const noexcept;
  // Calls answer(mac) for each MAC address that claims the address and that a frame to `destination` reaches.
  template <class Answer>
  void for_each_claimant(const IpAddress& address, const MacAddress& destination, Answer answer);
  [[nodiscard]] EthernetHeader header(EtherType type, const MacAddress& from, const MacAddress& to) const noexcept;
  void send_icmpv6(Instant now, const EthernetHeader& ethernet, const Ipv6Header& ip, const Icmpv6Message& message,
                   Output& output);
  // Loses, doubles and delays as configured.
  void send(Instant now, Bytes frame, Output& output);
  void send_once(Instant now, Bytes frame, Output& output);

  VirtualHostConfig config_;
  std::vector<AddressRange> ranges_;  // sorted, disjoint
  std::vector<AddressRange> holes_;
  Rng rng_;
  MinHeap<Delayed> waiting_;
  std::vector<std::vector<std::byte>> slots_;
  std::vector<std::uint32_t> free_slots_;
  std::vector<std::byte> scratch_;  // an answer while it is written
  std::uint64_t order_ = 0;
  VirtualHostCounters counters_;
};

static_assert(Engine<VirtualHost>);

}  // namespace onlink::inline v0
