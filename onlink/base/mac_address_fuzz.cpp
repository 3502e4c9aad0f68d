// SPDX-License-Identifier: Apache-2.0
// Any text as a MAC or hardware address: what is accepted has every notation, and each reads back to the same address.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "onlink/base/hardware_address.hpp"
#include "onlink/base/mac_address.hpp"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace onlink;
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  if (const auto hardware = parse_hardware_address(text)) {
    require(parse_hardware_address(to_string(*hardware)) == *hardware);
    require(hardware->size() >= 1 && hardware->size() <= HardwareAddress::max_size);
  }
  const auto mac = parse_mac(text);
  if (!mac) {
    require(mac.error().code == ErrorCode::usage && mac.error().context.find(text) != std::string::npos);
    return 0;
  }
  for (const auto notation : {MacNotation::colon, MacNotation::dash, MacNotation::dot, MacNotation::bare}) {
    require(parse_mac(to_string(*mac, notation)) == *mac);
  }
  require(MacAddress::from_value(mac->value()) == *mac);
  require(parse_hardware_address(text)->mac() == *mac);
  return 0;
}
