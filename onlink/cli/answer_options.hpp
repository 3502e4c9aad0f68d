// SPDX-License-Identifier: Apache-2.0
// What `onlink answer` was told, as values.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "onlink/base/error.hpp"
#include "onlink/base/prefix.hpp"
#include "onlink/base/time.hpp"
#include "onlink/cli/arguments.hpp"
#include "onlink/engine/ping.hpp"
#include "onlink/engine/virtual_host.hpp"

namespace onlink::inline v0::cli {

// Whether and how RARP and InARP are answered.
struct ReverseService {
  bool rarp = false;
  bool inarp = false;
  std::string ethers{};  // the file; empty: only pairs
  std::string pairs{};   // as lines of such a file
  Duration secondary_wait{};
  bool only_retries = false;

  [[nodiscard]] bool any() const noexcept { return rarp || inarp; }
};

struct AnswerOptions {
  VirtualHostConfig host{};         // all but what the interface decides: MAC, routes, holes
  std::optional<MacAddress> mac{};  // none: the interface's
  ReverseService reverse{};
  std::vector<IpAddress> ping{};  // targets
  PingConfig pings{};             // all but the targets
  std::optional<IpAddress> gateway_ipv4{};
  std::optional<IpAddress> gateway_ipv6{};
  std::uint64_t count = 0;  // of questions, without --ping; 0: no end
  std::optional<Duration> timeout{};
  bool check = true;  // ask first whether somebody else answers
  bool force = false;
};

// Errors: usage.
[[nodiscard]] std::expected<AnswerOptions, Error> read_answer_options(const Arguments& arguments);

}  // namespace onlink::inline v0::cli
