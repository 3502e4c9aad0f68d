// SPDX-License-Identifier: Apache-2.0
// What `onlink scan` was told, as values, and the pace that follows from it and from the link.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "onlink/base/error.hpp"
#include "onlink/base/ip_address.hpp"
#include "onlink/base/prefix.hpp"
#include "onlink/cli/arguments.hpp"
#include "onlink/engine/scan_ramp.hpp"
#include "onlink/kernel/netlink.hpp"
#include "onlink/wire/ethernet.hpp"

namespace onlink::inline v0::cli {

struct ScanOptions {
  std::vector<AddressRange> excluded{};
  std::optional<double> rate{};  // requests per second, fixed
  bool unlimited = false;        // --rate max
  std::uint64_t seed = 0;
  bool seed_given = false;
  std::uint32_t tries = 2;
  std::optional<Ipv4Address> source_ipv4{};
  std::optional<Ipv6Address> source_ipv6{};
  VlanStack vlans{};
  bool probe = false;
  bool force = false;
  bool live = false;
  bool names = false;
  bool cache = false;
  std::optional<std::string> save{};
  std::optional<std::string> diff{};
};

[[nodiscard]] std::expected<ScanOptions, Error> read_scan_options(const Arguments& arguments);

// Octets that a request takes on the wire: 60, frame check sequence, preamble and gap between frames (IEEE 802.3).
inline constexpr std::uint32_t request_wire_octets = 60 + 4 + 8 + 12;

// How fast a scan may ask, and why.
struct ScanPaceChoice {
  PaceConfig pace{};
  std::string reason{};  // "20,000 requests/s at most, below 1 % of 10,000 Mbit/s"
};

// Without --rate or --bandwidth: the smaller of 20,000/s and 1 % of the link's speed; 500/s where the speed is unknown
// or the medium is a radio that all stations share.
[[nodiscard]] ScanPaceChoice choose_scan_pace(const ScanOptions& options, const kernel::Link& link);

}  // namespace onlink::inline v0::cli
