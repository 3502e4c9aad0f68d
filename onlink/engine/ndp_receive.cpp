// SPDX-License-Identifier: Apache-2.0
#include "onlink/engine/ndp_receive.hpp"

#include <algorithm>

#include "onlink/engine/dad.hpp"

namespace onlink::inline v0 {
namespace {

constexpr Ipv6Address interface_local_all_nodes{{0xff, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}};  // ff01::1

bool is_checking(const HostAddress& own) noexcept {
  return own.state == HostAddressState::tentative || own.state == HostAddressState::optimistic;
}

bool joins_group_of(const HostAddress& own, const Ipv6Address& group) noexcept {
  return own.prefix.address.is_ipv6() && own.state != HostAddressState::duplicate &&
         solicited_node_address(own.prefix.address.ipv6()) == group;
}

// The solicited-node groups of a range are too many to be listed: what counts is whose address is asked for.
bool is_asked_in_range(const HostView& host, const Ipv6Address& group, const Icmpv6Message& message) noexcept {
  const auto* solicitation = std::get_if<NeighborSolicitation>(&message);
  return solicitation != nullptr && solicited_node_address(solicitation->target) == group &&
         in_local_range(host, solicitation->target);
}

bool is_in_solicited_node_group(const HostView& host, const Ipv6Address& group, const Icmpv6Message& message) noexcept {
  const auto joins = [&](const HostAddress& own) { return joins_group_of(own, group); };
  const auto proxies = [&](const IpAddress& address) {
    return address.is_ipv6() && solicited_node_address(address.ipv6()) == group;
  };
  return std::ranges::any_of(host.addresses, joins) || std::ranges::any_of(host.proxied, proxies) ||
         is_asked_in_range(host, group, message);
}

bool is_bad_station(const std::optional<MacAddress>& mac, const ReceiveContext& context) noexcept {
  return mac && context.rules.has(NeighborRule::station_macs_only) && (!mac->is_unicast() || *mac == context.host.mac);
}

template <class Option>
std::optional<MacAddress> link_layer_address(const NdpOptions& options) noexcept {
  if (const auto option = options.first<Option>()) return option->address;
  return std::nullopt;
}

std::optional<AddressUse> conflict(const Ipv6Address& address, const MacAddress& mac,
                                   const ReceiveContext& context) noexcept {
  if (mac == context.host.mac || !answers_for(context.host, address)) return std::nullopt;
  return AddressUse{.address = address, .mac = mac};
}

// --- solicitations ---

// On whose behalf a solicited target is answered for.
enum class Target : std::uint8_t { none, own, anycast, proxied };

Target target_of(const Ipv6Address& target, const ReceiveContext& context) noexcept {
  if (const HostAddress* own = find_address(context.host, target)) {
    if (own->state == HostAddressState::duplicate) return Target::none;
    return own->anycast ? Target::anycast : Target::own;
  }
  if (in_local_range(context.host, target)) return Target::own;
  const NdpParameters& ndp = context.parameters.ndp;
  return ndp.forwarding && ndp.proxy_ndp && is_proxied(context.host, target) ? Target::proxied : Target::none;
}

struct Solicited {
  const NdpHeard& heard;
  const NeighborSolicitation& message;
  const ReceiveContext& context;
  Target target = Target::none;

