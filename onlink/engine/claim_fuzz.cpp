// SPDX-License-Identifier: Apache-2.0
// A claimer under any order of claims, packets, time and link changes. What must hold whatever happens: it never sends
// for an address that it may not use, tells ready before anything else may be told of an address, wants no call in the
// past, and loses count of nothing.
#include <cstdint>
#include <cstdlib>
#include <map>

#include "onlink/engine/claim.hpp"

namespace {

using namespace onlink;

constexpr MacAddress ours{{2, 0, 0, 0, 0, 1}};
constexpr std::size_t address_count = 6;

IpAddress address_of(std::uint8_t choice) {
  const std::uint8_t number = choice % address_count;
  if (number < 3) return Ipv4Address::of(10, 0, 0, static_cast<std::uint8_t>(1 + number));
  Ipv6Address address{{0xfe, 0x80}};
  address.octets[15] = number;
  return address;
}

void demand(bool holds) {
  if (!holds) std::abort();
}

class Script {
 public:
  explicit Script(Bytes bytes) : rest_(bytes) {}
  [[nodiscard]] bool empty() const { return rest_.empty(); }
  std::uint8_t octet() {
    if (rest_.empty()) return 0;
    const auto value = std::to_integer<std::uint8_t>(rest_.front());
    rest_ = rest_.subspan(1);
    return value;
  }
  Bytes take(std::size_t size) {
    const Bytes taken = rest_.first(std::min(size, rest_.size()));
    rest_ = rest_.subspan(taken.size());
    return taken;
  }

 private:
  Bytes rest_;
};

class World {
 public:
  explicit World(std::uint8_t flags)
      : claimer_({.mac = ours,
                  .nonce = (flags & 1) != 0,
                  .optimistic = (flags & 2) != 0,
                  .policy = static_cast<DefensePolicy>((flags >> 2) % 3),
                  .answer = (flags & 16) != 0,
                  .probe_only = (flags & 32) != 0}) {}

  void step(Script& script) {
    const std::uint8_t verb = script.octet();
    switch (verb % 8) {
      case 0:
        return act([&] { claimer_.claim(now_, address_of(verb / 8), output_); });
      case 1:
        return act([&] { claimer_.claim_link_local(now_, std::nullopt, output_); });
      case 2:
        claimer_.release(address_of(verb / 8));
        in_use_.erase(address_of(verb / 8));
        return;
      case 3:
        return act([&] { claimer_.on_link(now_, verb / 8 % 2 == 0, output_); });
      case 4:
        return pass(std::chrono::milliseconds{script.octet() * 20});
      case 5:
        return hear(script.take(script.octet()));
      case 6:
        return hear_arp(script, address_of(verb / 8));
      default:
        return hear_ndp(script, address_of(verb / 8));
    }
  }

 private:
  template <class Action>
  void act(Action action) {
    action();
    for (const Event& event : output_.events) note(event);
    for (std::size_t i = 0; i < output_.frames.size(); ++i) check(output_.frames[i]);
    output_.clear();
    const auto next = claimer_.next_deadline();
    demand(!next || *next >= now_);
  }
  void pass(Duration time) {
    const Instant end = now_ + time;
    while (claimer_.next_deadline() && *claimer_.next_deadline() <= end) {
      now_ = *claimer_.next_deadline();
      act([&] { claimer_.on_deadline(now_, output_); });
    }
    now_ = end;
  }
  void hear(Bytes frame) {
    if (const auto packet = decode(frame)) act([&] { claimer_.on_packet(now_, *packet, output_); });
  }
  void hear_arp(Script& script, const IpAddress& address) {
    if (address.is_ipv6()) return;
    const std::uint8_t kind = script.octet();
    const MacAddress mac{{2, 0, 0, 0, 0, static_cast<std::uint8_t>(kind >> 6)}};
    const Ipv4Address sender = (kind & 1) != 0 ? address.ipv4() : Ipv4Address{};
    const Packet packet{.ethernet = {.destination = broadcast_mac, .source = mac, .type = EtherType::arp},
                        .payload = ArpPacket{.operation = (kind & 2) != 0 ? ArpOperation::request : ArpOperation::reply,
                                             .sender_hardware_addr = mac,
                                             .sender_protocol_addr = sender,
                                             .target_protocol_addr = (kind & 4) != 0 ? address.ipv4() : Ipv4Address{}}};
    act([&] { claimer_.on_packet(now_, packet, output_); });
  }
  void hear_ndp(Script& script, const IpAddress& address) {
    if (address.is_ipv4()) return;
    const std::uint8_t kind = script.octet();
    const MacAddress mac{{2, 0, 0, 0, 0, static_cast<std::uint8_t>(kind >> 6)}};
    Icmpv6Datagram datagram{.message = NeighborAdvertisement{.target = address.ipv6()}};
    if ((kind & 1) != 0) datagram.message = NeighborSolicitation{.target = address.ipv6()};
    if ((kind & 2) != 0) datagram.ip.header.source = address.ipv6();
    const Packet packet{.ethernet = {.destination = broadcast_mac, .source = mac, .type = EtherType::ipv6},
                        .payload = datagram};
    act([&] { claimer_.on_packet(now_, packet, output_); });
  }

  // Ready and lost take turns; what is defended is in use.
  void note(const Event& event) {
    if (const auto* ready = std::get_if<ClaimReady>(&event)) {
      const bool again = in_use_.contains(ready->address);
      demand(!again || (in_use_[ready->address] && !ready->optimistic));
      in_use_[ready->address] = ready->optimistic;
    } else if (const auto* lost = std::get_if<ClaimLost>(&event)) {
      demand(in_use_.erase(lost->address) == 1);
    } else if (const auto* defended = std::get_if<ClaimDefended>(&event)) {
      demand(in_use_.contains(defended->address));
    }
  }
  // Only what is in use is shown as ours; all that is sent is valid and from us. A frame and the loss of its address
  // are never of one call, so the events may be noted first.
  void check(Bytes frame) const {
    const auto packet = decode(frame);
    demand(packet.has_value() && packet->ethernet.source == ours);
    const auto heard = claim_heard(*packet, {});
    demand(heard && heard->mac == ours);
    demand(!heard->used || in_use_.contains(*heard->used));
  }

  Claimer claimer_;
  Instant now_{};
  Output output_;
  std::map<IpAddress, bool> in_use_;  // and whether it is so optimistically
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Script script{std::as_bytes(std::span{data, size})};
  World world{script.octet()};
  while (!script.empty()) world.step(script);
  return 0;
}
