// SPDX-License-Identifier: Apache-2.0
// What becomes of the neighbour table of host A's interface 1: the kernel's notices, and, for the changes of which it
// gives none (STALE -> DELAY, REACHABLE -> DELAY, the birth of an INCOMPLETE entry), the table itself, read again and
// again. Each change is told once.
#pragma once

#include <functional>
#include <map>
#include <optional>

#include "onlink/base/ip_address.hpp"
#include "onlink/kernel/neighbor_monitor.hpp"
#include "onlink/kernel/netlink.hpp"
#include "tests/nud/trace.hpp"

namespace onlink::differential {

class KernelWatch {
 public:
  // Records come without their time, which is the moment of the call.
  using Sink = std::function<void(TraceRecord)>;

  // REQUIRES: the process is on host A, and `netlink` lives longer.
  KernelWatch(kernel::Netlink& netlink, int interface);

  [[nodiscard]] int fd() const noexcept { return monitor_.fd(); }
  void read_notices(const Sink& sink);
  void read_table(const Sink& sink);
  // Of an overflow of the table since the last call.
  void read_overflows(const Sink& sink);
  // One row as it is now.
  [[nodiscard]] TraceRecord look_up(const IpAddress& address);

 private:
  struct Seen {
    NudState state = NudState::none;
    std::optional<MacAddress> mac{};
    bool router = false;
    bool operator==(const Seen&) const = default;
  };
  void see(const kernel::NeighborEntry& entry, const Sink& sink);
  void forget(const kernel::NeighborEntry& entry, const Sink& sink);
  [[nodiscard]] bool is_watched(const kernel::NeighborEntry& entry) const noexcept;
  [[nodiscard]] std::uint64_t overflows();

  kernel::Netlink& netlink_;
  int interface_;
  kernel::NeighborMonitor monitor_;
  std::map<IpAddress, Seen> seen_;
  std::uint64_t overflows_ = 0;
};

}  // namespace onlink::differential
