// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/owner_probe.hpp"

#include <chrono>

namespace onlink::inline v0::cli {

ResolverConfig owner_probe(const MacAddress& asker, const VlanStack& vlans, std::uint64_t seed) {
  using std::chrono::milliseconds;
  constexpr milliseconds wait{300};  // for an answer, and for a second one
  return {.identity = {.mac = asker, .vlans = vlans},
          .count = 3,
          .interval = milliseconds{200},
          .wait = wait,
          .conflict_window = wait,
          .until_reply = true,
          .probe = true,
          .seed = seed};
}

}  // namespace onlink::inline v0::cli
