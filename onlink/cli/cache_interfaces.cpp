// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/cache_interfaces.hpp"

#include "onlink/print/printable.hpp"

namespace onlink::inline v0::cli {

const std::string& InterfaceNames::of(int index) {
  const auto [at, is_new] = names_.try_emplace(index);
  if (!is_new) return at->second;
  if (index == 0) {
    at->second = "*";
  } else {
    const auto link = netlink_.find_link(index);
    at->second = link ? printable(link->name) : std::to_string(index);
  }
  return at->second;
}

}  // namespace onlink::inline v0::cli
