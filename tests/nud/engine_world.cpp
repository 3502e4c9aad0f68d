// SPDX-License-Identifier: Apache-2.0
// Carrying out steps; what comes of them is written down in engine_record.cpp.
#include "tests/nud/engine_world.hpp"

#include <algorithm>
#include <utility>

#include "tests/nud/engine_packets.hpp"
#include "tests/nud/kernel_timer.hpp"

namespace onlink::differential {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// What a datagram of a few octets costs in Linux's queue: 832 octets of truesize (nud.md section 4), headers included.
constexpr std::uint32_t datagram_overhead = 800;

NeighborCacheConfig cache_config(const EngineRunOptions& options) {
  NeighborCacheConfig config;
  config.host.mac = host_mac;
  config.host.pad = false;  // veth's frames are not padded
  config.rules = options.strict ? NeighborRules::strict() : NeighborRules::linux_compatible();
  config.packet_overhead = datagram_overhead;
  config.seed = options.seed;
  config.reachable_time_ipv4 = options.reachable_ipv4;
  config.reachable_time_ipv6 = options.reachable_ipv6;
  return config;
}

AdminVerb verb_of(AdminAction action) {
  switch (action) {
    case AdminAction::add:
      return AdminVerb::add;
    case AdminAction::change:
      return AdminVerb::change;
    case AdminAction::replace:
      return AdminVerb::replace;
    case AdminAction::remove:
      return AdminVerb::remove;
  }
  return AdminVerb::add;
}

std::string_view errno_of(AdminResult result) {
  switch (result) {
    case AdminResult::done:
      return {};
    case AdminResult::exists:
      return "EEXIST";
    case AdminResult::absent:
      return "ENOENT";
    case AdminResult::mac_missing:
    case AdminResult::invalid:
      return "EINVAL";
    case AdminResult::table_full:
      return "ENOBUFS";
  }
  return {};
}

HostAddress host_address(const AddressStep& step, const std::vector<HostAddress>& others) {
  HostAddress address{.prefix = step.prefix};
  address.scope = step.scope == AddressScope::host   ? HostAddressScope::host
                  : step.scope == AddressScope::link ? HostAddressScope::link
                                                     : HostAddressScope::global;
  if (step.prefix.address.is_link_local()) address.scope = HostAddressScope::link;
  if (step.prefix.address.is_ipv6() && (step.check || step.optimistic)) address.state = HostAddressState::tentative;
  address.secondary = step.prefix.address.is_ipv4() && std::ranges::any_of(others, [&](const HostAddress& other) {
                        return other.prefix.length == step.prefix.length && other.prefix.address.is_ipv4() &&
                               other.prefix.network() == step.prefix.network();
                      });
  return address;
}

}  // namespace

EngineWorld::EngineWorld(const Scenario& scenario, const EngineRunOptions& options)
    : scenario_(scenario),
      options_(options),
      lateness_(options.lateness_seed.value_or(0)),
      config_(cache_config(options)),
      cache_(config_) {
  if (!config_.reachable_time_ipv4) config_.reachable_time_ipv4 = scenario.reachable;
  if (!config_.reachable_time_ipv6) config_.reachable_time_ipv6 = scenario.reachable;
  trace_.header.runner = options.strict ? "engine-strict" : "engine";
  trace_.header.scenario = scenario.name;
}

