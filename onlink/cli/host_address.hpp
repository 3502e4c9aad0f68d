// SPDX-License-Identifier: Apache-2.0
// Which addresses no host can have.
#pragma once

#include <optional>
#include <string_view>

#include "onlink/base/prefix.hpp"

namespace onlink::inline v0::cli {

// Why nobody can be that, or a part of it; nothing: somebody can.
[[nodiscard]] std::optional<std::string_view> objection_to_host(const AddressRange& range);

}  // namespace onlink::inline v0::cli
