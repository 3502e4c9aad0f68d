// SPDX-License-Identifier: Apache-2.0
#include "onlink/lab/diskless.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <variant>

#include "onlink/lab/host_process.hpp"
#include "onlink/link/packet_port.hpp"
#include "onlink/run/clock.hpp"
#include "onlink/run/driver.hpp"

namespace onlink::inline v0::lab {
namespace {

// The server's process may come up a little later: 0.1, 0.2, 0.4, 0.8, 0.8, ... s, some ten seconds in all.
constexpr Duration first_wait = std::chrono::milliseconds{100};
constexpr std::uint32_t tries = 15;

}  // namespace

std::expected<std::unique_ptr<Port>, Error> open_rarp_port() {
  PacketPortOptions options{.interface = host_interface};
  options.filter = {.arp = false, .rarp = true};
  options.ring_bytes = 0;
  return open_packet_port(options);
}

std::expected<Ipv4Address, Error> boot_by_rarp(const PlannedHost& host) {
  auto port = open_rarp_port();
  if (!port) return std::unexpected(port.error());
  ReverseClient client(
      {.mac = host.mac, .target = host.mac, .count = tries, .first_wait = first_wait, .conflict_window = {}},
      monotonic_now());
  std::optional<Ipv4Address> address;
  RunOptions options;
  options.on_event = [&](const Event& event) {
    if (const auto* answered = std::get_if<ReverseAnswered>(&event)) address = answered->address;
  };
  const RunResult result = run(client, **port, options);
  if (result.error) return std::unexpected(*result.error);
  if (address) return *address;
  return std::unexpected(Error{ErrorCode::system, 0, "boot: no RARP server answered for " + to_string(host.mac)});
}

ReverseServerConfig rarp_server_config(const LabPlan& plan, const PlannedHost& server) {
  ReverseServerConfig config{.mac = server.mac};
  for (const PlannedHost& host : plan.hosts) {
    if (host.boot == Boot::configured) continue;
    const IpAddress& address = host.addresses[0].address;
    for (const Prefix& own : server.addresses) {
      if (!own.address.is_ipv4() || !own.contains(address)) continue;
      config.table[host.mac] = {.address = address.ipv4(), .server = own.address.ipv4()};
    }
  }
  return config;
}

}  // namespace onlink::inline v0::lab
