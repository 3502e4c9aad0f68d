// SPDX-License-Identifier: Apache-2.0
#include "onlink/engine/neighbor_cache.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "onlink/engine/neighbor_cache_state.hpp"

namespace onlink::inline v0 {
namespace {

NeighborTableConfig table_config(const NeighborCacheConfig& config) {
  return {.parameters = config.parameters,
          .rules = config.rules,
          .packet_overhead = config.packet_overhead,
          .queued_octets = config.queued_octets,
          .seed = config.seed,
          .reachable_time = {config.reachable_time_ipv4, config.reachable_time_ipv6}};
}

// So that the table's draws and the cache's own are not the same ones.
constexpr std::uint64_t own_stream = 0x6e65696768626f72;

std::optional<Instant> earlier(const std::optional<Instant>& a, const std::optional<Instant>& b) noexcept {
  if (!a) return b;
  return b && *b < *a ? b : a;
}

// is_multicast() without a branch: where both families come in turn it would be mispredicted at every other lookup, and
// hold up the ones behind.
bool is_group(const IpAddress& address) noexcept {
  static constexpr std::array<std::uint8_t, 2> mask{0xf0, 0xff};
  static constexpr std::array<std::uint8_t, 2> group{0xe0, 0xff};
  const auto family = static_cast<std::size_t>(address.family());
  return (address.octets()[0] & mask[family]) == group[family];
}

bool has_ipv4(const HostView& host) noexcept {
  const auto is_ipv4 = [](const HostAddress& own) { return own.prefix.address.is_ipv4(); };
  const auto starts_ipv4 = [](const AddressRange& range) { return range.first.is_ipv4(); };
  return std::ranges::any_of(host.addresses, is_ipv4) || std::ranges::any_of(host.local_ranges, starts_ipv4);
}

}  // namespace

NeighborCache::State::State(NeighborCacheConfig given)
    : config(std::move(given)),
      host(config.host),
      rng(config.seed ^ own_stream),
      table(table_config(config), link_of(*this)),
      routers(config.max_routers, config.max_prefixes),
      redirects(config.max_redirects) {}

NeighborCache::NeighborCache(NeighborCacheConfig config) : state_(std::make_unique<State>(std::move(config))) {}
NeighborCache::NeighborCache(NeighborCache&&) noexcept = default;
NeighborCache& NeighborCache::operator=(NeighborCache&&) noexcept = default;
NeighborCache::~NeighborCache() = default;

// --- the engine ---

void NeighborCache::on_packet(Instant now, const Packet& packet, Output& output) {
  state_->receive(now, {.packet = packet}, output);
}

void NeighborCache::on_deadline(Instant now, Output& output) {
  State& state = *state_;
  if (const auto due = state.table.next_deadline(); due && *due <= now) {
    state.watched(output, [&] { state.table.on_deadline(now, output); });
  }
  state.answer_delayed(now, output);
  state.run_checks(now, output);
  if (const auto due = state.routers.next_deadline(); due && *due <= now) {
    state.watched(output, [&] { state.routers.on_deadline(now, output.events); });
  }
}

std::optional<Instant> NeighborCache::next_deadline() const {
  auto next = earlier(state_->table.next_deadline(), state_->routers.next_deadline());
  for (const ProxyQueue& queue : state_->delayed) next = earlier(next, queue.next_deadline());
  for (const DuplicateCheck& check : state_->checks) next = earlier(next, check.next_deadline());
  return next;
}

// --- sending ---

SendResult NeighborCache::send(Instant now, const PacketToSend& packet, Output& output) {
  return state_->send(now, packet, output);
}

NextHop NeighborCache::next_hop(Instant now, const IpAddress& destination) const {
  const State& state = *state_;
  if (!state.up || (state.ipv6_off && destination.is_ipv6())) return {};
  return find_next_hop({now, state.host, state.routers, state.redirects, state.table}, destination);
}

bool NeighborCache::find_connected(const IpAddress& address, MacAddress& mac) const noexcept {
  if (!state_->up) return false;
  if (is_group(address)) [[unlikely]] {
    const auto fixed = state_->fixed_mac(address);
    if (fixed) mac = *fixed;
    return fixed.has_value();
  }
  const MacAddress* known = state_->table.connected_mac(address);
  if (known != nullptr) mac = *known;
  return known != nullptr;
}

void NeighborCache::confirm(Instant now, const IpAddress& address, Output& output) {
  state_->watched(output, [&] { state_->table.confirm(now, address, output); });
}

// --- administration ---

AdminResult NeighborCache::admin(Instant now, const AdminRequest& request, Output& output) {
  return state_->watched(output, [&] { return state_->table.admin(now, request, output); });
}

std::optional<NeighborEntry> NeighborCache::find(const IpAddress& address) const { return state_->table.find(address); }

void NeighborCache::for_each(Family family, const std::function<void(const NeighborEntry&)>& visit) const {
  state_->table.for_each(family, visit);
}

std::size_t NeighborCache::size(Family family) const noexcept { return state_->table.size(family); }

const NeighborCounters& NeighborCache::counters(Family family) const noexcept { return state_->table.counters(family); }

// --- the link and the host ---

void NeighborCache::start(Instant now, Output& output) {
  state_->begin_checks(now, output);
  state_->notify(now, output);
}

void NeighborCache::State::flush(Instant now, NeighborCause cause, Output& output) {
  watched(output, [&] {
    table.flush(now, Family::ipv4, cause, output);
    table.flush(now, Family::ipv6, cause, output);
  });
  for (ProxyQueue& queue : delayed) queue.clear();
}

void NeighborCache::State::go_down(Instant now, Output& output) {
  up = false;
  flush(now, NeighborCause::link_down, output);
  routers.clear(now, output.events);
  redirects.clear();
  checks.clear();
}

// Addresses that were checked are checked again (RFC 4862 section 5.4): another link may be behind the plug.
void NeighborCache::State::go_up(Instant now, Output& output) {
  if (up) return;
  up = true;
  ipv6_off = false;
  for (const Ipv6Address& address : std::exchange(checked, {})) {
    if (HostAddress* own = find_own(address)) own->state = HostAddressState::tentative;
  }
  begin_checks(now, output);
  notify(now, output);
}

// Linux: neigh_carrier_down, by arp_evict_nocarrier and ndisc_evict_nocarrier.
void NeighborCache::State::lose_carrier(Instant now, Output& output) {
  const LinkParameters& parameters = table.parameters();
  const auto evict = [&](Family family) {
    watched(output, [&] { table.flush(now, family, NeighborCause::carrier_lost, output); });
    delayed[static_cast<std::size_t>(family)].clear();
  };
  if (parameters.arp.arp_evict_nocarrier) evict(Family::ipv4);
  if (parameters.ndp.ndisc_evict_nocarrier) evict(Family::ipv6);
}

void NeighborCache::on_link(Instant now, LinkChange change, Output& output) {
  State& state = *state_;
  switch (change) {
    case LinkChange::carrier_lost:
      return state.lose_carrier(now, output);
    case LinkChange::carrier_back:
      return;
    case LinkChange::down:
      return state.go_down(now, output);
    case LinkChange::up:
      return state.go_up(now, output);
    case LinkChange::arp_off:
    case LinkChange::arp_on:
      state.arp = change == LinkChange::arp_on;
      return state.flush(now, NeighborCause::arp_switched, output);
    case LinkChange::last_address_removed:
      return state.watched(output,
                           [&] { state.table.flush(now, Family::ipv4, NeighborCause::last_address_removed, output); });
  }
}

void NeighborCache::set_mac(Instant now, const MacAddress& mac, Output& output) {
  State& state = *state_;
  if (state.host.mac == mac) return;
  state.host.mac = mac;
  state.ipv6_off = false;
  state.flush(now, NeighborCause::own_mac_changed, output);
  if (state.up) state.notify(now, output);
}

void NeighborCache::add_address(Instant now, const HostAddress& address, Output& output) {
  State& state = *state_;
  state.forget_check(address.prefix.address);
  HostAddress* own = state.find_own(address.prefix.address);
  if (own != nullptr) {
    *own = address;
  } else {
    own = &state.host.addresses.emplace_back(address);
  }
  if (state.up) state.begin_check(now, *own, output);
}

void NeighborCache::remove_address(Instant now, const IpAddress& address, Output& output) {
  State& state = *state_;
  const auto is_it = [&](const HostAddress& own) { return own.prefix.address == address; };
  if (std::erase_if(state.host.addresses, is_it) == 0) return;
  state.forget_check(address);
  if (address.is_ipv4() && !has_ipv4(state.host)) on_link(now, LinkChange::last_address_removed, output);
}

void NeighborCache::set_host(Instant now, HostView host, Output& output) {
  const bool had_ipv4 = has_ipv4(state_->host);
  host.mac = state_->host.mac;
  host.addresses = std::move(state_->host.addresses);
  state_->host = std::move(host);
  if (had_ipv4 && !has_ipv4(state_->host)) on_link(now, LinkChange::last_address_removed, output);
}

const HostView& NeighborCache::host() const noexcept { return state_->host; }

// Who begins to forward is a router and needs none (Linux: rt6_purge_dflt_routers).
void NeighborCache::set_parameters(Instant now, const LinkParameters& parameters, Output& output) {
  constexpr std::uint8_t even_when_forwarding = 2;
  const bool forwarded = state_->table.parameters().ndp.forwarding;
  state_->table.set_parameters(now, parameters);
  const bool begins = parameters.ndp.forwarding && !forwarded;
  if (!begins || parameters.ndp.accept_ra == even_when_forwarding) return;
  state_->watched(output, [&] { state_->routers.clear_routers(now, output.events); });
}

const LinkParameters& NeighborCache::parameters() const noexcept { return state_->table.parameters(); }

Duration NeighborCache::reachable_time(Family family) const noexcept { return state_->table.reachable_time(family); }

const std::vector<DefaultRouter>& NeighborCache::default_routers() const noexcept { return state_->routers.routers(); }

const std::vector<OnLinkPrefix>& NeighborCache::on_link_prefixes() const noexcept { return state_->routers.prefixes(); }

}  // namespace onlink::inline v0
