// SPDX-License-Identifier: Apache-2.0
// Interfaces' names by index, each asked for once.
#pragma once

#include <string>
#include <unordered_map>

#include "onlink/kernel/netlink.hpp"

namespace onlink::inline v0::cli {

class InterfaceNames {
 public:
  explicit InterfaceNames(kernel::Netlink& netlink) noexcept : netlink_(netlink) {}

  // "eth0", harmless to print; "*" for 0 (every interface), "7" for one that is gone. Valid as long as this object.
  [[nodiscard]] const std::string& of(int index);

 private:
  kernel::Netlink& netlink_;
  std::unordered_map<int, std::string> names_;
};

}  // namespace onlink::inline v0::cli
