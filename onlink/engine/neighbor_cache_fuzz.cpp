// SPDX-License-Identifier: Apache-2.0
// Feeds a neighbour cache a script of time steps, frames and verbs, hostile in all, and holds it to what must be true
// whatever happens: deadlines lie ahead once met, nothing is sent to a neighbour that is not usable, every frame
// decodes, and neither entries nor what waits grow beyond their bounds.
//
// Script: two octets of options, then steps: one octet of command and what it needs. 0x00-0x5f: that many times 16 ms
// pass. 0x60-0x7f: that many times 16 s pass. 0x80-0x9f: the frame that follows (one octet of length) is heard.
// 0xa0-0xaf: the last frame that was sent comes back, its octet at the position that follows replaced by the one after
// that. 0xb0-0xcf: an ARP or NDP packet of a few octets' choice is heard. 0xd0-0xff: a verb, by the octet after it.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <source_location>
#include <vector>

#include "onlink/engine/arp_frame.hpp"
#include "onlink/engine/neighbor_cache.hpp"
#include "onlink/engine/neighbor_frame.hpp"
#include "onlink/wire/decode.hpp"

namespace onlink {
namespace {

using namespace std::chrono_literals;

constexpr MacAddress own_mac{{0x02, 0, 0, 0, 0, 0x0a}};
constexpr MacAddress other_mac{{0x02, 0, 0, 0, 0, 0x0e}};
constexpr std::size_t most_entries = 12;
constexpr std::size_t most_queued = 4;

void require(bool holds, std::source_location where = std::source_location::current()) {
  if (holds) return;
  std::fprintf(stderr, "%s:%u does not hold\n", where.file_name(), static_cast<unsigned>(where.line()));
  std::abort();
}

MacAddress mac_of(std::uint8_t choice) {
  if (choice == 0xff) return broadcast_mac;
  return {{static_cast<std::uint8_t>(choice < 0xf0 ? 2 : 3), 0, 0, 0, 0, choice}};
}
Ipv4Address v4_of(std::uint8_t choice) {
  constexpr Ipv4Address odd[] = {Ipv4Address{},
                                 Ipv4Address::of(255, 255, 255, 255),
                                 Ipv4Address::of(224, 0, 0, 5),
                                 Ipv4Address::of(127, 0, 0, 1),
                                 Ipv4Address::of(10, 1, 0, 7),
                                 Ipv4Address::of(10, 9, 0, 3)};
  if (choice >= 0xf0) return odd[choice % std::size(odd)];
  return Ipv4Address::of(10, 0, 0, static_cast<std::uint8_t>(choice % 40));
}
Ipv6Address v6_of(std::uint8_t choice) {
  if (choice == 0xff) return {};
  if (choice == 0xfe) return all_nodes_address;
  Ipv6Address address{{0x20, 0x01, 0x0d, 0xb8}};
  if ((choice & 0x40) != 0) address = {{0xfe, 0x80}};
  if ((choice & 0x80) != 0) address.octets[7] = 5;  // off link
  address.octets[15] = choice % 40;
  return address;
}

NeighborCacheConfig config_of(std::uint8_t options, std::uint8_t more) {
  NeighborCacheConfig config;
  config.host = {.mac = own_mac,
                 .addresses = {{.prefix = {Ipv4Address::of(10, 0, 0, 1), 24}},
                               {.prefix = {link_local_address(own_mac), 64}},
                               {.prefix = {v6_of(1), 64}, .state = HostAddressState::tentative},
                               {.prefix = {v6_of(2), 64}, .anycast = true}},
                 .local_ranges = {{Ipv4Address::of(10, 9, 0, 0), Ipv4Address::of(10, 9, 255, 255)}},
                 .elsewhere = {{.prefix = {Ipv4Address::of(10, 1, 0, 1), 24}}},
                 .proxied = {v6_of(3), Ipv4Address::of(10, 1, 0, 7)}};
  config.rules = (options & 1) != 0 ? NeighborRules::strict() : NeighborRules::linux_compatible();
  LinkParameters& parameters = config.parameters;
  parameters.gc_ipv4 = {.gc_thresh1 = 2, .gc_thresh2 = 8, .gc_thresh3 = most_entries};
  parameters.gc_ipv6 = parameters.gc_ipv4;
  for (NeighborParameters* family : {&parameters.ipv4, &parameters.ipv6}) {
    family->unres_qlen = most_queued;
    family->proxy_qlen = 3;
    family->mcast_solicit = options >> 1 & 3;
    family->app_solicit = options >> 3 & 1;
    family->mcast_resolicit = options >> 4 & 1;
    family->gc_stale_time = 20s;
  }
  parameters.arp = {.forwarding = (options & 32) != 0,
                    .arp_ignore = static_cast<std::uint8_t>(more & 3),
                    .arp_accept = static_cast<std::uint8_t>(more >> 2 & 3),
                    .proxy_arp = (options & 64) != 0};
  parameters.ndp.forwarding = (options & 32) != 0;
  parameters.ndp.proxy_ndp = (options & 64) != 0;
  parameters.ndp.accept_ra = 2;
  parameters.ndp.accept_untracked_na = static_cast<std::uint8_t>(more >> 4 & 1);
  parameters.ndp.optimistic_dad = (more & 32) != 0;
  config.max_routers = 2;
  config.max_prefixes = 2;
  config.max_redirects = 3;
  config.seed = options;
  return config;
}

class Script {
 public:
  explicit Script(Bytes script) : steps_(script), config_(config_of(steps_.u8(), steps_.u8())), cache_(config_) {
    cache_.start(now_, output_);
    take();
  }

