// SPDX-License-Identifier: Apache-2.0
// The inside of NeighborCache: the table of neighbours and all that ARP and NDP keep beside it. One class, a file for
// each of its matters: receiving, sending, the check of our own addresses, the link.
#pragma once

#include <array>
#include <vector>

#include "onlink/base/rng.hpp"
#include "onlink/engine/arp_receive.hpp"
#include "onlink/engine/dad.hpp"
#include "onlink/engine/ndp_receive.hpp"
#include "onlink/engine/neighbor_cache.hpp"
#include "onlink/engine/proxy_queue.hpp"
#include "onlink/engine/redirect_list.hpp"

namespace onlink::inline v0 {

// Packets of the cache's own (advertisements) that fail are nobody's business but its own.
inline constexpr std::uint64_t own_cookie = ~std::uint64_t{0};

struct NeighborCache::State {
  explicit State(NeighborCacheConfig config);
  State(const State&) = delete;  // the table's callbacks point here
  State& operator=(const State&) = delete;
  State(State&&) = delete;
  State& operator=(State&&) = delete;
  ~State() = default;

  // --- receiving (neighbor_cache_receive.cpp) ---
  struct Heard {
    const Packet& packet;
    bool delay_over = false;  // it waited in a ProxyQueue
  };
  void receive(Instant now, const Heard& heard, Output& output);
  void receive_arp_packet(Instant now, const Heard& heard, const ArpPacket& arp, Output& output);
  void receive_icmpv6(Instant now, const Heard& heard, const Icmpv6Datagram& datagram, Output& output);
  void act_on(Instant now, const Heard& heard, const NdpVerdict& verdict, Output& output);
  void receive_advertisement(Instant now, const NdpHeard& heard, const RouterAdvertisement& message, Output& output);
  void take_parameters(Instant now, const Ipv6Address& router, const RouterAdvertisement& message, Output& output);
  void receive_redirect(Instant now, const NdpHeard& heard, const Redirect& message, Output& output);
  [[nodiscard]] ReceiveContext context(bool delay_over) const noexcept;
  // Whether the packet's sender has an entry now.
  bool learn(Instant now, const NdpVerdict& verdict, Output& output);
  void delay(Instant now, Family family, Bytes frame);
  void answer_delayed(Instant now, Output& output);

  // --- sending (neighbor_cache_send.cpp) ---
  SendResult send(Instant now, const PacketToSend& packet, Output& output);
  void send_advertisement(Instant now, const Advertisement& advertisement, Output& output);
  void notify(Instant now, Output& output);
  void notify_of(Instant now, const HostAddress& own, Output& output);
  [[nodiscard]] std::optional<MacAddress> fixed_mac(const IpAddress& address) const noexcept;
  void solicit(const Solicitation& solicitation, Output& output) const;
  [[nodiscard]] static NeighborLink link_of(State& state) noexcept;

  // Calls the table or the list of routers, then looks at the events that came of it.
  template <class Call>
  auto watched(Output& output, Call call) {
    const std::size_t before = output.events.size();
    if constexpr (std::is_void_v<decltype(call())>) {
      call();
      look_at_events(before, output);
    } else {
      const auto result = call();
      look_at_events(before, output);
      return result;
    }
  }
  void look_at_events(std::size_t from, Output& output);
  void forget_redirects(const Event& event);

  // --- our own addresses (neighbor_cache_dad.cpp) ---
  void begin_check(Instant now, HostAddress& own, Output& output);
  void begin_checks(Instant now, Output& output);
  void hear_of(Instant now, const DadHeard& heard, Output& output);
  void run_checks(Instant now, Output& output);
  void end_checks(Instant now, Output& output);
  void conclude(Instant now, const DuplicateCheck& check, Output& output);
  void forget_check(const IpAddress& address);  // of one that is gone, or is told anew what it is
  [[nodiscard]] HostAddress* find_own(const IpAddress& address) noexcept;

  // --- the link (neighbor_cache.cpp) ---
  void flush(Instant now, NeighborCause cause, Output& output);
  void go_down(Instant now, Output& output);
  void go_up(Instant now, Output& output);
  void lose_carrier(Instant now, Output& output);

  NeighborCacheConfig config;
  HostView host;
  Rng rng;
  NeighborTable table;
  RouterList routers;
  RedirectList redirects;
  std::array<ProxyQueue, 2> delayed{};   // by Family
  std::vector<DuplicateCheck> checks{};  // of addresses that are being checked
  std::vector<Ipv6Address> checked{};    // passed, and to be checked again when the link comes back
  bool up = true;
  bool arp = true;          // no IFF_NOARP
  bool ipv6_off = false;    // the MAC is somebody else's too (accept_dad 2)
  bool own_queued = false;  // an advertisement had to wait for the resolution of its asker, ever
};

}  // namespace onlink::inline v0
