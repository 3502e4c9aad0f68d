// SPDX-License-Identifier: Apache-2.0
// What is doubtful about a neighbour that somebody wants in the kernel's table. The kernel takes nearly everything
// (nud.md section 2.8); so do we, and say why it will hardly work. --strict refuses instead.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "onlink/base/error.hpp"
#include "onlink/base/ip_address.hpp"
#include "onlink/base/mac_address.hpp"
#include "onlink/cli/asking_interface.hpp"
#include "onlink/cli/exit_code.hpp"
#include "onlink/kernel/netlink.hpp"

namespace onlink::inline v0::cli {

enum class AdditionDoubt : std::uint8_t {
  off_link,           // packets to it go to a router, or nowhere: the entry is not used
  own_address,        // this host's
  subnet_broadcast,   // the last address of a network of the interface, or 255.255.255.255
  network_address,    // the first one; in IPv6 the routers' anycast address (RFC 4291 section 2.6.1)
  multicast_address,  // its MAC is computed
  unspecified_address,
  group_mac,  // multicast or broadcast: frames go to many (RFC 1812 section 3.3.2)
  zero_mac,
  own_mac,     // the interface's: frames come back, or go nowhere
  shared_mac,  // another IPv4 entry of the interface has it
  no_arp,      // nothing is resolved on this interface (IFF_NOARP)
};

struct AdditionWarning {
  AdditionDoubt doubt = AdditionDoubt::off_link;
  std::string text{};                 // "192.0.2.255 is the broadcast address of eth0's network 192.0.2.0/24"
  ExitCode strict = ExitCode::usage;  // what --strict refuses it with: 4 off-link, 3 for what is another's, else 2
};

// For one interface; reads its addresses and entries once, and asks for a route for each address.
class AdditionChecker {
 public:
  [[nodiscard]] static std::expected<AdditionChecker, Error> open(kernel::Netlink& netlink, const kernel::Link& link);

  // Everything that is doubtful, in the order of AdditionDoubt. `mac`: none when it is to be resolved. An addition that
  // was checked counts as an entry from then on. Errors: what the kernel refused to say.
  [[nodiscard]] std::expected<std::vector<AdditionWarning>, Error> check(const IpAddress& address,
                                                                         const std::optional<MacAddress>& mac);

 private:
  AdditionChecker(kernel::Netlink& netlink, AskingInterface interface)
      : netlink_(&netlink), interface_(std::move(interface)) {}

  [[nodiscard]] std::expected<std::optional<AdditionWarning>, Error> check_address(const IpAddress& address) const;
  [[nodiscard]] std::optional<AdditionWarning> check_network(const IpAddress& address) const;
  [[nodiscard]] std::optional<AdditionWarning> check_mac(const IpAddress& address, const MacAddress& mac) const;

  kernel::Netlink* netlink_;
  AskingInterface interface_;
  std::vector<IpAddress> gateways_;                   // of the default routes over the interface
  std::unordered_map<MacAddress, IpAddress> owners_;  // IPv4 only: a host has several IPv6 addresses
};

// What --strict does with them: the worst code. REQUIRES: not empty.
[[nodiscard]] ExitCode strict_code(const std::vector<AdditionWarning>& warnings) noexcept;

}  // namespace onlink::inline v0::cli
