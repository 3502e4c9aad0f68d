// SPDX-License-Identifier: Apache-2.0
// What a virtual host will be on a real interface: its MAC address, its networks and gateway, whom it leaves out; and
// what about this host's own kernel stands in the way.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "onlink/base/error.hpp"
#include "onlink/cli/answer_options.hpp"
#include "onlink/cli/asking_interface.hpp"
#include "onlink/cli/reverse_table.hpp"
#include "onlink/engine/rarp.hpp"
#include "onlink/kernel/netlink.hpp"

namespace onlink::inline v0::cli {

struct AnswerPlan {
  VirtualHostConfig host{};
  std::optional<ReverseServerConfig> reverse{};  // all but the table
  ServerPlace place{};                           // for which that is read
  PingConfig pings{};
  std::vector<IpAddress> off_link{};  // ping targets without a route
  bool promiscuous = false;           // frames come for MAC addresses that are not the interface's
  // Addresses named one by one that this host's own kernel answers for: it and we would both answer.
  std::vector<IpAddress> own{};
  std::vector<std::string> notes{};  // to be said aloud
};

// Addresses of this host's kernel that lie within a range are left out of it, as are the network and broadcast address
// of the interface's networks. Errors: usage (a ping without an address of its family to send from), system.
[[nodiscard]] std::expected<AnswerPlan, Error> plan_answers(kernel::Netlink& netlink, const AskingInterface& interface,
                                                            const AnswerOptions& options);
// Without an interface, for a capture: every asker is on the link.
[[nodiscard]] std::expected<AnswerPlan, Error> plan_replayed_answers(const AnswerOptions& options);

}  // namespace onlink::inline v0::cli
