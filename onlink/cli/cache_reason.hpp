// SPDX-License-Identifier: Apache-2.0
// Why a row of the neighbour table changed, as far as its before and after, the interface's parameters and the link
// tell. Pure. The kernel says who changed an entry by netlink, never which packet did.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "onlink/cli/context.hpp"
#include "onlink/kernel/neighbor_mirror.hpp"
#include "onlink/kernel/neighbor_tables.hpp"

namespace onlink::inline v0::cli {

enum class LinkCondition : std::uint8_t { running, no_carrier, down, gone };

struct ChangeSurroundings {
  kernel::NeighborTimes times{};                // of the entry's interface and family, now
  LinkCondition link = LinkCondition::running;  // now
  std::string_view program{};                   // who has the change's netlink port; empty: not known
};

// "no confirmation within the reachable time of 23 s"; empty when there is nothing to say.
[[nodiscard]] std::string reason(const kernel::NeighborChange& change, const ChangeSurroundings& surroundings,
                                 Language language);

}  // namespace onlink::inline v0::cli
