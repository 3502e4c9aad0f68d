// SPDX-License-Identifier: Apache-2.0
// What the kernel knows: its links, their addresses, where it would route a destination, and its neighbour table, each
// as plain values. One Netlink is one rtnetlink socket; it belongs to the network namespace in which it was opened.
// Every question asks for no more than its answer (one link, one interface's addresses), so that start-up stays short
// on a machine with thousands of each.
//
// Errors: permission, no_interface (the interface does not exist), system. Where the kernel explains a refusal in words
// (extended acknowledgement), the words are in the text.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "onlink/base/error.hpp"
#include "onlink/base/hardware_address.hpp"
#include "onlink/base/ip_address.hpp"
#include "onlink/base/mac_address.hpp"
#include "onlink/base/nud_state.hpp"
#include "onlink/base/prefix.hpp"
#include "onlink/base/time.hpp"
#include "onlink/kernel/neighbor_states.hpp"

struct nlmsghdr;  // NOLINT(readability-identifier-naming): the kernel's

namespace onlink::inline v0::kernel {

struct Link {
  int index = 0;
  std::string name{};
  MacAddress mac{};  // zero when the link has no 6-octet address
  std::uint32_t mtu = 0;
  bool ethernet = false;  // ARPHRD_ETHER: Ethernet frames cross it (veth, bridge, Wi-Fi in station mode, too)
  bool up = false;        // administratively (IFF_UP)
  bool running = false;   // has carrier (IFF_RUNNING, IFF_LOWER_UP)
  bool loopback = false;
  bool noarp = false;  // IFF_NOARP: nobody resolves addresses here
  bool point_to_point = false;
  int master = 0;           // index of the bridge or bond that it is part of; 0: none
  bool forwarding = false;  // as a port of a bridge: frames pass (not blocked, learning or disabled)
  std::string kind{};       // "veth", "bridge", "vlan", ...; empty for hardware and lo
};

enum class AddressScope : std::uint8_t { global, site, link, host, nowhere };

struct InterfaceAddress {
  int interface = 0;
  Prefix prefix{};  // the address with its network's length: 192.0.2.7/24
  AddressScope scope = AddressScope::global;
  std::optional<IpAddress> peer{};  // the other end's address, on a point-to-point link
  bool tentative = false;           // duplicate address detection has not finished: not ours yet
  bool duplicate = false;           // duplicate address detection found another owner
  bool deprecated = false;          // preferred lifetime is over: not for new conversations
  bool temporary = false;           // RFC 8981; for IPv4: a second address of the same network (secondary)
  bool permanent = false;           // no lifetime: set by hand

  // The network that it makes on-link: the peer's, where there is one.
  [[nodiscard]] Prefix network() const noexcept { return {peer ? *peer : prefix.address, prefix.length}; }
};

enum class RouteKind : std::uint8_t {
  on_link,  // the destination itself is the next hop
  gateway,  // via RouteAnswer::gateway
  local,    // one of our own addresses
  broadcast,
  multicast,
  unreachable,  // no route, or a route that says so (unreachable, prohibit, blackhole)
};

struct RouteAnswer {
  RouteKind kind = RouteKind::unreachable;
  int interface = 0;                            // frames leave here; for local the loopback
  std::optional<IpAddress> gateway{};           // may be IPv6 for an IPv4 destination (RFC 5549)
  std::optional<IpAddress> preferred_source{};  // the address that the kernel would send from

  bool operator==(const RouteAnswer&) const = default;
};

struct DefaultRoute {
  Family family = Family::ipv4;
  int interface = 0;
  std::optional<IpAddress> gateway{};  // absent on a point-to-point link
  std::uint32_t metric = 0;

  bool operator==(const DefaultRoute&) const = default;
};

// How long ago things happened to an entry, to the kernel's clock tick (1/100 s). The kernel counts in 32 bits, so an
// age of more than 497 days starts anew.
struct NeighborAges {
  Duration confirmed{};  // the last proof that it hears us; an entry without one starts at twice base_reachable_time
  Duration used{};       // the last packet that did not take the fast path of `reachable`
  Duration updated{};    // the last change of state or MAC address

