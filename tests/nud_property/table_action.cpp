// SPDX-License-Identifier: Apache-2.0
#include "tests/nud_property/table_action.hpp"

#include <algorithm>
#include <array>
#include <chrono>

namespace onlink::testing {
namespace {

constexpr std::array kind_names = {"send", "learn", "confirm", "set", "remove", "use", "flush", "parameters", "wait"};

[[nodiscard]] MacAddress mac_of(const TableAction& action) {
  return {{2, 0, 0, 0, 0, static_cast<std::uint8_t>(0x0b + action.mac % 3)}};
}

[[nodiscard]] Learned learned_of(const TableAction& action) {
  Learned learned{.address = host_address(action.host),
                  .state = (action.flags & 1U) != 0 ? NudState::reachable : NudState::stale,
                  .may_override = static_cast<MacOverride>(action.choice % 4),
                  .create = (action.flags & 2U) != 0,
                  .revive_failed = (action.flags & 4U) != 0};
  if ((action.flags & 8U) != 0) learned.router = (action.flags & 16U) != 0;
  if (action.mac % 4 != 3) learned.mac = mac_of(action);
  return learned;
}

[[nodiscard]] AdminRequest request_of(const TableAction& action) {
  AdminRequest request{.verb = static_cast<AdminVerb>(action.flags % 3),
                       .address = host_address(action.host),
                       .state = static_cast<NudState>(action.choice % 9),
                       .externally_learned = action.flags % 16 == 5,
                       .validated = action.flags % 16 == 7};
  if (action.mac % 4 != 3) request.mac = mac_of(action);
  if (action.kind == ActionKind::remove) request.verb = AdminVerb::remove;
  request.use = action.kind == ActionKind::use && action.flags % 2 == 0;
  request.managed = action.kind == ActionKind::use && action.flags % 2 == 1;
  return request;
}

[[nodiscard]] NeighborCause cause_of(const TableAction& action) {
  constexpr std::array causes = {NeighborCause::carrier_lost, NeighborCause::link_down, NeighborCause::own_mac_changed,
                                 NeighborCause::arp_switched};
  return causes[action.choice % causes.size()];
}

}  // namespace

IpAddress host_address(std::uint8_t host) {
  const auto number = static_cast<std::uint8_t>(host % 24);
  if (number % 3 != 0) return Ipv4Address::of(10, 0, 0, number);
  Ipv6Address address{{0x20, 0x01, 0x0d, 0xb8}};
  address.octets[15] = number;
  return address;
}

std::ostream& operator<<(std::ostream& out, const TableAction& action) {
  return out << kind_names[static_cast<std::size_t>(action.kind)] << "{host " << to_string(host_address(action.host))
             << ", mac " << action.mac % 4 << ", choice " << int{action.choice} << ", amount " << action.amount
             << ", flags " << int{action.flags} << "}";
}

ActedTable::ActedTable(const NeighborTableConfig& config)
    : table(config, {.owner = this,
                     .solicit =
                         [](void* owner, Instant time, const Solicitation& asked, Output&) {
                           auto& self = *static_cast<ActedTable*>(owner);
                           self.sent.push_back({time, asked.address, asked.mac, asked.newest.size(), true});
                         },
                     .transmit =
                         [](void* owner, Instant time, const Transmission& packet, Output&) {
                           auto& self = *static_cast<ActedTable*>(owner);
                           self.sent.push_back({time, packet.address, packet.mac, packet.packet.size(), false});
                         }}) {}

void ActedTable::act(const TableAction& action) {
  output.clear();
  sent.clear();
  switch (action.kind) {
    case ActionKind::send: {
      const std::vector<std::byte> octets(action.amount % 1500);
      table.send(now, {.next_hop = host_address(action.host), .packet = octets, .confirms = action.flags % 4 == 0},
                 output);
      break;
    }
    case ActionKind::learn:
      table.learn(now, learned_of(action), output);
      break;
    case ActionKind::confirm:
      table.confirm(now, host_address(action.host), output);
      break;
    case ActionKind::set:
    case ActionKind::remove:
    case ActionKind::use:
      table.admin(now, request_of(action), output);
      break;
    case ActionKind::flush:
      table.flush(now, host_address(action.host).family(), cause_of(action), output);
      break;
    case ActionKind::parameters: {
      LinkParameters parameters = table.parameters();
      parameters.ipv4.mcast_solicit = action.choice % 3;
      parameters.ipv4.ucast_solicit = action.flags % 3;
      parameters.ipv6.mcast_resolicit = action.choice % 2;
      parameters.ipv6.app_solicit = action.flags % 2;
      parameters.ipv4.base_reachable_time = std::chrono::milliseconds{action.amount};
      table.set_parameters(now, parameters);
      break;
    }
    case ActionKind::wait:
      wait(std::chrono::milliseconds{action.amount});
      break;
  }
}

void ActedTable::wait(Duration time) {
  const Instant end = now + time;
  for (auto next = table.next_deadline(); next && *next <= end; next = table.next_deadline()) {
    now = std::max(now, *next);
    table.on_deadline(now, output);
  }
  now = end;
}

}  // namespace onlink::testing
