// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/help.hpp"

namespace onlink::inline v0::cli {

std::string_view version() noexcept { return ONLINK_VERSION; }

}  // namespace onlink::inline v0::cli