  bool operator==(const NeighborAges&) const = default;
};

// A row of the kernel's neighbour table; of its table of proxies (proxy = true) an entry has no state, MAC or age.
struct NeighborEntry {
  int interface = 0;  // of a proxy 0: on every interface
  IpAddress address{};
  std::optional<MacAddress> mac{};
  NudState state = NudState::none;
  bool router = false;                // NTF_ROUTER: its advertisements say so
  bool proxy = false;                 // NTF_PROXY: we answer for it
  bool externally_learned = false;    // NTF_EXT_LEARNED: a control plane put it there; not collected
  bool offloaded = false;             // NTF_OFFLOADED: the hardware forwards to it
  bool managed = false;               // NTF_EXT_MANAGED: the kernel keeps it reachable
  bool externally_validated = false;  // NTF_EXT_EXT_VALIDATED: user space says whether it is there; never failed
  bool use = false;                   // NTF_USE
  std::uint8_t protocol = 0;          // NDA_PROTOCOL: who put it there (RTPROT_*); 0: not told
  std::uint32_t probes = 0;           // solicitations sent and not answered
  NeighborAges ages{};
  HardwareAddress other_address{};  // its link-layer address where links have another kind than MacAddress; else empty

  bool operator==(const NeighborEntry&) const = default;
};

// What is asked of the neighbour table. Family, interface and table are chosen by the kernel, states while its answer
// is read: no row more is kept.
struct NeighborQuery {
  std::optional<Family> family{};
  int interface = 0;     // 0: all
  bool proxies = false;  // the table of proxies instead
  NudStateSet states = NudStateSet::all();
};

class Netlink {
 public:
  // A socket in the calling thread's network namespace.
  [[nodiscard]] static std::expected<Netlink, Error> open();
  Netlink(Netlink&&) noexcept;
  Netlink& operator=(Netlink&&) noexcept;
  ~Netlink();

  [[nodiscard]] std::expected<std::vector<Link>, Error> links();
  // By name (alternative names too) or index; no_interface when there is none.
  [[nodiscard]] std::expected<Link, Error> find_link(std::string_view name);
  [[nodiscard]] std::expected<Link, Error> find_link(int index);

  // Of one interface, or of all with index 0; in the kernel's order, so the primary address comes first.
  [[nodiscard]] std::expected<std::vector<InterfaceAddress>, Error> addresses(int index,
                                                                              std::optional<Family> family = {});

  // The kernel's own decision for one destination; with out_interface, among that interface's routes only. "No route"
  // is an answer (RouteKind::unreachable), not an error.
  [[nodiscard]] std::expected<RouteAnswer, Error> route_get(const IpAddress& destination, int out_interface = 0);
  // Where the routes of all tables lead, in the kernel's order; one destination may stand there several times.
  [[nodiscard]] std::expected<std::vector<Prefix>, Error> route_destinations(Family family);
  // Default routes of the main table, best first: IPv4 before IPv6, then by metric.
  [[nodiscard]] std::expected<std::vector<DefaultRoute>, Error> default_routes();
  // The interface of the best of them; nothing when there is no default route.
  [[nodiscard]] std::expected<std::optional<Link>, Error> default_route_interface();

  // One row of the neighbour table, or nothing.
  [[nodiscard]] std::expected<std::optional<NeighborEntry>, Error> neighbor(int index, const IpAddress& address);
  // The table of one interface, or all with index 0.
  [[nodiscard]] std::expected<std::vector<NeighborEntry>, Error> neighbors(int index,
                                                                           std::optional<Family> family = {});
  [[nodiscard]] std::expected<std::vector<NeighborEntry>, Error> neighbors(const NeighborQuery& query);
  // The same row by row, without keeping any. A table that changes meanwhile may show a row twice, or not at all.
  using NeighborSink = std::function<void(const NeighborEntry&)>;
  [[nodiscard]] std::expected<void, Error> for_each_neighbor(const NeighborQuery& query, const NeighborSink& sink);
  // One row of the table of proxies, or nothing; index 0: of those that hold on every interface.
  [[nodiscard]] std::expected<std::optional<NeighborEntry>, Error> proxy_neighbor(int index, const IpAddress& address);

  // Sends one request and hands over every message that answers it, until the kernel's acknowledgement or the end of
  // the dump. `what` names the operation in an error. For the other files of this folder.
  using MessageSink = std::function<void(const nlmsghdr&)>;
  [[nodiscard]] std::expected<void, Error> transact(nlmsghdr& request, const std::string& what,
                                                    const MessageSink& sink);

 private:
  struct Socket;
  explicit Netlink(std::unique_ptr<Socket> socket) noexcept;
  std::unique_ptr<Socket> socket_;
};

}  // namespace onlink::inline v0::kernel
