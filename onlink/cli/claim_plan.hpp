// SPDX-License-Identifier: Apache-2.0
// What a claim will be on a real interface: whose MAC address it shows, what this host's own kernel has of it already,
// and the network that each address gets under --configure.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "onlink/base/error.hpp"
#include "onlink/cli/asking_interface.hpp"
#include "onlink/cli/claim_options.hpp"
#include "onlink/engine/claim.hpp"
#include "onlink/kernel/netlink.hpp"
#include "onlink/link/packet_port.hpp"

namespace onlink::inline v0::cli {

struct ClaimPlan {
  ClaimerConfig claimer{};
  std::vector<Prefix> targets{};          // each with its network's length
  std::optional<Ipv4Address> previous{};  // of --auto
  std::vector<IpAddress> kernels{};       // of the targets: this host's kernel has them, and answers for them
  // Likewise, but it answers with another MAC address than the claim shows: two owners by ourselves.
  std::vector<IpAddress> contradicted{};
  std::vector<std::string> notes{};  // to be said aloud
};

// Errors: permission (--configure without CAP_NET_ADMIN), system.
[[nodiscard]] std::expected<ClaimPlan, Error> plan_claim(kernel::Netlink& netlink, const AskingInterface& interface,
                                                         ClaimOptions& options);

// The length of the network that an address is configured with: that of a network of the interface that holds it, else
// 16 for IPv4's link-local addresses (RFC 3927 section 2.1) and 64 for IPv6's, else the address alone.
[[nodiscard]] std::uint8_t network_length(const AskingInterface& interface, const IpAddress& address) noexcept;

[[nodiscard]] PacketPortOptions claim_port_options(const kernel::Link& link, const ClaimPlan& plan, bool automatic);

}  // namespace onlink::inline v0::cli
