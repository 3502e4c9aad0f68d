// SPDX-License-Identifier: Apache-2.0
// Several resolvers as one engine: targets in different networks of an interface are asked from different addresses,
// and a resolver has one of each family.
#pragma once

#include "onlink/engine/resolve.hpp"
#include "onlink/run/engine_set.hpp"

namespace onlink::inline v0::cli {

using ResolverSet = EngineSet<Resolver>;

}  // namespace onlink::inline v0::cli
