// SPDX-License-Identifier: Apache-2.0
// What a row of the kernel's neighbour table means now and what happens next, in a sentence, with the interface's own
// sysctls and the entry's own ages:
//   usable at once; the next packet starts a 5 s wait, then 3 unicast probes; kept while the table holds fewer than 128
//   entries (now 14)
// The words are the catalogue's (catalogue.hpp). JSON takes English.
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "onlink/base/error.hpp"
#include "onlink/cli/context.hpp"
#include "onlink/kernel/neighbor_tables.hpp"
#include "onlink/kernel/netlink.hpp"

namespace onlink::inline v0::cli {

// Of one entry, by the times of its interface and family and the state of its family's table.
[[nodiscard]] std::string explain(const kernel::NeighborEntry& entry, const kernel::NeighborTimes& times,
                                  const kernel::NeighborTableState& table, Language language);

// Reads every interface's times and both tables once, for a list of entries.
class Explainer {
 public:
  [[nodiscard]] static std::expected<Explainer, Error> open(kernel::Netlink& netlink);
  Explainer(std::vector<kernel::NeighborTimes> times, std::vector<kernel::NeighborTableState> tables);

  // An interface that came since is explained by Linux's defaults.
  [[nodiscard]] std::string explain(const kernel::NeighborEntry& entry, Language language) const;

 private:
  std::vector<kernel::NeighborTimes> times_;  // by interface and family
  std::vector<kernel::NeighborTableState> tables_;
};

}  // namespace onlink::inline v0::cli