std::expected<void, Error> EngineWorld::set_up() {
  // Addresses and sysctls first: the cache begins with them, and start() tells the neighbours where it should.
  for (const Step& step : scenario_.setup) {
    if (const auto* sysctl = std::get_if<SysctlStep>(&step.action)) {
      if (auto written = sysctls_.write(*sysctl, config_.parameters); !written) return written;
    } else if (const auto* address = std::get_if<AddressStep>(&step.action)) {
      auto& list = address->interface == 1 ? config_.host.addresses : config_.host.elsewhere;
      list.push_back(host_address(*address, list));
      if (address->check || address->optimistic) added_[to_string(address->prefix.address)] = Duration{};
    }
  }
  cache_ = NeighborCache{config_};
  up_ = true;
  trace_.header.reachable_ipv4 = scenario_.ipv4 ? std::optional{cache_.reachable_time(Family::ipv4)} : std::nullopt;
  trace_.header.reachable_ipv6 = scenario_.ipv6 ? std::optional{cache_.reachable_time(Family::ipv6)} : std::nullopt;
  cache_.start(now(), output_);
  settle({});
  for (const Step& step : scenario_.setup) {
    const bool done =
        std::holds_alternative<SysctlStep>(step.action) || std::holds_alternative<AddressStep>(step.action);
    if (done) continue;
    if (auto result = act(step.action); !result) return result;
  }
  recording_ = true;
  return {};
}

std::optional<Duration> EngineWorld::next_service() {
  const auto deadline = cache_.next_deadline();
  if (!deadline) return std::nullopt;
  if (!late_ || late_->first != deadline) {
    const bool random = options_.lateness_seed.has_value();
    late_ = {deadline, random ? lateness_.between(Duration{}, timer_allowance(seconds{1})) : options_.lateness};
  }
  return std::max(now_, *deadline - epoch_ + late_->second);
}

void EngineWorld::advance(Duration to) {
  while (true) {
    const auto delivery = std::ranges::min_element(deliveries_, {}, &Delivery::at);
    const auto handshake = std::ranges::min_element(handshakes_, {}, &Handshake::next);
    const auto service = next_service();
    Duration next = Duration::max();
    if (delivery != deliveries_.end()) next = std::min(next, delivery->at);
    if (handshake != handshakes_.end()) next = std::min(next, handshake->next);
    if (service) next = std::min(next, *service);
    if (next > to) break;
    now_ = std::max(now_, next);
    if (delivery != deliveries_.end() && delivery->at == next) {
      const Delivery arrived = std::move(*delivery);
      deliveries_.erase(delivery);
      receive(arrived);
    } else if (handshake != handshakes_.end() && handshake->next == next) {
      connect(*handshake);
    } else {
      serve();
    }
  }
  now_ = std::max(now_, to);
}

void EngineWorld::serve() {
  late_.reset();
  TimerWatch::Cause cause = timers_.due(now());
  if (cause.fired.empty()) cause.slack = other_slack();
  cache_.on_deadline(now(), output_);
  settle(cause);
}

// Of a timer that is no entry's. Managed entries are looked after by a work item that comes once a period, for all
// namespaces, since the system started: when within the period, nobody knows (neigh_managed_work).
TimerWatch::Slack EngineWorld::other_slack() const {
  bool managed = false;
  Duration period{};
  for (const Family family : {Family::ipv4, Family::ipv6}) {
    cache_.for_each(family, [&](const NeighborEntry& entry) {
      if (!entry.managed) return;
      managed = true;
      period = std::max(period, cache_.parameters().of(family).interval_probe_time);
    });
  }
  if (!managed) return {};
  return {period + timer_allowance(period), period};
}

void EngineWorld::receive(const Delivery& delivery) {
  if (!up_ || !carrier_) return;
  const auto packet = decode(delivery.frame);
  if (!packet) return;
  if (const TraceRecord asked = describe_frame(delivery.frame); !asked.key.empty()) asked_[asked.key] = now_;
  cache_.on_packet(now(), *packet, output_);
  TimerWatch::Cause cause;
  cause.slack = delivery.slack;
  settle(cause);
}

std::expected<void, Error> EngineWorld::execute(const Step& step) {
  if (!std::holds_alternative<EndStep>(step.action)) {
    add({.t = now_, .ev = TraceEvent::step, .kind = step.text}, {});
  }
  // Both runners look at Linux's counter, which unlike the log's line is not limited in its rate.
  const auto overflows = [this] {
    return cache_.counters(Family::ipv4).table_fulls + cache_.counters(Family::ipv6).table_fulls;
  };
  const std::uint64_t before = overflows();
  acting_ = true;
  auto done = act(step.action);
  acting_ = false;
  deliver_due();
  if (overflows() != before) add({.t = now_, .ev = TraceEvent::full}, {});
  return done;
}

