// SPDX-License-Identifier: Apache-2.0
// Bytes for the eye, 16 a line.
#pragma once

#include <string>

#include "onlink/base/bytes.hpp"

namespace onlink::inline v0 {

enum class HexdumpStyle : std::uint8_t {
  plain,    // "FF FF FF FF FF FF F0 18 98 1C 08 75 08 06 00 01 ": `%02X ` for each byte
  offsets,  // "0000   ff ff ff ff ff ff f0 18 98 1c 08 75 08 06 00 01"
};

// Each line ends in a newline; no bytes, no lines.
[[nodiscard]] std::string hexdump(Bytes bytes, HexdumpStyle style = HexdumpStyle::plain);

}  // namespace onlink::inline v0
