// SPDX-License-Identifier: Apache-2.0
// The work of `onlink cache watch`: notices from the kernel, what they change, and why, until the end is called.
#pragma once

#include <cstddef>
#include <expected>
#include <map>
#include <optional>
#include <string>

#include "onlink/base/error.hpp"
#include "onlink/base/time.hpp"
#include "onlink/cli/cache_change_print.hpp"
#include "onlink/cli/cache_filter.hpp"
#include "onlink/cli/cache_reason.hpp"
#include "onlink/cli/context.hpp"
#include "onlink/kernel/neighbor_mirror.hpp"
#include "onlink/kernel/neighbor_monitor.hpp"
#include "onlink/run/interrupt.hpp"

namespace onlink::inline v0::cli {

struct WatchOptions {
  CacheFilter filter{};
  std::optional<std::uint64_t> count{};  // ends after so many changes
  std::optional<Duration> timeout{};     // ends after this
  std::optional<Duration> poll{};        // reads the table so often, too
  bool explain = false;
};

class CacheWatch {
 public:
  // `monitor` was opened for it, and nothing was read from it yet.
  CacheWatch(kernel::Netlink& netlink, const WatchOptions& options, Context& context, kernel::NeighborMonitor monitor);
  CacheWatch(const CacheWatch&) = delete;
  CacheWatch& operator=(const CacheWatch&) = delete;

  // Until the count, the timeout, a signal, or the end of the interface (no_interface). A closed standard output ends
  // it as well.
  [[nodiscard]] std::expected<void, Error> run(const Interrupt& interrupt);
  [[nodiscard]] std::uint64_t shown() const noexcept { return shown_; }

 private:
  [[nodiscard]] std::expected<void, Error> start();
  [[nodiscard]] std::expected<void, Error> read_notices();
  [[nodiscard]] std::expected<void, Error> reread();
  [[nodiscard]] std::expected<void, Error> check_interface();
  [[nodiscard]] std::expected<void, Error> refresh_times();
  [[nodiscard]] bool in_scope(const kernel::NeighborEntry& entry) const noexcept;
  void show(const kernel::NeighborChange& change);
  [[nodiscard]] ChangeSurroundings surroundings(const kernel::NeighborChange& change, const std::string& program);
  [[nodiscard]] bool finished() const noexcept;

  kernel::Netlink& netlink_;
  WatchOptions options_;
  Context& context_;
  kernel::NeighborMonitor monitor_;
  kernel::NeighborMirror mirror_;
  InterfaceNames names_;
  ChangePrinter printer_;
  std::vector<kernel::NeighborTimes> times_;
  std::vector<kernel::NeighborTableState> tables_;
  std::map<int, LinkCondition> links_;  // as far as this batch of notices asked for them
  std::uint64_t shown_ = 0;
};

}  // namespace onlink::inline v0::cli
