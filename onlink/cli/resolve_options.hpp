// SPDX-License-Identifier: Apache-2.0
// What `onlink resolve` was told, as values.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "onlink/base/error.hpp"
#include "onlink/base/ip_address.hpp"
#include "onlink/base/time.hpp"
#include "onlink/cli/arguments.hpp"
#include "onlink/cli/context.hpp"
#include "onlink/engine/resolve.hpp"

namespace onlink::inline v0::cli {

// An address to ask for, and the name that it was given by.
struct ResolveTarget {
  IpAddress address;
  std::string name{};
  bool operator==(const ResolveTarget&) const = default;
};

struct ResolveOptions {
  ResolverConfig config{};  // all but identity and targets
  std::optional<Ipv4Address> source_ipv4{};
  std::optional<Ipv6Address> source_ipv6{};
  VlanStack vlans{};
  std::optional<Duration> timeout{};
  bool names = false;
  bool force = false;
  bool dump = false;
};

// Without --count a target that has answered is not asked again, but stays open for a moment in which a second owner
// may speak up; with it, every request is sent; with --until-reply the first answer ends it.
[[nodiscard]] std::expected<ResolveOptions, Error> read_resolve_options(const Arguments& arguments);

// Addresses, and with --names the addresses of host names; each once, in the order given. Errors: usage (not an
// address, a network, a family that -4 or -6 excludes), system (a name that could not be looked up).
[[nodiscard]] std::expected<std::vector<ResolveTarget>, Error> read_resolve_targets(const Arguments& arguments,
                                                                                    const Context& context, bool names);

}  // namespace onlink::inline v0::cli
