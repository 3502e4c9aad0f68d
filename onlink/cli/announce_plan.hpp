// SPDX-License-Identifier: Apache-2.0
// What `onlink announce` will say on the link: which addresses are this host's to announce, which are on the link at
// all, and what hosts will make of it.
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "onlink/cli/announce_options.hpp"
#include "onlink/cli/asking_interface.hpp"
#include "onlink/cli/route_verdict.hpp"
#include "onlink/engine/announce.hpp"
#include "onlink/kernel/netlink.hpp"

namespace onlink::inline v0::cli {

// An address that --verify asks for, on one network of the link.
struct AnnouncedAddress {
  IpAddress address;
  VlanStack vlans{};
  MacAddress mac{};   // where it was announced
  bool ours = false;  // this host has it: nobody else may answer, and this host does not hear its own question
};

struct AnnouncePlan {
  AnnouncerConfig announcer{};
  std::vector<AnnouncedAddress> addresses{};
  std::vector<RouteVerdict> off_link{};  // not announced
  std::vector<std::string> notes{};      // to be told before anything is sent
};

// Errors: usage (an address that is not this host's, without --mac, --vrrp or --force; one that is not a host's; one
// whose duplicate address detection has not passed), and what the kernel refused to say.
[[nodiscard]] std::expected<AnnouncePlan, Error> plan_announcements(kernel::Netlink& netlink,
                                                                    const AskingInterface& interface,
                                                                    const AnnounceOptions& options,
                                                                    const Context& context);

}  // namespace onlink::inline v0::cli
