// SPDX-License-Identifier: Apache-2.0
// Asks hosts on the link for their names: mDNS (RFC 6762) and LLMNR (RFC 4795) reverse lookups, NetBIOS node status
// (RFC 1002 section 4.2.17). A deterministic machine like every engine, but over UDP payloads: the sockets are its
// caller's.
//
// mDNS is asked from an ephemeral port, i.e. as a "legacy" one-shot query (RFC 6762 section 6.7), so that the answer
// comes back by unicast and no multicast group need be joined. The host itself is asked first, the group only when it
// was silent: on a wireless link every multicast frame costs everyone. LLMNR responders need not heed unicast UDP, so
// the group is asked from the start. NetBIOS is IPv4 only, always unicast.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "onlink/base/bytes.hpp"
#include "onlink/base/ip_address.hpp"
#include "onlink/base/rng.hpp"
#include "onlink/base/time.hpp"

namespace onlink::inline v0 {

inline constexpr std::uint16_t mdns_port = 5353;
inline constexpr std::uint16_t llmnr_port = 5355;
inline constexpr Ipv4Address mdns_group_ipv4{0xe00000fb};   // 224.0.0.251
inline constexpr Ipv4Address llmnr_group_ipv4{0xe00000fc};  // 224.0.0.252
inline constexpr Ipv6Address mdns_group_ipv6{{0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xfb}};
inline constexpr Ipv6Address llmnr_group_ipv6{{0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 3}};

// Where a name came from: /etc/hosts, the DNS, the host itself.
enum class NameSource : std::uint8_t { hosts, ptr, mdns, llmnr, netbios };
[[nodiscard]] std::string_view to_string(NameSource source) noexcept;

struct NameFound {
  IpAddress address;
  std::string name;  // without a dot at the end; printable
  NameSource source = NameSource::ptr;

  auto operator<=>(const NameFound&) const = default;
};

struct NameDatagram {
  IpAddress destination;
  std::uint16_t port = 0;
  std::vector<std::byte> payload;
};

struct NameOutput {
  std::vector<NameDatagram> datagrams;
  std::vector<NameFound> names;

  void clear() noexcept {
    datagrams.clear();
    names.clear();
  }
};

struct NameQueryConfig {
  bool mdns = true;
  bool llmnr = true;
  bool netbios = true;
  unsigned tries = 2;                                      // per address and method
  Duration try_interval = std::chrono::milliseconds{400};  // mDNS answers may be held back 120 ms, LLMNR's 100 ms
  // New addresses; each costs up to four small datagrams a try. Every one becomes an entry of the kernel's neighbour
  // table, which by default holds 1,024 and gives none up within 5 s.
  double addresses_per_second = 150;
};

class NameQuery {
 public:
  NameQuery(const NameQueryConfig& config, std::uint64_t seed);

  // Takes an address to ask for, once: one that was given before is passed over.
  void ask(Instant now, const IpAddress& address);
  // `from` and `port` are the sender's; the port says which protocol it is. What is not an answer to a question that
  // stands is ignored.
  void on_datagram(Instant now, const IpAddress& from, std::uint16_t port, Bytes payload, NameOutput& output);
  void on_deadline(Instant now, NameOutput& output);
  // Nothing: every address is done.
  [[nodiscard]] std::optional<Instant> next_deadline() const;
  [[nodiscard]] std::size_t outstanding() const noexcept { return queue_.size() + pending_.size(); }

 private:
  struct Pending {
    std::uint16_t id = 0;
    bool mdns = false, llmnr = false, netbios = false;  // still to be answered
    unsigned tries = 0;
    [[nodiscard]] bool done() const noexcept { return !mdns && !llmnr && !netbios; }
  };
  using PendingMap = std::unordered_map<IpAddress, Pending>;

  void start(Instant now, const IpAddress& address, NameOutput& output);
  void send_try(Instant now, const IpAddress& address, Pending& pending, NameOutput& output);
  void on_reverse_answer(NameSource source, const IpAddress& from, Bytes payload, NameOutput& output);
  void on_node_status(const IpAddress& from, Bytes payload, NameOutput& output);
  void settle(PendingMap::iterator entry);

  NameQueryConfig config_;
  Rng rng_;
  Duration start_interval_;
  std::unordered_set<IpAddress> known_;
  std::deque<IpAddress> queue_;        // not yet asked
  std::optional<Instant> next_start_;  // set while the queue holds something
  PendingMap pending_;
  std::deque<std::pair<Instant, IpAddress>> tries_;  // when each pending address is due, in order
};

}  // namespace onlink::inline v0
