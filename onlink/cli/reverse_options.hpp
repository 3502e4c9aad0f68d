// SPDX-License-Identifier: Apache-2.0
// What `onlink resolve --reverse` and `--inverse` were told, as values.
#pragma once

#include <expected>
#include <optional>
#include <vector>

#include "onlink/base/error.hpp"
#include "onlink/base/time.hpp"
#include "onlink/cli/arguments.hpp"
#include "onlink/cli/context.hpp"
#include "onlink/engine/rarp.hpp"

namespace onlink::inline v0::cli {

struct ReverseOptions {
  ReverseClientConfig client{};         // all but who asks and about whom
  std::vector<MacAddress> targets{};    // none, with --reverse: the interface's own
  std::optional<Ipv4Address> source{};  // --inverse: instead of the interface's
  bool as_nobody = false;               // --inverse: shows no address
  std::optional<Duration> timeout{};
  bool dump = false;
};

// Whether it is MAC addresses that are asked about.
[[nodiscard]] inline bool asks_in_reverse(const Arguments& arguments) {
  return arguments.given("reverse") || arguments.given("inverse");
}

// Errors: usage.
[[nodiscard]] std::expected<ReverseOptions, Error> read_reverse_options(const Arguments& arguments,
                                                                        const Context& context);

}  // namespace onlink::inline v0::cli
