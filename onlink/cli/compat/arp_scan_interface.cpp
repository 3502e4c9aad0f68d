// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/compat/arp_scan_interface.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <utility>
#include <vector>

#include "onlink/cli/compat/arp_scan_port.hpp"
#include "onlink/link/packet_port.hpp"

namespace onlink::inline v0::cli::compat {
namespace {

// Frames that arrive in a burst must find room.
constexpr std::size_t fast_ring_bytes = std::size_t{4} << 20;

// The digits at a name's end: 1 of eth1, 0 of lo.
std::uint64_t number_of(const std::string& name) {
  std::uint64_t number = 0;
  for (std::size_t at = name.find_last_not_of("0123456789") + 1; at < name.size(); ++at) {
    number = number * 10 + static_cast<std::uint64_t>(name[at] - '0');
  }
  return number;
}

// Where none is fit libpcap takes its "any", which no request can leave by.
constexpr const char* no_interface = "any";

std::string usual_interface(kernel::Netlink& netlink) {
  auto links = netlink.links();
  if (!links) return no_interface;
  std::erase_if(*links, [](const kernel::Link& link) { return link.loopback || !link.up || !link.running; });
  const auto lowest =
      std::ranges::min_element(*links, {}, [](const kernel::Link& link) { return number_of(link.name); });
  return lowest == links->end() ? no_interface : lowest->name;
}

std::string not_permitted(const std::string& name) {
  return fmt::format(
      "pcap_activate: {}: You don't have permission to perform this capture on that device\n"
      "(socket: Operation not permitted)",
      name);
}

std::string activation_failed(const std::string& name, const Error& error) {
  const std::string reason = error.sys_errno != 0 ? std::strerror(error.sys_errno) : error.context;
  return fmt::format("pcap_activate: {}: {}", name, reason);
}

}  // namespace

std::expected<ArpScanInterface, std::string> open_scan_interface(kernel::Netlink& netlink,
                                                                 const std::optional<std::string>& name, bool fast) {
  ArpScanInterface interface{.name = name ? *name : usual_interface(netlink)};
  auto port = open_packet_port({.interface = interface.name, .ring_bytes = fast ? fast_ring_bytes : 0});
  if (!port && port.error().code == ErrorCode::permission) return std::unexpected(not_permitted(interface.name));
  if (interface.name == no_interface) return std::unexpected("ioctl: No such device");
  const auto link = netlink.find_link(interface.name);
  if (!link) {
    return std::unexpected(
        fmt::format("pcap_activate: {}: No such device exists\n(No such device exists)", interface.name));
  }
  if (!link->up) return std::unexpected(fmt::format("pcap_activate: {}: That device is not up", interface.name));
  if (link->loopback || !link->ethernet) {
    return std::unexpected(fmt::format("ERROR: Could not obtain MAC address for interface {}", interface.name));
  }
  interface.has_carrier = port.has_value() || port.error().code != ErrorCode::link_down;
  if (!port && interface.has_carrier) return std::unexpected(activation_failed(interface.name, port.error()));
  interface.port = port ? *std::move(port) : std::make_unique<SilentPort>();
  interface.mac = link->mac;
  const auto addresses = netlink.addresses(link->index, Family::ipv4);
  if (addresses && !addresses->empty()) interface.address = addresses->front().prefix;
  return interface;
}

}  // namespace onlink::inline v0::cli::compat
