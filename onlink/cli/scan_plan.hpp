// SPDX-License-Identifier: Apache-2.0
// What of the wanted addresses is on the interface's link, and from which of our addresses each part is asked.
#pragma once

#include <expected>
#include <optional>
#include <vector>

#include "onlink/base/error.hpp"
#include "onlink/base/prefix.hpp"
#include "onlink/cli/asking_interface.hpp"
#include "onlink/cli/route_verdict.hpp"
#include "onlink/cli/scan_options.hpp"
#include "onlink/engine/scan.hpp"
#include "onlink/kernel/netlink.hpp"

namespace onlink::inline v0::cli {

// A range that is not asked, and why: the verdict on its first address, which holds for all of it.
struct OffLinkRange {
  AddressRange range;
  RouteVerdict verdict;
};

struct ScanPlan {
  // One scan after the other: an engine has one IPv4 address, and each of the interface's networks is asked from the
  // address in it.
  std::vector<ScanConfig> scans{};
  std::vector<OffLinkRange> off_link{};
  std::uint64_t targets = 0;  // addresses in all scans
  bool discovers_ipv6 = false;
};

// `wanted` empty: the interface's own networks without their broadcast addresses, and IPv6 by discovery. Errors: usage
// (no address to ask from, too many IPv6 addresses, nothing to ask), and what the kernel refused to say.
[[nodiscard]] std::expected<ScanPlan, Error> plan_scan(kernel::Netlink& netlink, const AskingInterface& interface,
                                                       const ScanOptions& options,
                                                       const std::vector<AddressRange>& wanted,
                                                       std::optional<Family> family);

}  // namespace onlink::inline v0::cli