  void run() {
    while (steps_.remaining() > 0) step();
    pass(10s);
  }

 private:
  void step() {
    const std::uint8_t command = steps_.u8();
    if (command < 0x60) {
      pass(command * 16ms);
    } else if (command < 0x80) {
      pass((command - 0x5f) * 16s);
    } else if (command < 0xa0) {
      hear(steps_.bytes(std::min<std::size_t>(steps_.u8(), steps_.remaining())));
    } else if (command < 0xb0) {
      std::vector<std::byte> frame = last_;
      const std::size_t at = steps_.u8();
      const std::uint8_t octet = steps_.u8();
      if (at < frame.size()) frame[at] = std::byte{octet};
      hear(frame);
    } else if (command < 0xc0) {
      hear_arp(command);
    } else if (command < 0xd0) {
      hear_ndp(command);
    } else {
      verb(command);
    }
    check();
  }

  void hear_arp(std::uint8_t command) {
    FrameBatch frames;
    const MacAddress sender = mac_of(steps_.u8());
    const ArpPacket arp{.operation = (command & 1) != 0 ? ArpOperation::request : ArpOperation::reply,
                        .sender_hardware_addr = sender,
                        .sender_protocol_addr = v4_of(steps_.u8()),
                        .target_hardware_addr = (command & 2) != 0 ? sender : own_mac,
                        .target_protocol_addr = v4_of(steps_.u8())};
    append_arp({.destination = (command & 4) != 0 ? broadcast_mac : own_mac, .source = sender, .type = EtherType::arp},
               arp, true, frames);
    hear(frames[0]);
  }

  // The message's options: as many octets of the script as the command says, or a link-layer address.
  void hear_ndp(std::uint8_t command) {
    const MacAddress mac = mac_of(steps_.u8());
    const Ipv6Address source = v6_of(steps_.u8());
    const Ipv6Address subject = v6_of(steps_.u8());
    const std::uint8_t flags = steps_.u8();
    std::array<std::byte, 48> memory{};
    Writer option{memory};
    if ((flags & 1) != 0) encode(NdpOption{SourceLinkLayerAddress{mac}}, option);
    if ((flags & 2) != 0) encode(NdpOption{TargetLinkLayerAddress{mac}}, option);
    if ((flags & 4) != 0) {
      encode(NdpOption{PrefixInformation{
                 .prefix_length = steps_.u8(), .on_link = true, .valid_lifetime = flags, .prefix = subject}},
             option);
    }
    const NdpOptions options = NdpOptions::decode(option.written()).value_or(NdpOptions{});
    const Icmpv6Message messages[] = {
        NeighborSolicitation{.target = subject, .options = options},
        NeighborAdvertisement{.router = (flags & 8) != 0,
                              .solicited = (flags & 16) != 0,
                              .override_flag = (flags & 32) != 0,
                              .target = subject,
                              .options = options},
        RouterAdvertisement{.router_lifetime = static_cast<std::uint16_t>(flags * 8),
                            .reachable_time = flags * 100U,
                            .options = options},
        Redirect{.target = subject, .destination = v6_of(steps_.u8()), .options = options},
        RouterSolicitation{.options = options}};
    const bool to_group = (flags & 64) != 0;
    const Ipv6Address group = (command & 0x0f) == 0 ? solicited_node_address(subject) : all_nodes_address;
    send_icmpv6(messages[(command & 0x0f) % std::size(messages)], source, to_group ? group : v6_of(1), mac);
  }

  void send_icmpv6(const Icmpv6Message& message, const Ipv6Address& from, const Ipv6Address& to,
                   const MacAddress& mac) {
    std::array<std::byte, 160> body{};
    Writer body_out{body};
    encode(message, from, to, body_out);
    std::array<std::byte, 256> frame{};
    Writer out{frame};
    encode(
        EthernetHeader{
            .destination = to.is_multicast() ? multicast_mac(to) : own_mac, .source = mac, .type = EtherType::ipv6},
        ipv6_header_size + body_out.size(), out);
    encode(Ipv6Header{.source = from, .destination = to}, body_out.size(), out);
    out.bytes(body_out.written());
    hear(out.written());
  }

  void hear(Bytes frame) {
    const std::vector<std::byte> copy(frame.begin(), frame.end());
    const auto packet = decode(copy);
    if (packet) cache_.on_packet(now_, *packet, output_);
    take();
  }

  [[nodiscard]] IpAddress any_address() {
    const std::uint8_t choice = steps_.u8();
    return (choice & 1) != 0 ? IpAddress{v4_of(choice)} : IpAddress{v6_of(choice)};
  }

