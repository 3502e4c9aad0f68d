// SPDX-License-Identifier: Apache-2.0
// The interface that arp-scan works on, as it finds it: by libpcap's rules, errors in libpcap's words.
#pragma once

#include <expected>
#include <memory>
#include <optional>
#include <string>

#include "onlink/base/ip_address.hpp"
#include "onlink/base/prefix.hpp"
#include "onlink/kernel/netlink.hpp"
#include "onlink/link/port.hpp"

namespace onlink::inline v0::cli::compat {

struct ArpScanInterface {
  std::string name{};
  MacAddress mac{};
  std::optional<Prefix> address{};  // its first IPv4 address
  bool has_carrier = true;
  std::unique_ptr<Port> port{};
};

// The one named, or the lowest-numbered one that is up and running, lo aside. `fast`: more than a few thousand frames a
// second. The error is what to print.
[[nodiscard]] std::expected<ArpScanInterface, std::string> open_scan_interface(kernel::Netlink& netlink,
                                                                               const std::optional<std::string>& name,
                                                                               bool fast);

}  // namespace onlink::inline v0::cli::compat
