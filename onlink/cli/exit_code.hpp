// SPDX-License-Identifier: Apache-2.0
// What a command answers to its caller: the same nine codes in every command, and how several outcomes become one.
#pragma once

#include <array>
#include <string_view>

#include "onlink/base/error.hpp"

namespace onlink::inline v0::cli {

enum class ExitCode : int {
  yes = 0,             // yes, or all answered
  no = 1,              // no, or nobody answered
  usage = 2,           // what was typed cannot be meant
  conflict = 3,        // two stations own one address, or a host moved
  off_link = 4,        // the target is behind a router: nothing was asked
  permission = 5,      // a capability is missing
  interface_lost = 6,  // the interface is absent, down, or went down
  partial = 7,         // some of the targets answered, not all
  system = 8,          // anything else that the system refused
};

// Every code, in the order in which it wins over those that follow.
inline constexpr std::array exit_code_order{
    ExitCode::usage,    ExitCode::permission, ExitCode::interface_lost,
    ExitCode::system,   ExitCode::conflict,   ExitCode::partial,
    ExitCode::off_link, ExitCode::no,         ExitCode::yes,
};

// The one of two outcomes that the caller must hear.
[[nodiscard]] constexpr ExitCode worst(ExitCode a, ExitCode b) noexcept {
  for (const ExitCode code : exit_code_order) {
    if (code == a || code == b) return code;
  }
  return a;
}

[[nodiscard]] constexpr ExitCode exit_code(ErrorCode error) noexcept {
  switch (error) {
    case ErrorCode::usage:
      return ExitCode::usage;
    case ErrorCode::permission:
      return ExitCode::permission;
    case ErrorCode::no_interface:
    case ErrorCode::link_down:
      return ExitCode::interface_lost;
    case ErrorCode::unsupported:
    case ErrorCode::system:
      return ExitCode::system;
  }
  return ExitCode::system;
}

// What the code means in general: "nobody answered". A command's own table says it in the command's words.
[[nodiscard]] std::string_view to_string(ExitCode code) noexcept;

}  // namespace onlink::inline v0::cli
