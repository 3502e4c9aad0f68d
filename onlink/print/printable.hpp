// SPDX-License-Identifier: Apache-2.0
// Text that came from outside (host names, file contents) made harmless. A name on the network is chosen by a stranger:
// it must not move the cursor, change colours, reverse the reading order or forge a line of output.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace onlink::inline v0 {

// For a terminal: control characters, escape sequences, bidirectional and invisible formatting characters become
// \u{202e}, bytes that are not UTF-8 become \xff, and a backslash is doubled so that nothing can be forged.
[[nodiscard]] std::string printable(std::string_view untrusted);

// The same without doubling the backslash, so that text may pass through it twice: for whole messages, of which some
// parts were made printable already.
[[nodiscard]] std::string harmless(std::string_view text);

// A JSON string with its quotes: valid UTF-8 whatever came in (a bad byte becomes U+FFFD), and everything that
// printable() would escape is written as \u escapes, so that JSON on a terminal is harmless too.
void append_json_string(std::string& out, std::string_view untrusted);

// Columns that text takes on a terminal: code points, East Asian wide characters as two, combining marks as none.
[[nodiscard]] std::size_t display_width(std::string_view utf8) noexcept;
// At most so many columns, the last an ellipsis where something was left out. REQUIRES: columns > 0.
[[nodiscard]] std::string shortened(std::string_view utf8, std::size_t columns);

}  // namespace onlink::inline v0