std::expected<void, Error> EngineWorld::act(const Action& action) {
  return std::visit(
      [this](const auto& step) -> std::expected<void, Error> {
        if constexpr (std::is_same_v<decltype(act(step)), void>) {
          act(step);
          return {};
        } else {
          return act(step);
        }
      },
      action);
}

std::expected<void, Error> EngineWorld::act(const SysctlStep& step) {
  LinkParameters parameters = cache_.parameters();
  if (auto written = sysctls_.write(step, parameters); !written) return written;
  cache_.set_parameters(now(), parameters, output_);
  settle({});
  return {};
}

void EngineWorld::act(const SendStep& step) {
  for (std::uint32_t target = 0; target < step.targets; ++target) {
    const IpAddress to = onlink::advance(step.to, target);
    if (step.tcp) {
      SendStep one = step;
      one.to = to;
      handshakes_.push_back({now_, one});
      connect(handshakes_.back());
      continue;
    }
    for (std::uint32_t number = 1; number <= step.count; ++number) send_packet(step, to, step.label(number));
  }
}

std::optional<IpAddress> EngineWorld::source_for(const SendStep& step, const IpAddress& to, const NextHop& hop) const {
  if (step.from) return step.from;
  const bool to_link = to.is_ipv6() && (to.is_link_local() || to.is_multicast());
  const HostAddress* fallback = nullptr;
  for (const HostAddress& own : cache_.host().addresses) {
    const bool usable = own.prefix.address.family() == to.family() && own.state != HostAddressState::tentative &&
                        own.state != HostAddressState::duplicate;
    if (!usable) continue;
    if (to.is_ipv6() ? own.prefix.address.is_link_local() == to_link : own.prefix.contains(hop.address)) {
      return own.prefix.address;
    }
    if (fallback == nullptr) fallback = &own;
  }
  return fallback == nullptr ? std::nullopt : std::optional{fallback->prefix.address};
}

void EngineWorld::send_packet(const SendStep& step, const IpAddress& to, const std::string& text) {
  const NextHop hop = up_ ? cache_.next_hop(now(), to) : NextHop{};
  const std::string_view kind = step.tcp ? "connect" : "send";
  if (hop.kind == NextHopKind::no_route) return fail(kind, to, "ENETUNREACH");
  if (hop.kind == NextHopKind::local || hop.kind == NextHopKind::other_interface) return;
  const auto source = source_for(step, to, hop);
  if (!source) return fail(kind, to, to.is_ipv4() ? "ENETUNREACH" : "EADDRNOTAVAIL");
  const Endpoints ends{*source, to};
  const std::vector<std::byte> packet = step.tcp ? tcp_syn(ends) : udp_packet(ends, text, step.size);
  const bool direct = hop.kind != NextHopKind::gateway;
  sent_.push_back({to, step.tcp});
  cache_.send(
      now(),
      {.next_hop = direct ? to : hop.address, .packet = packet, .cookie = sent_.size() - 1, .confirms = step.confirm},
      output_);
  settle({});
}

// Linux repeats a SYN four times a second apart (tcp_syn_linear_timeouts), then backs off; no scenario lasts as long.
void EngineWorld::connect(Handshake& handshake) {
  constexpr std::uint32_t linear_tries = 5;
  const Handshake current = handshake;
  handshake.next = now_ + seconds{1};
  if (++handshake.tries == linear_tries) {
    handshakes_.erase(handshakes_.begin() + (&handshake - handshakes_.data()));
  }
  send_packet(current.step, current.step.to, {});
}

void EngineWorld::act(const FrameStep& step) { receive({now_, step.bytes, {}}); }

