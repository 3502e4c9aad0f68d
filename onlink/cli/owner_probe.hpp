// SPDX-License-Identifier: Apache-2.0
// How a command asks, beside its own work, whether anybody has addresses.
#pragma once

#include <cstdint>

#include "onlink/engine/resolve.hpp"

namespace onlink::inline v0::cli {

// Three probes (RFC 5227 section 1.1), faster than the RFC's and without a sender's address, so that no table learns
// from them; the first answer and what comes soon after it count. The targets are the caller's to add.
[[nodiscard]] ResolverConfig owner_probe(const MacAddress& asker, const VlanStack& vlans, std::uint64_t seed);

}  // namespace onlink::inline v0::cli
