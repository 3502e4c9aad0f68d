// SPDX-License-Identifier: Apache-2.0
// Any text as lines of targets, none of which asks a name server: every place has an address, and that is found again.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "onlink/base/text.hpp"
#include "onlink/cli/compat/arp_scan_setup.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace onlink;
  using namespace onlink::cli::compat;
  std::string_view text{reinterpret_cast<const char*>(data), size};
  HostNames names;
  StringWriter err;
  ArpScanTargets targets;
  while (!text.empty() && targets.starts().size() < 100) {
    const std::string_view line = take_until(text, '\n');
    const bool added = add_scan_target(std::string{line}, true, names, targets, err);
    if (!added && err.text().find("ERROR: ") == std::string::npos) std::abort();
  }
  targets.make_index();
  for (std::uint64_t i = 0; i < std::min<std::uint64_t>(targets.size(), 64); ++i) {
    const std::uint64_t place = targets.size() / 64 * i + std::min<std::uint64_t>(i, targets.size() % 64);
    if (place >= targets.size()) break;
    if (targets.find(targets[place], place) != place) std::abort();
  }
  return 0;
}