  void verb(std::uint8_t command) {
    const IpAddress address = any_address();
    switch (command % 8) {
      case 0:
      case 1:
        send(address);
        break;
      case 2:
        cache_.confirm(now_, address, output_);
        break;
      case 3:
        administer(address);
        break;
      case 4:
        cache_.on_link(now_, static_cast<LinkChange>(steps_.u8() % 7), output_);
        break;
      case 5:
        cache_.set_mac(now_, (steps_.u8() & 1) != 0 ? own_mac : other_mac, output_);
        break;
      case 6:
        cache_.add_address(now_, {.prefix = {address, 24}, .state = HostAddressState::tentative}, output_);
        break;
      default:
        cache_.remove_address(now_, address, output_);
    }
    take();
  }

  void send(const IpAddress& address) {
    const std::size_t before = output_.events.size();
    const NextHop hop = cache_.next_hop(now_, address);
    std::array<std::byte, ipv6_header_size> memory{};
    Writer packet{memory};
    if (address.is_ipv4()) {
      encode(Ipv4Header{.source = v4_of(1), .destination = address.ipv4()}, 0, packet);
    } else {
      encode(Ipv6Header{.next_header = IpProtocol::no_next_header, .source = v6_of(1), .destination = address.ipv6()},
             0, packet);
    }
    const SendResult result = cache_.send(
        now_, {.next_hop = hop.kind == NextHopKind::gateway ? hop.address : address, .packet = packet.written()},
        output_);
    require(result != SendResult::dropped || output_.events.size() > before);
  }

  void administer(const IpAddress& address) {
    constexpr NudState states[] = {NudState::none,   NudState::incomplete, NudState::reachable,
                                   NudState::stale,  NudState::delay,      NudState::probe,
                                   NudState::failed, NudState::noarp,      NudState::permanent};
    const std::uint8_t how = steps_.u8();
    const NudState state = states[how / 16 % std::size(states)];
    if (state == NudState::permanent) ++exempted_;
    cache_.admin(now_,
                 {.verb = static_cast<AdminVerb>(how & 3),
                  .address = address,
                  .mac = (how & 4) != 0 ? std::optional{mac_of(steps_.u8())} : std::nullopt,
                  .state = state,
                  .managed = (how & 8) != 0},
                 output_);
  }

  void pass(Duration duration) {
    const Instant until = now_ + duration;
    for (int calls = 0; cache_.next_deadline() && *cache_.next_deadline() <= until; ++calls) {
      require(calls < 100'000);
      now_ = std::max(now_, *cache_.next_deadline());
      cache_.on_deadline(now_, output_);
      require(!cache_.next_deadline() || *cache_.next_deadline() > now_);
      take();
    }
    now_ = until;
  }

  void take() {
    for (std::size_t i = 0; i < output_.frames.size(); ++i) {
      const auto packet = decode(output_.frames[i]);
      require(packet.has_value());
      last_.assign(output_.frames[i].begin(), output_.frames[i].end());
      require(!std::holds_alternative<Unrecognized>(packet->payload));
      require(packet->ethernet.source == own_mac || packet->ethernet.source == other_mac);
    }
    for (const Event& event : output_.events) check_event(event);
    output_.clear();
  }

  void check_event(const Event& event) {
    if (const auto* changed = std::get_if<NeighborChanged>(&event)) {
      require(is_usable(changed->after) == changed->mac.has_value() || changed->after == NudState::failed ||
              changed->after == NudState::incomplete || changed->after == NudState::none);
    }
  }

  static bool is_usable(NudState state) {
    return state != NudState::none && state != NudState::incomplete && state != NudState::failed;
  }

  void check() {
    for (const Family family : {Family::ipv4, Family::ipv6}) {
      std::size_t countable = 0;
      cache_.for_each(family, [&](const NeighborEntry& entry) {
        require(entry.queued <= most_queued);
        require(entry.queued == 0 || !is_usable(entry.state));
        require(!is_usable(entry.state) || entry.mac);
        require(cache_.find_connected(entry.address).has_value() ==
                    (entry.state == NudState::reachable || entry.state == NudState::permanent ||
                     entry.state == NudState::noarp) ||
                entry.address.is_multicast() || !up());
        if (entry.state != NudState::permanent && !entry.externally_learned && !entry.validated) ++countable;
      });
      require(countable <= most_entries + exempted_);
    }
    require(cache_.default_routers().size() <= config_.max_routers);
    require(cache_.on_link_prefixes().size() <= config_.max_prefixes);
  }

  // Without a link there is no next hop, not even to our own address.
  [[nodiscard]] bool up() const {
    return cache_.next_hop(now_, IpAddress{Ipv4Address::of(127, 0, 0, 1)}).kind == NextHopKind::local;
  }

  Reader steps_;
  Instant now_{1h};
  NeighborCacheConfig config_;
  NeighborCache cache_;
  Output output_;
  std::vector<std::byte> last_;
  std::size_t exempted_ = 0;  // entries that came past the bound as PERMANENT, and may have become others since
};

}  // namespace
}  // namespace onlink

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2 || size > 4096) return 0;
  onlink::Script{std::as_bytes(std::span{data, size})}.run();
  return 0;
}
