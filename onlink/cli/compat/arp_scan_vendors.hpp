// SPDX-License-Identifier: Apache-2.0
// The vendor files of arp-scan: lines of a MAC address's first digits, a tab, and a name. Of two lines for the same
// digits the first holds; the line with the most digits that fit wins, whichever file it is in.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "onlink/base/mac_address.hpp"

namespace onlink::inline v0::cli::compat {

class ArpScanVendors {
 public:
  using BrokenLine = std::function<void(std::string_view line)>;
  // How many lines of `text` were taken. A line that is neither blank, a comment nor a registration is `broken`.
  std::size_t add(std::string_view text, const BrokenLine& broken);
  // Where no file knows an address, our own registry does.
  void use_builtin() noexcept { builtin_ = true; }

  // "(Unknown)" and "(Unknown: locally administered)" are names, too.
  [[nodiscard]] std::string_view name(const MacAddress& mac) const;

 private:
  static constexpr std::size_t min_digits = 2;
  static constexpr std::size_t max_digits = 12;

  void add_line(std::string_view digits, std::string_view name);

  // By the number of digits and the digits themselves.
  std::unordered_map<std::uint64_t, std::string> names_;
  bool builtin_ = false;
};

}  // namespace onlink::inline v0::cli::compat
