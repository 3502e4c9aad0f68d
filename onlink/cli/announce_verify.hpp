// SPDX-License-Identifier: Apache-2.0
// Who answers for the addresses that were announced, asked as nobody (RFC 5227 section 2.1, RFC 4862 section 5.4), so
// that no neighbour learns anything from the question. A host does not hear its own: for an address of ours silence is
// what is hoped for.
#pragma once

#include <functional>
#include <vector>

#include "onlink/cli/announce_plan.hpp"
#include "onlink/link/port.hpp"
#include "onlink/run/driver.hpp"

namespace onlink::inline v0::cli {

using VerifyEventHandler = std::function<void(const Event& event, const VlanStack& vlans)>;

// One network of the link after the other, over `port`. `options` gives clock and interrupt. The result of the last
// run, or of the one that failed or was interrupted. REQUIRES: there is an address.
[[nodiscard]] RunResult ask_who_answers(const std::vector<AnnouncedAddress>& addresses, const MacAddress& asker,
                                        Port& port, const RunOptions& options, const VerifyEventHandler& on_event);

}  // namespace onlink::inline v0::cli
