// SPDX-License-Identifier: Apache-2.0
// Whether a link went down, even for a moment between two looks: the kernel's notices about its links (RTNLGRP_LINK)
// and its count of carrier changes, which holds what the notices merge. In the network namespace of the thread that
// opened the monitor. Needs no privilege.
#pragma once

#include <expected>
#include <memory>

#include "onlink/base/error.hpp"
#include "onlink/kernel/netlink.hpp"

namespace onlink::inline v0::kernel {

class LinkMonitor {
 public:
  // Since the last read().
  struct Seen {
    bool went_down = false;  // set down, or lost its carrier; it may be up again
    bool up_now = false;     // up, and running
    bool gone = false;       // deleted, or moved to another namespace
  };

  // Errors: no_interface, system.
  [[nodiscard]] static std::expected<LinkMonitor, Error> open(int index);
  LinkMonitor(LinkMonitor&&) noexcept;
  LinkMonitor& operator=(LinkMonitor&&) noexcept;
  ~LinkMonitor();

  // Readable when there is news of any link.
  [[nodiscard]] int fd() const noexcept;
  // Never blocks. Errors: system.
  [[nodiscard]] std::expected<Seen, Error> read();

 private:
  struct State;
  explicit LinkMonitor(std::unique_ptr<State> state) noexcept;
  std::unique_ptr<State> state_;
};

}  // namespace onlink::inline v0::kernel
