// SPDX-License-Identifier: Apache-2.0
// What `onlink claim` was told, as values.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "onlink/base/error.hpp"
#include "onlink/base/time.hpp"
#include "onlink/cli/arguments.hpp"
#include "onlink/cli/claim_state.hpp"
#include "onlink/engine/claim.hpp"

namespace onlink::inline v0::cli {

struct ClaimTarget {
  IpAddress address{};
  std::optional<std::uint8_t> length{};  // of its network, for --configure
};

struct ClaimOptions {
  std::vector<ClaimTarget> targets{};
  bool automatic = false;                   // a link-local IPv4 address of our choice besides
  std::optional<LinkLocalMemory> memory{};  // of the address that --auto chose; none: it is not kept
  ClaimerConfig claimer{};                  // all but what the interface decides: MACs
  std::optional<MacAddress> mac{};          // none: the interface's
  bool once = false;                        // ends when all is decided and announced
  std::optional<Duration> timeout{};
  bool configure = false;
  std::vector<std::string> hook{};  // a command and its arguments; empty: none
  Duration hook_time{};             // after which it is killed
  bool dump = false;                // each frame sent, in hex
};

// More are refused: each is probed for and defended for itself.
inline constexpr std::uint64_t max_claimed_addresses = 65536;

// Errors: usage.
[[nodiscard]] std::expected<ClaimOptions, Error> read_claim_options(const Arguments& arguments);

}  // namespace onlink::inline v0::cli
