// SPDX-License-Identifier: Apache-2.0
#include "onlink/c/neighbor.h"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <new>
#include <utility>

#include "onlink/base/ip_address.hpp"
#include "onlink/c/convert.hpp"
#include "onlink/engine/neighbor_cache.hpp"
#include "onlink/wire/decode.hpp"

using namespace onlink;
using onlink::c::to_c;
using onlink::c::to_cpp;

struct onlink_neighbor_cache {
  NeighborCache cache;
  Output output{};
  std::size_t frames_taken = 0;
  std::size_t events_taken = 0;

  explicit onlink_neighbor_cache(NeighborCacheConfig config) : cache(std::move(config)) {}

  // Where the next call writes: what has been taken makes room.
  Output& out() {
    if (frames_taken == output.frames.size()) {
      output.frames.clear();
      frames_taken = 0;
    }
    if (events_taken == output.events.size()) {
      output.events.clear();
      events_taken = 0;
    }
    return output;
  }
};

namespace {

Instant at(onlink_instant now) { return Instant{Duration{now}}; }

Bytes bytes(const void* data, std::size_t size) { return {static_cast<const std::byte*>(data), size}; }

bool is_ip(const onlink_ip& ip) { return ip.family == ONLINK_IPV4 || ip.family == ONLINK_IPV6; }

bool is_prefix(const onlink_ip& ip, unsigned length) { return is_ip(ip) && length <= to_cpp(ip).bits(); }

onlink_status status_of(AdminResult result) {
  switch (result) {
    case AdminResult::done:
      return ONLINK_OK;
    case AdminResult::exists:
      return ONLINK_EXISTS;
    case AdminResult::absent:
      return ONLINK_ABSENT;
    case AdminResult::table_full:
      return ONLINK_FULL;
    case AdminResult::mac_missing:
    case AdminResult::invalid:
      break;
  }
  return ONLINK_INVALID;
}

}  // namespace

const char* onlink_status_text(onlink_status status) noexcept {
  switch (status) {
    case ONLINK_OK:
      return "done";
    case ONLINK_EXISTS:
      return "there is such an entry already";
    case ONLINK_ABSENT:
      return "there is no such entry";
    case ONLINK_INVALID:
      return "an argument cannot be meant";
    case ONLINK_FULL:
      return "no room for another entry";
  }
  return "unknown";
}

onlink_status onlink_ip_parse(const char* text, onlink_ip* ip) noexcept {
  const auto parsed = parse_ip(text);
  if (!parsed) return ONLINK_INVALID;
  *ip = to_c(*parsed);
  return ONLINK_OK;
}

void onlink_ip_text(const onlink_ip* ip, char text[ONLINK_IP_TEXT_SIZE]) noexcept {
  const std::string written = to_string(to_cpp(*ip));
  std::memcpy(text, written.c_str(), written.size() + 1);
}

const char* onlink_nud_state_text(onlink_nud_state state) noexcept { return to_string(to_cpp(state)).data(); }

