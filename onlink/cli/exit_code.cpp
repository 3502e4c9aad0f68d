// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/exit_code.hpp"

namespace onlink::inline v0::cli {

std::string_view to_string(ExitCode code) noexcept {
  switch (code) {
    case ExitCode::yes:
      return "yes, or all answered";
    case ExitCode::no:
      return "no, or nobody answered";
    case ExitCode::usage:
      return "usage error";
    case ExitCode::conflict:
      return "conflict";
    case ExitCode::off_link:
      return "off-link";
    case ExitCode::permission:
      return "permission missing";
    case ExitCode::interface_lost:
      return "interface absent, down or lost";
    case ExitCode::partial:
      return "partial";
    case ExitCode::system:
      return "other system error";
  }
  return "unknown";
}

}  // namespace onlink::inline v0::cli
