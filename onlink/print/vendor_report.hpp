// SPDX-License-Identifier: Apache-2.0
// What a MAC address or a prefix tells about itself, as a Row (JSON, CSV, one line) and as a block of lines for people.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "onlink/base/mac_address.hpp"
#include "onlink/print/row.hpp"
#include "onlink/print/vendor.hpp"

namespace onlink::inline v0 {

// Vendor, kind, the registration it was found in, every notation, and what IPv6 derives from the address.
[[nodiscard]] Row vendor_row(const MacAddress& mac, const VendorRegistry& registry);
// One registration, without an address.
[[nodiscard]] Row registration_row(const VendorMatch& match);

// The keys of the rows' own fields, for CSV.
[[nodiscard]] std::vector<std::string_view> vendor_fields();

// Somebody is known to stand behind the address: a registered vendor, a well-known group, a router protocol, a
// hypervisor.
[[nodiscard]] bool is_known(const MacAddress& mac, const VendorRegistry& registry);

// Lines "  vendor      Xerox Corporation" under the address, each ended.
[[nodiscard]] std::string vendor_block(const MacAddress& mac, const VendorRegistry& registry);
// "52:54:00:12:34:56  virtual-host    QEMU/KVM"
[[nodiscard]] std::string vendor_line(const MacAddress& mac, const VendorRegistry& registry);
// "00:22:72      MA-L  American Micro-Fuel Device Corp."
[[nodiscard]] std::string registration_line(const VendorMatch& match);

}  // namespace onlink::inline v0
