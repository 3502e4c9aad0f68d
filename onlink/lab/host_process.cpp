// SPDX-License-Identifier: Apache-2.0
#include "onlink/lab/host_process.hpp"

#include <unistd.h>

#include <cstdlib>
#include <expected>
#include <memory>
#include <utility>

#include "onlink/engine/virtual_host.hpp"
#include "onlink/kernel/namespaces.hpp"
#include "onlink/kernel/privileges.hpp"
#include "onlink/lab/diskless.hpp"
#include "onlink/lab/kernel_host.hpp"
#include "onlink/link/packet_port.hpp"
#include "onlink/run/driver.hpp"

namespace onlink::inline v0::lab {
namespace {

// A receive ring holds answers back for a moment; only a crowd that a fast scan asks needs one.
constexpr std::uint64_t large_crowd = 4096;

std::uint64_t count_of(const PlannedHost& host) {
  std::uint64_t count = 0;
  for (const AddressRange& range : host.crowd) count += std::min(count_addresses(range), large_crowd);
  return count;
}

VirtualHostConfig engine_config(const LabPlan& plan, const PlannedHost& host) {
  VirtualHostConfig config{.addresses = host.crowd,
                           .mac = host.mac,
                           .mac_per_address = host.mac_per_address,
                           .vlans = host.vlans,
                           .delay = host.faults.delay,
                           .jitter = host.faults.jitter,
                           .loss = host.faults.loss,
                           .duplicate = host.faults.duplicate,
                           .impostor = host.faults.impostor,
                           .seed = host.seed};
  if (host.role == Role::crowd) config.except = taken_addresses(plan);
  bool speaks_ipv6 = false;
  for (const Prefix& prefix : host.addresses) {
    config.addresses.push_back({prefix.address, prefix.address});
    speaks_ipv6 = speaks_ipv6 || prefix.address.is_ipv6();
  }
  const Ipv6Address link_local = link_local_address(host.mac);
  if (speaks_ipv6) config.addresses.push_back({link_local, link_local});
  return config;
}

std::expected<std::unique_ptr<Port>, Error> open_port(const PlannedHost& host) {
  PacketPortOptions options;
  options.interface = host_interface;
  options.filter = {.icmpv6 = true, .icmp = true, .udp = true};
  options.promiscuous = true;  // its MAC addresses are not the interface's
  if (count_of(host) < large_crowd) options.ring_bytes = 0;
  return open_packet_port(options);
}

// Until the interface goes away with the lab.
std::expected<void, Error> be_engine(const LabPlan& plan, const PlannedHost& host, Channel& channel) {
  if (auto done = set_up_mute_interface(); !done) return done;
  auto port = open_port(host);
  if (!port) return std::unexpected(port.error());
  if (auto done = kernel::drop_privileges(); !done) return done;
  VirtualHost engine(engine_config(plan, host));
  channel.send(is_ready);
  channel.close();
  (void)run(engine, **port, {.stay = true});
  return {};
}

// A kernel, with a RARP server on it. Until the interface goes away with the lab.
std::expected<void, Error> be_rarp_server(const LabPlan& plan, const PlannedHost& host, Channel& channel) {
  auto port = open_rarp_port();
  if (!port) return std::unexpected(port.error());
  if (auto done = kernel::drop_privileges(); !done) return done;
  ReverseServer server(rarp_server_config(plan, host));
  channel.send(is_ready);
  channel.close();
  (void)run(server, **port, {.stay = true});
  return {};
}

std::expected<void, Error> be_kernel(const LabPlan& plan, const PlannedHost& host, Channel& channel) {
  if (auto done = set_up_kernel_host(plan, host); !done) return done;
  if (host.serves_rarp) return be_rarp_server(plan, host, channel);
  channel.send(is_ready);
  channel.close();
  while (true) ::pause();
}

std::expected<void, Error> live(const LabPlan& plan, const PlannedHost& host, Channel& channel) {
  if (auto done = kernel::enter_new_network(); !done) return done;
  channel.send(has_network);
  if (const auto connected = channel.receive(plan.name); !connected) return std::unexpected(connected.error());
  return host.by_engine ? be_engine(plan, host, channel) : be_kernel(plan, host, channel);
}

}  // namespace

void be_host(const LabPlan& plan, const PlannedHost& host, Channel channel) {
  auto lived = live(plan, host, channel);
  if (!lived) {
    lived.error().context.insert(0, host.name + ": ");
    channel.send(lived.error());
  }
  ::_exit(lived ? EXIT_SUCCESS : EXIT_FAILURE);
}

}  // namespace onlink::inline v0::lab
