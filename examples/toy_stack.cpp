// SPDX-License-Identifier: Apache-2.0
// A network stack in user space, as small as it goes: it has an address, and answers pings. Who is asked for what, how
// long an answer holds, what is sent to whom: all of that is the neighbour cache's.
//   toy_stack eth0 192.0.2.9/24 2001:db8::9/64       a second host on the link of eth0, with a MAC of its own
//   toy_stack --tap toy0 192.0.2.9/24                behind a tap interface that this machine's kernel sees (as root)
// Ends with Ctrl-C, and shows then whom it knows.
#include <array>
#include <cstdio>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "onlink/engine/neighbor_cache.hpp"
#include "onlink/link/packet_port.hpp"
#include "onlink/link/tap_port.hpp"
#include "onlink/run/driver.hpp"
#include "onlink/wire/icmp.hpp"

using namespace onlink;

namespace {

constexpr MacAddress our_mac{{0x02, 0x70, 0x79, 0, 0, 1}};

class ToyStack {
 public:
  explicit ToyStack(const std::vector<Prefix>& addresses) : cache_({.host = host_with(addresses), .seed = 1}) {}

  void on_packet(Instant now, const Packet& packet, Output& output) {
    cache_.on_packet(now, packet, output);
    if (const auto* ipv4 = std::get_if<Ipv4Datagram>(&packet.payload)) answer_ping(now, ipv4->ip, output);
    if (const auto* icmpv6 = std::get_if<Icmpv6Datagram>(&packet.payload)) answer_ping(now, *icmpv6, output);
  }
  void on_deadline(Instant now, Output& output) { cache_.on_deadline(now, output); }
  [[nodiscard]] std::optional<Instant> next_deadline() const { return cache_.next_deadline(); }

  void show_neighbors() const {
    for (const Family family : {Family::ipv4, Family::ipv6}) {
      cache_.for_each(family, [](const NeighborEntry& entry) {
        std::printf("%s %s %s\n", to_string(entry.address).c_str(), entry.mac ? to_string(*entry.mac).c_str() : "-",
                    std::string{to_string(entry.state)}.c_str());
      });
    }
  }

 private:
  static HostView host_with(const std::vector<Prefix>& addresses) {
    HostView host{.mac = our_mac};
    for (const Prefix& prefix : addresses) host.addresses.push_back({.prefix = prefix});
    return host;
  }
  [[nodiscard]] bool is_ours(const IpAddress& address) const {
    return cache_.next_hop({}, address).kind == NextHopKind::local;
  }

  void answer_ping(Instant now, const Ipv4Packet& asked, Output& output) {
    if (asked.header.protocol != IpProtocol::icmp || !is_ours(asked.header.destination)) return;
    const auto message = decode_icmp(asked);
    const auto* echo = message ? std::get_if<IcmpEcho>(&*message) : nullptr;
    if (echo == nullptr || echo->reply) return;
    IcmpEcho reply = *echo;
    reply.reply = true;
    Writer out{packet_};
    encode(Ipv4Header{.source = asked.header.destination, .destination = asked.header.source},
           icmp_header_size + reply.data.size(), out);
    encode(IcmpMessage{reply}, out);
    send(now, asked.header.source, out, output);
  }

  void answer_ping(Instant now, const Icmpv6Datagram& asked, Output& output) {
    const auto* echo = std::get_if<Icmpv6Echo>(&asked.message);
    const Ipv6Header& header = asked.ip.header;
    if (echo == nullptr || echo->reply || !is_ours(header.destination)) return;
    Icmpv6Echo reply = *echo;
    reply.reply = true;
    Writer out{packet_};
    encode(Ipv6Header{.next_header = IpProtocol::icmpv6,
                      .hop_limit = 64,
                      .source = header.destination,
                      .destination = header.source},
           8 + reply.data.size(), out);
    encode(Icmpv6Message{reply}, header.destination, header.source, out);
    send(now, header.source, out, output);
  }

  void send(Instant now, const IpAddress& destination, const Writer& written, Output& output) {
    const NextHop hop = cache_.next_hop(now, destination);
    if (!written.ok() || (hop.kind != NextHopKind::on_link && hop.kind != NextHopKind::gateway)) return;
    cache_.send(now, {.next_hop = hop.address, .packet = Bytes{packet_}.first(written.size())}, output);
  }

  NeighborCache cache_;
  std::array<std::byte, 2048> packet_{};  // the answer while it is written
};

int fail(const Error& error) {
  std::fprintf(stderr, "toy_stack: %s\n", error.context.c_str());
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  const bool tap = argc > 1 && std::string_view{argv[1]} == "--tap";
  const std::vector<std::string_view> words(argv + (tap ? 2 : 1), argv + argc);
  if (words.size() < 2) return fail(usage_error("usage: toy_stack [--tap] IFACE ADDRESS/LENGTH..."));
  std::vector<Prefix> addresses;
  for (std::size_t i = 1; i < words.size(); ++i) {
    const auto prefix = parse_prefix(words[i]);
    if (!prefix) return fail(prefix.error());
    addresses.push_back(*prefix);
  }
  const std::string interface{words[0]};
  const auto port =
      tap ? open_tap_port(interface)
          : open_packet_port({.interface = interface, .filter = {.everything = true}, .promiscuous = true});
  if (!port) return fail(port.error());

  ToyStack stack(addresses);
  const Interrupt interrupt;
  const RunResult result = run(stack, **port, {.interrupt = &interrupt, .stay = true});
  stack.show_neighbors();
  return result.error ? fail(*result.error) : 0;
}
