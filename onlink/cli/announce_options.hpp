// SPDX-License-Identifier: Apache-2.0
// What `onlink announce` was told, as values.
#pragma once

#include <algorithm>
#include <cstdint>
#include <expected>
#include <optional>
#include <vector>

#include "onlink/base/error.hpp"
#include "onlink/base/prefix.hpp"
#include "onlink/base/time.hpp"
#include "onlink/cli/arguments.hpp"
#include "onlink/cli/context.hpp"
#include "onlink/engine/announce.hpp"

namespace onlink::inline v0::cli {

struct AnnounceOptions {
  std::vector<AddressRange> targets{};    // in the order given
  std::vector<MacAddress> mac_targets{};  // announced by RARP
  bool all = false;                       // every address of the interface
  bool rarp = false;                      // the MAC that the addresses are announced at, by RARP as well
  AnnounceForm arp_form = AnnounceForm::request;
  std::optional<MacAddress> mac{};     // --mac; none: the interface's, or the virtual router's
  std::optional<std::uint8_t> vrrp{};  // the virtual router's number
  bool move = false;                   // the frames come from the announced MAC too
  std::optional<bool> router{};        // R flag; none: what the interface is
  bool override_flag = true;
  std::vector<VlanStack> vlans{VlanStack{}};  // one after the other; an empty one: untagged
  AnnouncerConfig pace{};                     // count, interval, step, longest, gap
  bool dump = false;
  bool verify = false;
  bool force = false;

  // The untagged network, which the interface's own addresses and routes are of, is not among them.
  [[nodiscard]] bool only_tagged() const {
    return std::ranges::none_of(vlans, [](const VlanStack& stack) { return stack.empty(); });
  }
};

// Errors: usage (not an address nor a MAC address, options that contradict each other or have nothing to act on, an
// address that no host can have, more addresses than anybody means).
[[nodiscard]] std::expected<AnnounceOptions, Error> read_announce_options(const Arguments& arguments,
                                                                          const Context& context);

}  // namespace onlink::inline v0::cli
