// SPDX-License-Identifier: Apache-2.0
// How arp-scan reads the values of its options: leniently, and so must we. An error is the line that it prints.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "onlink/base/mac_address.hpp"

namespace onlink::inline v0::cli::compat {

// A number in `base` (0: 0x12 and 012 too) with blanks around it; one that is too large saturates.
[[nodiscard]] std::expected<long, std::string> read_scan_number(const std::string& text, int base);

// Microseconds: of "5" milliseconds, of "5u" microseconds, of "5s" seconds. Wraps at 32 bits.
[[nodiscard]] std::expected<std::int32_t, std::string> read_scan_interval(const std::string& text);

// Bits per second: "256000", "256K", "1M". Wraps at 32 bits.
[[nodiscard]] std::expected<std::uint32_t, std::string> read_scan_bandwidth(const std::string& text);

// Six hexadecimal numbers between colons or between dashes; of each the lowest octet counts, and what follows the sixth
// does not.
[[nodiscard]] std::optional<MacAddress> read_scan_mac(std::string_view text);

// Pairs of hexadecimal digits. Other characters stand for a digit too, as they do in the original.
[[nodiscard]] std::expected<std::vector<std::byte>, std::string> read_scan_padding(std::string_view text);

}  // namespace onlink::inline v0::cli::compat
