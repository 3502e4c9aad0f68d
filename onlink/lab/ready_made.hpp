// SPDX-License-Identifier: Apache-2.0
// The labs that come with the program, as the text of their files: something to run at once, and something to copy.
#pragma once

#include <span>
#include <string_view>

namespace onlink::inline v0::lab {

struct ReadyMade {
  std::string_view name;
  std::string_view text;
};

// "home", the default, comes first.
[[nodiscard]] std::span<const ReadyMade> ready_made_labs() noexcept;
[[nodiscard]] const ReadyMade* find_ready_made(std::string_view name) noexcept;

}  // namespace onlink::inline v0::lab
