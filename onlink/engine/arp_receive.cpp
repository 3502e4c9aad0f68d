// SPDX-License-Identifier: Apache-2.0
#include "onlink/engine/arp_receive.hpp"

#include <algorithm>

namespace onlink::inline v0 {
namespace {

// What Linux's routing makes of a packet from the sender to the target that comes in here (ip_route_input).
enum class InputRoute : std::uint8_t {
  refused,    // a martian source, no route, or not forwarding
  local,      // the target is ours
  back_here,  // it would be forwarded, out of this interface again
  elsewhere,  // it would be forwarded, out of another one
  other,      // a broadcast
};

struct Heard {
  const EthernetHeader& ethernet;
  const ArpPacket& arp;
  const ReceiveContext& context;

  [[nodiscard]] const HostView& host() const noexcept { return context.host; }
  [[nodiscard]] const ArpParameters& parameters() const noexcept { return context.parameters.arp; }
  [[nodiscard]] Ipv4Address sender() const noexcept { return arp.sender_protocol_addr; }
  [[nodiscard]] Ipv4Address target() const noexcept { return arp.target_protocol_addr; }
  [[nodiscard]] bool is_request() const noexcept { return arp.operation == ArpOperation::request; }
  [[nodiscard]] bool to_us() const noexcept { return !ethernet.destination.is_group(); }
  [[nodiscard]] bool takes(NeighborRule rule) const noexcept { return context.rules.has(rule); }
};

// --- the gate ---

bool is_refused(const Heard& heard) noexcept {
  const ArpOperation operation = heard.arp.operation;
  if (operation != ArpOperation::request && operation != ArpOperation::reply) return true;
  const Ipv4Address target = heard.target();
  if (target.is_multicast() || (target.is_loopback() && !heard.parameters().route_localnet)) return true;
  return heard.parameters().drop_gratuitous_arp && heard.sender() == target;
}

bool is_bad_station(const Heard& heard) noexcept {
  const MacAddress& mac = heard.arp.sender_hardware_addr;
  return heard.takes(NeighborRule::station_macs_only) && (!mac.is_unicast() || mac == heard.host().mac);
}

std::optional<AddressUse> conflict_of(const Heard& heard) noexcept {
  if (heard.arp.sender_hardware_addr == heard.host().mac || !answers_for(heard.host(), heard.sender())) {
    return std::nullopt;
  }
  return AddressUse{.address = heard.sender(), .mac = heard.arp.sender_hardware_addr};
}

// --- routing of the request, as a packet that came in ---

bool is_martian(const Heard& heard) noexcept {
  const Ipv4Address sender = heard.sender();
  return sender.is_multicast() || sender.is_broadcast() || sender.value >> 24 == 0 ||
         (sender.is_loopback() && !heard.parameters().route_localnet);
}

// Linux: fib_validate_source. What leaves by the interface that it came in is looked at more closely, because it would
// cause a redirect.
bool is_valid_source(const Heard& heard, bool back_here) noexcept {
  const AddressKind kind = kind_of(heard.host(), heard.sender());
  if (kind == AddressKind::local) return false;
  if (heard.parameters().rp_filter == 0 && !back_here) return true;
  if (kind != AddressKind::unicast) return false;
  const auto route = find_route(heard.host(), heard.sender());
  if (!route) return heard.parameters().rp_filter == 0;
  return !route->other_interface || heard.parameters().rp_filter != 1;
}

InputRoute route_in(const Heard& heard) noexcept {
  if (is_martian(heard)) return InputRoute::refused;
  const AddressKind kind = kind_of(heard.host(), heard.target());
  if (kind == AddressKind::local) return is_valid_source(heard, false) ? InputRoute::local : InputRoute::refused;
  if (kind != AddressKind::unicast) return InputRoute::other;
  const auto route = find_route(heard.host(), heard.target());
  if (!heard.parameters().forwarding || !route) return InputRoute::refused;
  if (!is_valid_source(heard, !route->other_interface)) return InputRoute::refused;
  return route->other_interface ? InputRoute::elsewhere : InputRoute::back_here;
}

// --- whether an address of ours is answered for here ---

constexpr std::uint8_t only_of_interface = 1;
constexpr std::uint8_t only_of_interface_and_network = 2;
constexpr std::uint8_t not_of_scope_host = 3;
constexpr std::uint8_t never_answer = 8;

bool is_of_interface(const Heard& heard, std::optional<Ipv4Address> sender) noexcept {
  const auto& addresses = heard.host().addresses;
  const auto in_network = [&](const HostAddress& own) {
    return own.prefix.contains(heard.target()) && (!sender || own.prefix.contains(*sender));
  };
  return find_address(heard.host(), heard.target()) != nullptr && std::ranges::any_of(addresses, in_network);
}

bool has_wider_scope_than_host(const Heard& heard) noexcept {
  const auto matches = [&](const HostAddress& own) {
    return own.prefix.address == IpAddress{heard.target()} &&
           (own.scope != HostAddressScope::host || heard.parameters().route_localnet);
  };
  return std::ranges::any_of(heard.host().addresses, matches) || std::ranges::any_of(heard.host().elsewhere, matches);
}

bool is_ignored(const Heard& heard) noexcept {
  switch (heard.parameters().arp_ignore) {
    case only_of_interface:
      return !is_of_interface(heard, std::nullopt);
    case only_of_interface_and_network:
      return !is_of_interface(heard, heard.arp.is_probe() ? std::nullopt : std::optional{heard.sender()});
    case not_of_scope_host:
      return !has_wider_scope_than_host(heard);
    case never_answer:
      return true;
    default:
      return false;
  }
}

bool is_filtered(const Heard& heard) noexcept {
  if (!heard.parameters().arp_filter) return false;
  const auto back = find_route(heard.host(), heard.sender());
  return !back || back->other_interface;
}

// --- what comes of it ---

ArpPacket reply_to(const Heard& heard) noexcept {
  return {.operation = ArpOperation::reply,
          .sender_hardware_addr = heard.host().mac,
          .sender_protocol_addr = heard.target(),
          .target_hardware_addr = heard.arp.sender_hardware_addr,
          .target_protocol_addr = heard.sender()};
}

bool is_on_link(const Heard& heard) noexcept {
  const auto route = find_route(heard.host(), heard.sender());
  return route && !route->other_interface && !route->gateway;
}

// The asker of an answered request becomes a neighbour, whatever MAC it had before.
void learn_asker(const Heard& heard, ArpVerdict& verdict) noexcept {
  verdict.learned =
      Learned{.address = heard.sender(),
              .mac = heard.arp.sender_hardware_addr,
              .state = NudState::stale,
              .may_override = MacOverride::always,
              .create = !heard.takes(NeighborRule::senders_on_link) || is_on_link(heard),
              .cause = is_gratuitous(heard.arp) ? NeighborCause::gratuitous_arp : NeighborCause::arp_request};
}

void answer(const Heard& heard, ArpVerdict& verdict) noexcept {
  learn_asker(heard, verdict);
  verdict.reply = reply_to(heard);
  verdict.needs_entry = verdict.learned && verdict.learned->create;
}

void answer_own(const Heard& heard, ArpVerdict& verdict) noexcept {
  if (!is_ignored(heard) && !is_filtered(heard)) answer(heard, verdict);
}

// A probe asks whether the address is free (RFC 5227): it gets its answer and leaves no trace.
void answer_probe(const Heard& heard, ArpVerdict& verdict) noexcept {
  if (!heard.is_request() || kind_of(heard.host(), heard.target()) != AddressKind::local) return;
  if (!is_ignored(heard)) verdict.reply = reply_to(heard);
}

bool is_proxied(const Heard& heard, InputRoute route) noexcept {
  if (route == InputRoute::back_here) {
    return heard.parameters().proxy_arp_pvlan && heard.sender() != heard.target();
  }
  return route == InputRoute::elsewhere &&
         (heard.parameters().proxy_arp || onlink::is_proxied(heard.host(), heard.target()));
}

void answer_for_another(const Heard& heard, ArpVerdict& verdict) noexcept {
  answer(heard, verdict);
  verdict.needs_entry = false;
  verdict.delay_reply =
      !heard.context.delay_over && !heard.to_us() && heard.context.parameters.ipv4.proxy_delay > Duration{};
}

bool accepts_unknown(const Heard& heard) noexcept {
  const std::uint8_t level = heard.parameters().arp_accept;
  return level == 1 || (level == 2 && in_own_network(heard.host(), heard.sender()));
}

NeighborCause cause_of(const Heard& heard, bool gratuitous) noexcept {
  if (gratuitous) return NeighborCause::gratuitous_arp;
  if (heard.is_request()) return NeighborCause::arp_request;
  return heard.to_us() ? NeighborCause::arp_reply : NeighborCause::arp_broadcast_reply;
}

// Of a packet that is not a question to us the sender is believed when we know it already (RFC 826, its merge flag).
void learn_in_passing(const Heard& heard, ArpVerdict& verdict) noexcept {
  const bool unicast = kind_of(heard.host(), heard.sender()) == AddressKind::unicast;
  const bool gratuitous = unicast && is_gratuitous(heard.arp);
  const bool answers = !heard.is_request() && heard.to_us();
  verdict.learned = Learned{.address = heard.sender(),
                            .mac = heard.arp.sender_hardware_addr,
                            .state = answers ? NudState::reachable : NudState::stale,
                            .may_override = gratuitous ? MacOverride::always : MacOverride::if_unlocked,
                            .create = accepts_unknown(heard) && (gratuitous || (!heard.is_request() && unicast)),
                            .cause = cause_of(heard, gratuitous)};
}

}  // namespace

// In the order of Linux's arp_process; what it asks of the frame before stands in hears() and decode_arp().
ArpVerdict receive_arp(const EthernetHeader& ethernet, const ArpPacket& arp, const ReceiveContext& context) noexcept {
  const Heard heard{ethernet, arp, context};
  ArpVerdict verdict;
  if (is_refused(heard) || is_bad_station(heard)) return verdict;
  if (heard.sender().is_unspecified()) {
    answer_probe(heard, verdict);
    return verdict;
  }
  verdict.conflict = conflict_of(heard);
  const InputRoute route = heard.is_request() ? route_in(heard) : InputRoute::refused;
  if (route == InputRoute::local) {
    answer_own(heard, verdict);
  } else if (is_proxied(heard, route)) {
    answer_for_another(heard, verdict);
  } else {
    learn_in_passing(heard, verdict);
  }
  return verdict;
}

}  // namespace onlink::inline v0
