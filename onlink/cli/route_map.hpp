// SPDX-License-Identifier: Apache-2.0
// Cuts a range of addresses where routes begin and end, so that what the kernel says about a piece's first address
// holds for all of the piece.
#pragma once

#include <expected>
#include <map>
#include <vector>

#include "onlink/base/error.hpp"
#include "onlink/base/prefix.hpp"
#include "onlink/kernel/netlink.hpp"

namespace onlink::inline v0::cli {

class RouteMap {
 public:
  // `netlink` outlives the map.
  explicit RouteMap(kernel::Netlink& netlink) noexcept : netlink_(netlink) {}

  // The range in pieces, in order. Reads the routing tables when a family is met first. Errors: what the kernel refused
  // to say.
  [[nodiscard]] std::expected<std::vector<AddressRange>, Error> cut(const AddressRange& range);

 private:
  using Starts = std::vector<IpAddress>;  // of pieces, in order
  [[nodiscard]] std::expected<const Starts*, Error> starts(Family family);

  kernel::Netlink& netlink_;
  std::map<Family, Starts> starts_;
};

}  // namespace onlink::inline v0::cli
