// SPDX-License-Identifier: Apache-2.0
// Sets of addresses as ranges, in constant memory, and the MAC addresses that virtual hosts have for theirs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "onlink/base/ip_address.hpp"
#include "onlink/base/mac_address.hpp"
#include "onlink/base/prefix.hpp"

namespace onlink::inline v0 {

// Sorted, disjoint, as few as possible.
class RangeSet {
 public:
  RangeSet() = default;
  explicit RangeSet(std::vector<AddressRange> ranges);

  void remove(const AddressRange& hole);
  [[nodiscard]] bool contains(const IpAddress& address) const noexcept;
  [[nodiscard]] const std::vector<AddressRange>& ranges() const noexcept { return ranges_; }
  [[nodiscard]] bool empty() const noexcept { return ranges_.empty(); }

 private:
  std::vector<AddressRange> ranges_;
};

// One MAC address for all, or one derived from each address; and a second for some, the same ones every time.
struct VirtualMacs {
  MacAddress base{};
  bool per_address = false;
  double impostor = 0;  // fraction of the addresses
  std::uint64_t seed = 0;

  // Per address: the first two octets of `base` and the IPv4 address, or the first octet and 40 bits of the IPv6
  // address, so that no two of one /88 are the same.
  [[nodiscard]] MacAddress mac_of(const IpAddress& address) const noexcept;
  // Who claims it besides, if anybody does: the same but for bit 0x04 of octet 0.
  [[nodiscard]] std::optional<MacAddress> impostor_of(const IpAddress& address) const noexcept;
};

}  // namespace onlink::inline v0
