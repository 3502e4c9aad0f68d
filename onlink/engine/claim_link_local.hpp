// SPDX-License-Identifier: Apache-2.0
// Link-local candidates in the order in which a host tries them: 169.254.1.0 to 169.254.254.255, by its MAC, so that
// the same host gets the same address after each start (RFC 3927 section 2.1).
#pragma once

#include <cstddef>

#include "onlink/base/ip_address.hpp"
#include "onlink/base/mac_address.hpp"
#include "onlink/base/rng.hpp"

namespace onlink::inline v0 {

class LinkLocalSequence {
 public:
  explicit LinkLocalSequence(const MacAddress& mac) noexcept;
  [[nodiscard]] Ipv4Address next() noexcept;
  static constexpr std::size_t size = std::size_t{254} * 256;  // different ones

  // Whether a host may choose it: the first and the last 256 of 169.254.0.0/16 are reserved.
  [[nodiscard]] static bool holds(const IpAddress& address) noexcept;

 private:
  Rng rng_;
};

}  // namespace onlink::inline v0
