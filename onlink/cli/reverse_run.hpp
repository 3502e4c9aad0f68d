// SPDX-License-Identifier: Apache-2.0
// `onlink resolve --reverse` and `--inverse`: from MAC address to IPv4 address, by RARP and by InARP.
#pragma once

#include "onlink/cli/context.hpp"
#include "onlink/cli/exit_code.hpp"
#include "onlink/cli/reverse_options.hpp"

namespace onlink::inline v0::cli {

[[nodiscard]] ExitCode resolve_in_reverse(const ReverseOptions& options, Context& context);

}  // namespace onlink::inline v0::cli