void EngineWorld::act(const AdminStep& step) {
  const bool resolves = step.use || step.managed;
  for (std::uint32_t i = 0; i < step.count; ++i) {
    const IpAddress address = onlink::advance(step.address, i);
    const AdminResult result =
        cache_.admin(now(),
                     {.verb = verb_of(step.action),
                      .address = address,
                      .mac = step.mac,
                      .state = step.state.value_or(resolves ? NudState::none : NudState::permanent),
                      .router = resolves ? std::nullopt : std::optional{step.router},  // not given is cleared
                      .externally_learned = step.externally_learned,
                      .managed = step.managed,
                      .use = step.use},
                     output_);
    settle({});
    if (result != AdminResult::done) fail("admin", address, errno_of(result));
  }
}

void EngineWorld::act(const CarrierStep& step) {
  TimerWatch::Cause cause;
  cause.carrier = true;
  carrier_ = step.up;
  cache_.on_link(now(), step.up ? LinkChange::carrier_back : LinkChange::carrier_lost, output_);
  settle(cause);
}

// What Linux takes away with a link that goes down: its routes, and all of IPv6 (fib_disable_ip, addrconf_ifdown).
void EngineWorld::drop_on_link_down() {
  HostView host = cache_.host();
  std::erase_if(host.routes, [](const HostRoute& route) { return !route.other_interface; });
  const std::vector<HostAddress> addresses = host.addresses;
  cache_.set_host(now(), std::move(host), output_);
  for (const HostAddress& own : addresses) {
    if (own.prefix.address.is_ipv6()) cache_.remove_address(now(), own.prefix.address, output_);
  }
}

void EngineWorld::act(const LinkStep& step) {
  cache_.on_link(now(), step.up ? LinkChange::up : LinkChange::down, output_);
  if (!step.up) drop_on_link_down();
  if (step.up) up_ = true;
  settle({});
  up_ = step.up;
}

void EngineWorld::act(const MacStep& step) {
  cache_.set_mac(now(), step.mac, output_);
  settle({});
}

void EngineWorld::act(const ArpStep& step) {
  cache_.on_link(now(), step.on ? LinkChange::arp_on : LinkChange::arp_off, output_);
  settle({});
}

void EngineWorld::act(const AddressStep& step) {
  if (step.interface == 1) {
    change_own_address(step);
  } else {
    HostView host = cache_.host();
    if (step.add) {
      host.elsewhere.push_back(host_address(step, host.elsewhere));
    } else {
      std::erase_if(host.elsewhere, [&](const HostAddress& own) { return own.prefix == step.prefix; });
    }
    cache_.set_host(now(), std::move(host), output_);
  }
  settle({});
}

void EngineWorld::change_own_address(const AddressStep& step) {
  if (!step.add) return cache_.remove_address(now(), step.prefix.address, output_);
  if (step.check || step.optimistic) {
    added_[to_string(step.prefix.address)] = now_;
    probed_.erase(to_string(step.prefix.address));
  }
  HostAddress address = host_address(step, cache_.host().addresses);
  const NdpParameters& ndp = cache_.parameters().ndp;
  if (step.optimistic && ndp.optimistic_dad && !ndp.forwarding) address.state = HostAddressState::optimistic;
  cache_.add_address(now(), address, output_);
}

void EngineWorld::act(const RouteStep& step) {
  const HostRoute route{step.destination, step.gateway, step.interface != 1, step.metric};
  HostView host = cache_.host();
  if (step.add) {
    host.routes.push_back(route);
  } else {
    std::erase_if(host.routes, [&](const HostRoute& other) { return other.destination == route.destination; });
  }
  cache_.set_host(now(), std::move(host), output_);
  settle({});
}

void EngineWorld::act(const ProxyStep& step) {
  HostView host = cache_.host();
  std::erase(host.proxied, step.address);
  if (step.add) host.proxied.push_back(step.address);
  cache_.set_host(now(), std::move(host), output_);
  settle({});
}

void EngineWorld::act(const AnswerStep& step) {
  std::erase_if(answers_, [&](const AnswerStep& other) { return other.address == step.address; });
  if (step.on) answers_.push_back(step);
}

bool EngineWorld::is_settled(Duration at) const { return deliveries_.empty() && timers_.is_settled(instant(at)); }

}  // namespace onlink::differential
