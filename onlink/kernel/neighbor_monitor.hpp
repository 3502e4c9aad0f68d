// SPDX-License-Identifier: Apache-2.0
// The kernel's notices about its neighbour table as they happen (RTNLGRP_NEIGH), in the network namespace of the thread
// that opened the monitor. Some changes have no notice: stale -> delay, reachable -> delay, and a move of the time
// stamps. Needs no privilege.
//
//   auto monitor = NeighborMonitor::open();
//   for (const NeighborEntry& entry : *netlink.neighbors({})) mirror.insert(entry);   // after open(): nothing is
//   missed
//   ... poll(monitor->fd()) ...
//   const auto got = monitor->read([&](const NeighborNotice& notice) { ... });
//   if (got && got->overrun) ... read the table anew: notices were lost
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <memory>

#include "onlink/base/error.hpp"
#include "onlink/kernel/netlink.hpp"

namespace onlink::inline v0::kernel {

enum class NoticeKind : std::uint8_t {
  changed,  // the entry is new, or as it is now
  removed,  // as it was at its end
  wanted,   // "miss": user space is asked to resolve it (app_solicit)
};

struct NeighborNotice {
  NoticeKind kind = NoticeKind::changed;
  NeighborEntry entry{};
  std::uint32_t sender = 0;  // netlink port of the program whose request it was; 0: the kernel's own doing
};

class NeighborMonitor {
 public:
  struct Options {
    // Notices that the socket holds while nobody reads; without CAP_NET_ADMIN no more than net.core.rmem_max.
    std::size_t buffer_bytes = std::size_t{4} << 20;
  };
  struct Reading {
    std::size_t notices = 0;
    bool overrun = false;  // the socket's buffer was full: some notices are lost (ENOBUFS)
  };
  using Sink = std::function<void(const NeighborNotice&)>;

  [[nodiscard]] static std::expected<NeighborMonitor, Error> open(const Options& options);
  [[nodiscard]] static std::expected<NeighborMonitor, Error> open() { return open(Options{}); }
  NeighborMonitor(NeighborMonitor&&) noexcept;
  NeighborMonitor& operator=(NeighborMonitor&&) noexcept;
  ~NeighborMonitor();

  // Readable (POLLIN) when a notice waits, POLLERR after an overrun.
  [[nodiscard]] int fd() const noexcept;
  // Hands over every notice that waits, in the order in which they happened; never blocks. Ends early, with `overrun`
  // set, where notices are missing: those that follow come with the next read().
  [[nodiscard]] std::expected<Reading, Error> read(const Sink& sink);

 private:
  struct Socket;
  explicit NeighborMonitor(std::unique_ptr<Socket> socket) noexcept;
  std::unique_ptr<Socket> socket_;
};

}  // namespace onlink::inline v0::kernel
