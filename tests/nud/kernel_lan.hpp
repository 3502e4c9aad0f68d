// SPDX-License-Identifier: Apache-2.0
// The kernel under test and its peer: two network namespaces and a veth pair between them. In A, which the calling
// process enters, is the kernel whose neighbour table is looked at; in B nothing but a raw socket, which hears every
// frame that A sends and sends what a scenario wants. Both die with the process.
//
// What goes wrong throws std::runtime_error: it is the set-up that failed, not the kernel under test.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>

#include "onlink/base/bytes.hpp"
#include "onlink/base/error.hpp"
#include "onlink/kernel/namespaces.hpp"
#include "onlink/kernel/netlink.hpp"
#include "tests/nud/scenario.hpp"
#include "tests/support/must.hpp"

namespace onlink::differential {

using test::must;

// A frame that A sent over interface 1, and when it crossed the veth pair, by the kernel's own time stamp.
struct HeardFrame {
  std::int64_t system_time_ns = 0;  // CLOCK_REALTIME
  Bytes bytes{};
};

class KernelLan {
 public:
  static constexpr const char* first_name = "va";
  static constexpr const char* second_name = "va2";

  // Makes namespaces and interfaces with Linux's own defaults, whatever this system's are; they are down. REQUIRES: a
  // process with one thread, since it enters A.
  explicit KernelLan(const Scenario& scenario);

  [[nodiscard]] kernel::Netlink& netlink() noexcept { return netlink_; }
  // The namespace that the process came from.
  [[nodiscard]] int origin() const noexcept { return origin_.fd(); }
  // 1 and 2 as scenarios number them; 0 is lo.
  [[nodiscard]] int index_of(int interface) const noexcept;
  void bring_up();

  // In A, or in the namespace that the process came from for what all namespaces share (neigh/default). IFACE and
  // IFACE2 in the path are the interfaces' names.
  void write_sysctl(const std::string& path, const std::string& value) const;

  // Readable when B has heard something.
  [[nodiscard]] int wire() const noexcept { return wire_.fd(); }
  // Hands over every frame that waits, oldest first; its bytes are lent for the call.
  void hear(const std::function<void(const HeardFrame&)>& sink) const;
  // B sends the frame.
  void inject(Bytes frame) const;
  // B's end goes up or down, and with it A's carrier.
  void set_carrier(bool up);

 private:
  void create_pairs(int interfaces);
  void open_wire();

  kernel::FileDescriptor origin_;
  kernel::FileDescriptor peer_network_;
  kernel::Netlink netlink_;
  kernel::Netlink peer_netlink_;
  kernel::FileDescriptor wire_;
  int first_ = 0;
  int second_ = 0;
  int peer_first_ = 0;
};

}  // namespace onlink::differential
