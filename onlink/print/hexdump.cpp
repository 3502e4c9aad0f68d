// SPDX-License-Identifier: Apache-2.0
#include "onlink/print/hexdump.hpp"

#include <fmt/format.h>

#include <iterator>

namespace onlink::inline v0 {

std::string hexdump(Bytes bytes, HexdumpStyle style) {
  constexpr std::size_t per_line = 16;
  std::string out;
  auto to = std::back_inserter(out);
  for (std::size_t start = 0; start < bytes.size(); start += per_line) {
    const Bytes line = bytes.subspan(start, std::min(per_line, bytes.size() - start));
    if (style == HexdumpStyle::offsets) fmt::format_to(to, "{:04x}  ", start);
    for (const std::byte octet : line) {
      const auto value = std::to_integer<unsigned>(octet);
      style == HexdumpStyle::plain ? fmt::format_to(to, "{:02X} ", value) : fmt::format_to(to, " {:02x}", value);
    }
    out += '\n';
  }
  return out;
}

}  // namespace onlink::inline v0
