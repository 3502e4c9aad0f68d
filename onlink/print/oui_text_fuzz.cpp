// SPDX-License-Identifier: Apache-2.0
// Any text as a vendor registry: read, packed, and every row found again under its own prefix or a longer one.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "onlink/print/oui_text.hpp"
#include "onlink/print/vendor.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto registry = onlink::VendorRegistry::parse(text, "fuzz");
  if (!registry) return 0;
  for (const onlink::VendorMatch& row : registry->search_name("")) {
    const auto found = registry->find(row.prefix.address);
    if (!found || found->prefix.bits < row.prefix.bits) std::abort();
    if (onlink::parse_mac_prefix(to_string(row.prefix)) != row.prefix) std::abort();
  }
  return 0;
}