onlink_neighbor_cache* onlink_neighbor_cache_new(const onlink_neighbor_config* config) noexcept {
  try {
    NeighborCacheConfig made{.host = {.mac = to_cpp(config->mac)}, .seed = config->seed};
    if (config->linux_compatible != 0) made.rules = NeighborRules::linux_compatible();
    return new onlink_neighbor_cache(std::move(made));
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}

void onlink_neighbor_cache_free(onlink_neighbor_cache* cache) noexcept { delete cache; }

onlink_status onlink_neighbor_add_address(onlink_neighbor_cache* cache, onlink_instant now, const onlink_ip* address,
                                          unsigned prefix_length, int check) noexcept {
  if (!is_prefix(*address, prefix_length)) return ONLINK_INVALID;
  HostAddress added{.prefix = {.address = to_cpp(*address), .length = static_cast<std::uint8_t>(prefix_length)}};
  const auto same = [&](const HostAddress& other) { return other.prefix.address == added.prefix.address; };
  if (std::ranges::any_of(cache->cache.host().addresses, same)) return ONLINK_EXISTS;
  if (added.prefix.address.is_link_local()) added.scope = HostAddressScope::link;
  if (check != 0 && added.prefix.address.is_ipv6()) added.state = HostAddressState::tentative;
  cache->cache.add_address(at(now), added, cache->out());
  return ONLINK_OK;
}

onlink_status onlink_neighbor_remove_address(onlink_neighbor_cache* cache, onlink_instant now,
                                             const onlink_ip* address) noexcept {
  if (!is_ip(*address)) return ONLINK_INVALID;
  const IpAddress removed = to_cpp(*address);
  const auto same = [&](const HostAddress& other) { return other.prefix.address == removed; };
  if (std::ranges::none_of(cache->cache.host().addresses, same)) return ONLINK_ABSENT;
  cache->cache.remove_address(at(now), removed, cache->out());
  return ONLINK_OK;
}

onlink_status onlink_neighbor_add_route(onlink_neighbor_cache* cache, onlink_instant now, const onlink_ip* destination,
                                        unsigned prefix_length, const onlink_ip* gateway) noexcept {
  if (!is_prefix(*destination, prefix_length) || (gateway != nullptr && !is_ip(*gateway))) return ONLINK_INVALID;
  HostRoute route{.destination = {.address = to_cpp(*destination), .length = static_cast<std::uint8_t>(prefix_length)}};
  if (gateway != nullptr) route.gateway = to_cpp(*gateway);
  HostView host = cache->cache.host();
  host.routes.push_back(route);
  cache->cache.set_host(at(now), std::move(host), cache->out());
  return ONLINK_OK;
}

onlink_status onlink_neighbor_set_parameter(onlink_neighbor_cache* cache, onlink_instant now, const char* path,
                                            const char* value) noexcept {
  LinkParameters parameters = cache->cache.parameters();
  if (!set_parameter(parameters, path, value)) return ONLINK_INVALID;
  cache->cache.set_parameters(at(now), parameters, cache->out());
  return ONLINK_OK;
}

onlink_send_result onlink_neighbor_send(onlink_neighbor_cache* cache, onlink_instant now, const onlink_ip* next_hop,
                                        const void* packet, size_t size, uint64_t cookie) noexcept {
  if (!is_ip(*next_hop)) return ONLINK_DROPPED;
  const PacketToSend sent{.next_hop = to_cpp(*next_hop), .packet = bytes(packet, size), .cookie = cookie};
  switch (cache->cache.send(at(now), sent, cache->out())) {
    case SendResult::sent:
      return ONLINK_SENT;
    case SendResult::queued:
      return ONLINK_QUEUED;
    case SendResult::dropped:
      break;
  }
  return ONLINK_DROPPED;
}

void onlink_neighbor_receive(onlink_neighbor_cache* cache, onlink_instant now, const void* frame,
                             size_t size) noexcept {
  if (const auto packet = decode(bytes(frame, size))) cache->cache.on_packet(at(now), *packet, cache->out());
}

void onlink_neighbor_confirm(onlink_neighbor_cache* cache, onlink_instant now, const onlink_ip* neighbor) noexcept {
  if (is_ip(*neighbor)) cache->cache.confirm(at(now), to_cpp(*neighbor), cache->out());
}

void onlink_neighbor_expire(onlink_neighbor_cache* cache, onlink_instant now) noexcept {
  cache->cache.on_deadline(at(now), cache->out());
}

int onlink_neighbor_deadline(const onlink_neighbor_cache* cache, onlink_instant* deadline) noexcept {
  const auto next = cache->cache.next_deadline();
  if (next) *deadline = next->time_since_epoch().count();
  return next ? 1 : 0;
}

void onlink_neighbor_link(onlink_neighbor_cache* cache, onlink_instant now, onlink_link_change change) noexcept {
  constexpr LinkChange changes[] = {LinkChange::carrier_lost, LinkChange::carrier_back, LinkChange::down,
                                    LinkChange::up};
  const auto which = static_cast<std::size_t>(change);
  if (which < std::size(changes)) cache->cache.on_link(at(now), changes[which], cache->out());
}

const void* onlink_neighbor_next_frame(onlink_neighbor_cache* cache, size_t* size) noexcept {
  if (cache->frames_taken == cache->output.frames.size()) return nullptr;
  const Bytes frame = cache->output.frames[cache->frames_taken++];
  *size = frame.size();
  return frame.data();
}

int onlink_neighbor_next_event(onlink_neighbor_cache* cache, onlink_event* event) noexcept {
  while (cache->events_taken < cache->output.events.size()) {
    if (const auto converted = to_c(cache->output.events[cache->events_taken++])) {
      *event = *converted;
      return 1;
    }
  }
  return 0;
}

onlink_status onlink_neighbor_find(const onlink_neighbor_cache* cache, const onlink_ip* address,
                                   onlink_neighbor_entry* entry) noexcept {
  if (!is_ip(*address)) return ONLINK_INVALID;
  const auto found = cache->cache.find(to_cpp(*address));
  if (!found) return ONLINK_ABSENT;
  *entry = to_c(*found);
  return ONLINK_OK;
}

onlink_status onlink_neighbor_find_connected(const onlink_neighbor_cache* cache, const onlink_ip* address,
                                             uint8_t mac[6]) noexcept {
  if (!is_ip(*address)) return ONLINK_INVALID;
  const auto found = cache->cache.find_connected(to_cpp(*address));
  if (!found) return ONLINK_ABSENT;
  std::ranges::copy(found->octets, mac);
  return ONLINK_OK;
}

size_t onlink_neighbor_count(const onlink_neighbor_cache* cache, onlink_family family) noexcept {
  return cache->cache.size(family == ONLINK_IPV4 ? Family::ipv4 : Family::ipv6);
}

onlink_status onlink_neighbor_set(onlink_neighbor_cache* cache, onlink_instant now, const onlink_ip* address,
                                  const uint8_t* mac, onlink_nud_state state) noexcept {
  if (!is_ip(*address) || to_c(to_cpp(state)) != state) return ONLINK_INVALID;
  AdminRequest request{.verb = AdminVerb::replace, .address = to_cpp(*address), .state = to_cpp(state)};
  if (mac != nullptr) request.mac = to_cpp(mac);
  return status_of(cache->cache.admin(at(now), request, cache->out()));
}

onlink_status onlink_neighbor_remove(onlink_neighbor_cache* cache, onlink_instant now,
                                     const onlink_ip* address) noexcept {
  if (!is_ip(*address)) return ONLINK_INVALID;
  const AdminRequest request{.verb = AdminVerb::remove, .address = to_cpp(*address)};
  return status_of(cache->cache.admin(at(now), request, cache->out()));
}

onlink_next_hop_kind onlink_neighbor_next_hop(const onlink_neighbor_cache* cache, onlink_instant now,
                                              const onlink_ip* destination, onlink_ip* next_hop) noexcept {
  if (!is_ip(*destination)) return ONLINK_NO_ROUTE;
  const NextHop hop = cache->cache.next_hop(at(now), to_cpp(*destination));
  *next_hop = to_c(hop.address);
  return to_c(hop.kind);
}
