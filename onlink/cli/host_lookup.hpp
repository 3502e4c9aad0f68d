// SPDX-License-Identifier: Apache-2.0
// Host names to addresses, for --names: /etc/hosts and DNS, as /etc/nsswitch.conf orders them, within a deadline.
#pragma once

#include <expected>
#include <optional>
#include <string_view>
#include <vector>

#include "onlink/base/error.hpp"
#include "onlink/base/ip_address.hpp"
#include "onlink/base/time.hpp"

namespace onlink::inline v0::cli {

inline constexpr Duration host_lookup_deadline = std::chrono::seconds{5};

// Every address of the name, IPv4 first; at least one. Errors: usage (no such host, or none of that family), system (no
// server answered in time).
[[nodiscard]] std::expected<std::vector<IpAddress>, Error> look_up_host(std::string_view name,
                                                                        std::optional<Family> family = {},
                                                                        Duration deadline = host_lookup_deadline);

}  // namespace onlink::inline v0::cli
