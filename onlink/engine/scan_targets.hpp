// SPDX-License-Identifier: Apache-2.0
// What a scan asks: ranges of addresses minus what is excluded, numbered 0 .. count() - 1 without being written out, so
// that a /8 costs as little memory as a /30.
//
// Left out always, because no host can own them: multicast groups, 0.0.0.0, 255.255.255.255 and ::. The first and last
// address of an IPv4 prefix are asked like any other: a range does not say what the subnet is, hosts at .0 and .255 are
// legitimate inside a larger one, and a stack that answers for its subnet's broadcast address is worth knowing. Who
// wants them left out excludes them.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <vector>

#include "onlink/base/error.hpp"
#include "onlink/base/ip_address.hpp"
#include "onlink/base/prefix.hpp"

namespace onlink::inline v0 {

class TargetSet {
 public:
  // All IPv6 ranges together may hold this many addresses: more is not a list that one asks through in useful time.
  static constexpr std::uint64_t max_ipv6_targets = std::uint64_t{1} << 20;

  TargetSet() = default;

  // `included` may overlap, repeat and stand in any order. Error: usage, when more IPv6 addresses remain than
  // max_ipv6_targets; it names the largest range and the way out.
  [[nodiscard]] static std::expected<TargetSet, Error> make(const std::vector<AddressRange>& included,
                                                            std::vector<AddressRange> excluded = {});

  [[nodiscard]] std::uint64_t count() const noexcept { return count_; }
  [[nodiscard]] bool empty() const noexcept { return count_ == 0; }
  // Disjoint, not adjacent, in ascending order.
  [[nodiscard]] std::span<const AddressRange> ranges() const noexcept { return ranges_; }

  // O(log ranges). REQUIRES: index < count().
  [[nodiscard]] IpAddress operator[](std::uint64_t index) const noexcept;
  [[nodiscard]] bool contains(const IpAddress& address) const noexcept;

 private:
  std::vector<AddressRange> ranges_;
  std::vector<std::uint64_t> ends_;  // ends_[i]: how many targets lie in ranges_[0 .. i]
  std::uint64_t count_ = 0;
};

}  // namespace onlink::inline v0
