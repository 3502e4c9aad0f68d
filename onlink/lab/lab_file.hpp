// SPDX-License-Identifier: Apache-2.0
// The file that describes a virtual LAN (TOML). docs/lab.md has the whole language; in short:
//
//   name = "office"
//   about = "a small office"
//
//   [[host]]                                   # a Linux kernel in a network namespace
//   name = "me"
//   mac = "3c:22:fb:10:00:20"                  # without: one made from the name, locally administered
//   addresses = ["192.168.1.20/24", "2001:db8:1::20/64"]
//   asks = true                                # `lab run` runs its command here; without: the first host
//   routes = [{ to = "10.0.0.0/8", via = "192.168.1.2" }]   # instead of those over the routers
//
//   [[host]]                                   # a machine without a disk: "rarp" gets its address from a host with
//   name = "workstation"                       # rarp = true, "by-hand" has none until a user does that
//   addresses = ["192.168.1.50/24"]
//   boots = "rarp"
//
//   [[host]]                                   # with any of delay, jitter, loss, duplicate, impostor, vlan, or
//   name = "printer"                           # virtual = true: answered by onlink itself, not by a kernel
//   addresses = ["192.168.1.30/24"]
//   delay = "40ms"
//   loss = "10%"                               # or 0.1
//   vlan = "200.100"                           # tags, outermost first
//
//   [[router]]
//   name = "router"
//   addresses = ["192.168.1.1/24"]
//   reaches = ["0.0.0.0/0"]                    # every host gets a route; the router answers for what lies behind it
//
//   [[crowd]]
//   name = "sensors"
//   networks = ["192.168.1.128/26", "192.168.1.200-220"]
//   virtual = true                             # without: a kernel, when all is IPv4 and nothing is odd
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "onlink/base/error.hpp"
#include "onlink/lab/lab_plan.hpp"

namespace onlink::inline v0::lab {

// `source` names the text in errors, which are ErrorCode::usage and read "office.toml:12: ...".
[[nodiscard]] std::expected<LabPlan, Error> parse_lab(std::string_view text, const std::string& source);

}  // namespace onlink::inline v0::lab