  [[nodiscard]] bool is_probe() const noexcept { return heard.ip.source.is_unspecified(); }
  [[nodiscard]] bool by_multicast() const noexcept { return heard.ip.destination.is_multicast(); }
  [[nodiscard]] bool is_optimistic() const noexcept {
    const HostAddress* own = find_address(context.host, message.target);
    return own != nullptr && own->state == HostAddressState::optimistic;
  }
  [[nodiscard]] bool must_wait() const noexcept {
    return target != Target::own && !context.delay_over && heard.ethernet.destination.is_group() && by_multicast() &&
           context.parameters.ipv6.proxy_delay > Duration{};
  }
};

// What is still being checked answers nobody, unless it is optimistic; and a probe for it is news for its check.
// Whether that was all.
bool is_matter_of_dad(const Solicited& asked, NdpVerdict& verdict) noexcept {
  const HostAddress* own = find_address(asked.context.host, asked.message.target);
  if (own == nullptr || !is_checking(*own)) return false;
  if (!asked.is_probe()) return own->state == HostAddressState::tentative;
  verdict.dad = DadHeard{
      .address = asked.message.target, .mac = asked.heard.ethernet.source, .nonce = nonce_of(asked.message.options)};
  return true;
}

// RFC 4861 section 7.2.4; RFC 4429 section 3.3 for an optimistic address.
Advertisement answer_to(const Solicited& asked) noexcept {
  const bool router = asked.target != Target::proxied && asked.context.parameters.ndp.forwarding;
  const bool by_owner = asked.target == Target::own && !asked.is_optimistic();
  return {.target = asked.message.target,
          .destination = asked.is_probe() ? all_nodes_address : asked.heard.ip.source,
          .router = router,
          .solicited = !asked.is_probe(),
          .override_flag = by_owner && asked.by_multicast(),
          .link_layer_address = asked.by_multicast()};
}

// Section 7.2.3. Without a link-layer address only what is known already is confirmed to exist; to a question by
// unicast the answer itself starts the resolution of the asker.
void learn_asker(const Solicited& asked, const std::optional<MacAddress>& mac, NdpVerdict& verdict) noexcept {
  verdict.learned = Learned{.address = asked.heard.ip.source,
                            .mac = mac,
                            .state = NudState::stale,
                            .may_override = MacOverride::always,
                            .create = mac.has_value(),
                            .cause = NeighborCause::neighbor_solicitation};
  verdict.needs_entry = mac || asked.by_multicast();
}

// --- advertisements ---

bool accepts_unknown(const NdpHeard& heard, const ReceiveContext& context) noexcept {
  const NdpParameters& ndp = context.parameters.ndp;
  if (!ndp.forwarding || ndp.accept_untracked_na == 0) return false;
  return ndp.accept_untracked_na == 1 || in_own_network(context.host, heard.ip.source);
}

// Our own answer for somebody else, come back to us.
bool is_own_proxy_answer(const std::optional<MacAddress>& mac, const NeighborAdvertisement& message,
                         const ReceiveContext& context) noexcept {
  const NdpParameters& ndp = context.parameters.ndp;
  return mac == context.host.mac && ndp.forwarding && ndp.proxy_ndp && is_proxied(context.host, message.target);
}

// Whether the target is an address of ours, about which nobody may tell us anything but that there are two.
bool is_about_us(const NdpHeard& heard, const NeighborAdvertisement& message, const ReceiveContext& context,
                 NdpVerdict& verdict) noexcept {
  const HostAddress* own = find_address(context.host, message.target);
  if (own == nullptr ? !in_local_range(context.host, message.target)
                     : own->anycast || own->state == HostAddressState::duplicate) {
    return false;
  }
  const MacAddress sender = link_layer_address<TargetLinkLayerAddress>(message.options).value_or(heard.ethernet.source);
  if (own != nullptr && is_checking(*own)) {
    verdict.dad = DadHeard{.address = message.target, .mac = sender, .nonce = std::nullopt, .advertised = true};
  } else {
    verdict.conflict = conflict(message.target, sender, context);
  }
  return true;
}

// --- routers ---

bool accepts_routers(const NdpHeard& heard, const ReceiveContext& context) noexcept {
  const NdpParameters& ndp = context.parameters.ndp;
  constexpr std::uint8_t even_when_forwarding = 2;
  if (ndp.accept_ra == 0 || (ndp.forwarding && ndp.accept_ra != even_when_forwarding)) return false;
  return !answers_for(context.host, heard.ip.source);
}

}  // namespace

bool is_delivered(const HostView& host, const LinkParameters& parameters, const Ipv6Address& destination,
                  const Icmpv6Message& message) noexcept {
  if (!destination.is_multicast()) return kind_of(host, destination) == AddressKind::local;
  if (destination == all_nodes_address || destination == interface_local_all_nodes) return true;
  if (destination == all_routers_address) return parameters.ndp.forwarding;
  return destination.is_solicited_node() && is_in_solicited_node_group(host, destination, message);
}

NdpVerdict receive(const NdpHeard& heard, const NeighborSolicitation& message, const ReceiveContext& context) noexcept {
  NdpVerdict verdict;
  const auto mac = link_layer_address<SourceLinkLayerAddress>(message.options);
  const Solicited asked{heard, message, context, target_of(message.target, context)};
  if (asked.target == Target::none || is_bad_station(mac, context) || is_matter_of_dad(asked, verdict)) return verdict;
  if (asked.must_wait()) {
    verdict.delay_answer = true;
    return verdict;
  }
  verdict.advertisement = answer_to(asked);
  if (asked.is_probe()) return verdict;
  verdict.conflict = conflict(heard.ip.source, mac.value_or(heard.ethernet.source), context);
  learn_asker(asked, mac, verdict);
  return verdict;
}

NdpVerdict receive(const NdpHeard& heard, const NeighborAdvertisement& message,
                   const ReceiveContext& context) noexcept {
  NdpVerdict verdict;
  if (!message.solicited && context.parameters.ndp.drop_unsolicited_na) return verdict;
  if (is_about_us(heard, message, context, verdict)) return verdict;
  const auto mac = link_layer_address<TargetLinkLayerAddress>(message.options);
  if (is_bad_station(mac, context) || is_own_proxy_answer(mac, message, context)) return verdict;
  verdict.learned = Learned{.address = message.target,
                            .mac = mac,
                            .state = message.solicited ? NudState::reachable : NudState::stale,
                            .may_override = message.override_flag ? MacOverride::always : MacOverride::doubt,
                            .create = mac && accepts_unknown(heard, context),
                            .revive_failed = false,
                            .router = message.router,
                            .cause = NeighborCause::neighbor_advertisement};
  verdict.stale_if_new = true;  // RFC 9131 section 6.1.1
  return verdict;
}

// RFC 4861 section 6.2.6: only routers listen to it.
NdpVerdict receive(const NdpHeard& heard, const RouterSolicitation& message, const ReceiveContext& context) noexcept {
  NdpVerdict verdict;
  const auto mac = link_layer_address<SourceLinkLayerAddress>(message.options);
  if (!context.parameters.ndp.forwarding || heard.ip.source.is_unspecified() || is_bad_station(mac, context)) {
    return verdict;
  }
  verdict.learned = Learned{.address = heard.ip.source,
                            .mac = mac,
                            .state = NudState::stale,
                            .may_override = MacOverride::always,
                            .create = mac.has_value(),
                            .router = false,
                            .cause = NeighborCause::router_solicitation};
  return verdict;
}

// Section 6.3.4. The neighbour is learned even where its advertisement is not to be used.
NdpVerdict receive(const NdpHeard& heard, const RouterAdvertisement& message, const ReceiveContext& context) noexcept {
  NdpVerdict verdict;
  const auto mac = link_layer_address<SourceLinkLayerAddress>(message.options);
  if (is_bad_station(mac, context)) return verdict;
  verdict.learned = Learned{.address = heard.ip.source,
                            .mac = mac,
                            .state = NudState::stale,
                            .may_override = MacOverride::always,
                            .create = mac.has_value(),
                            .router = true,
                            .cause = NeighborCause::router_advertisement};
  verdict.from_router = accepts_routers(heard, context);
  return verdict;
}

// Section 8.3.
NdpVerdict receive(const NdpHeard& heard, const Redirect& message, const NextHop& current,
                   const ReceiveContext& context) noexcept {
  NdpVerdict verdict;
  const NdpParameters& ndp = context.parameters.ndp;
  const auto mac = link_layer_address<TargetLinkLayerAddress>(message.options);
  const bool from_current = current.kind == NextHopKind::gateway && current.address == IpAddress{heard.ip.source};
  if (ndp.forwarding || !ndp.accept_redirects || !from_current || is_bad_station(mac, context) ||
      answers_for(context.host, message.target)) {
    return verdict;
  }
  const bool on_link = message.target == message.destination;
  verdict.learned = Learned{.address = message.target,
                            .mac = mac,
                            .state = NudState::stale,
                            .may_override = MacOverride::always,
                            .create = mac.has_value(),
                            .router = on_link ? std::nullopt : std::optional{true},
                            .cause = NeighborCause::redirect};
  verdict.redirected = true;
  return verdict;
}

}  // namespace onlink::inline v0
