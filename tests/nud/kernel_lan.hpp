// SPDX-License-Identifier: Apache-2.0
// The kernel under test and its peer: two network namespaces and a veth pair between them. In A, which the calling
// process enters, is the kernel whose neighbour table is looked at; in B nothing but a raw socket, which hears every
// frame that A sends and sends what a script wants. Both ends die with the process.
//
// What goes wrong here throws std::runtime_error: it is the test's set-up, not its subject.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "onlink/base/bytes.hpp"
#include "onlink/base/mac_address.hpp"
#include "onlink/kernel/namespaces.hpp"
#include "onlink/kernel/netlink.hpp"

namespace onlink::inline v0::test {

struct KernelLanPlan {
  MacAddress mac{};                        // of A's end
  MacAddress peer_mac{};                   // of B's
  bool ipv6 = false;                       // false: the interface speaks IPv4 only
  std::optional<MacAddress> second_mac{};  // A has a second interface, with this MAC, whose other end is silent
  // Sysctls of A's that must be set before the interface comes up: {"net/ipv4/conf/va/arp_notify", "1"}.
  std::function<void()> before_up{};
};

// A frame that A sent, with the kernel's time stamp of when it crossed the veth pair, by the system clock.
struct HeardFrame {
  std::int64_t system_time_ns = 0;
  Bytes frame{};
  bool second_interface = false;
};

class KernelLan {
 public:
  static constexpr const char* interface_name = "va";
  static constexpr const char* second_name = "va2";

  // REQUIRES: a single-threaded process (it enters a namespace).
  explicit KernelLan(const KernelLanPlan& plan);

  [[nodiscard]] kernel::Netlink& netlink() noexcept { return netlink_; }
  [[nodiscard]] int interface() const noexcept { return interface_; }
  [[nodiscard]] int second_interface() const noexcept { return second_; }  // 0: there is none

  // Readable when B has heard something.
  [[nodiscard]] int wire_fd() const noexcept { return wire_.fd(); }
  // Hands over every frame that waits, oldest first; the bytes live until the callee returns.
  void hear(const std::function<void(const HeardFrame&)>& sink) const;
  // B sends the frame to A.
  void inject(Bytes frame) const;
  // Takes away or gives back A's carrier: B's end goes down or up.
  void set_carrier(bool up);

 private:
  void connect(const kernel::NewLink& near, const char* peer_name, const MacAddress& peer_mac);

  kernel::FileDescriptor peer_network_;
  kernel::Netlink netlink_;
  kernel::Netlink peer_netlink_;
  kernel::FileDescriptor wire_;
  int interface_ = 0;
  int second_ = 0;
  int peer_interface_ = 0;
  int second_peer_interface_ = 0;
};

}  // namespace onlink::inline v0::test
