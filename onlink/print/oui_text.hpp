// SPDX-License-Identifier: Apache-2.0
// The text forms in which vendor registries are handed around: the IEEE's CSV and its oui.txt, Wireshark's manuf, and
// lines of prefix and name (arp-scan's ieee-oui.txt and mac-vendor.txt, nmap-mac-prefixes).
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "onlink/base/error.hpp"
#include "onlink/print/oui_image.hpp"

namespace onlink::inline v0 {

// The text's own first lines say which form it is. `source` names it in errors, all of them ErrorCode::usage: a broken
// line (with its number), or nothing that looks like a registration.
[[nodiscard]] std::expected<std::vector<OuiEntry>, Error> parse_oui_text(std::string_view text,
                                                                         std::string_view source);

// A name as it may be printed on any terminal and put in JSON: blanks run together, control characters and bytes that
// are not UTF-8 gone.
[[nodiscard]] std::string clean_vendor_name(std::string_view raw);

}  // namespace onlink::inline v0
