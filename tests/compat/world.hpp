// SPDX-License-Identifier: Apache-2.0
// What a tool finds when it is run: interfaces, addresses, routes, a neighbour table, files under /etc, and hosts that
// answer. It is the same for every run of a case, MAC addresses included, and nobody else is in it.
//
//   eth0    02:00:00:00:00:01, 192.0.2.1/24, 2001:db8::1/64, fe80::1/64; the hosts of standard_hosts() are on its wire
//   noip0   02:00:00:00:00:a1, up, without an address; nobody on its wire
//   down0   02:00:00:00:00:a2, down
//   lo
//   routes  198.51.100.0/24 via 192.0.2.254 and 2001:db8:1::/64 via 2001:db8::fe; no default route
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "onlink/kernel/namespaces.hpp"
#include "onlink/kernel/netlink.hpp"
#include "tests/compat/case_file.hpp"
#include "tests/compat/responder.hpp"

namespace onlink::compat_diff {

// 192.0.2.2 is a plain host, .3 belongs to two, .254 is the router, and those between do something oddly each.
[[nodiscard]] std::vector<ScriptedHost> standard_hosts();

class World {
 public:
  // Puts the calling process, which must have one thread, into the world. Throws std::runtime_error.
  World(const Case& one, const std::filesystem::path& scratch);

  // For what opens sockets at the far end of the wires. REQUIRES: it throws nothing.
  void run_at_far_end(const std::function<void()>& work) const;
  [[nodiscard]] Responder& responder() noexcept { return responder_; }

  void set_down();
  void unplug();
  // The kernel's neighbour table and its proxies, a line each, sorted; without groups.
  [[nodiscard]] std::vector<std::string> neighbors();
  // Frames that left by the interface so far, the kernel's own included.
  [[nodiscard]] static std::size_t sent_by(std::string_view interface);

  // The wires are up and silent: whoever wants to hear all opens his sockets before this.
  void furnish(const Case& one);

 private:
  void add_wire(const std::string& name, const MacAddress& mac, bool up);

  kernel::FileDescriptor far_network_;
  kernel::Netlink netlink_;
  kernel::Netlink far_netlink_;
  Responder responder_;
};

}  // namespace onlink::compat_diff
