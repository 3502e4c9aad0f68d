// SPDX-License-Identifier: Apache-2.0
// Work in a process of its own, which gives back a text.
#pragma once

#include <expected>
#include <functional>
#include <string>

#include "onlink/base/error.hpp"
#include "onlink/base/time.hpp"

namespace onlink::differential {

// Thrown by the work: it came to nothing through no fault of the subject; once more may help.
struct RunSpoiled {};

// Error: what the work threw, as ErrorCode::system; unsupported for RunSpoiled; a child that died or took longer than
// `limit` (it is killed), system. The child dies with its parent.
[[nodiscard]] std::expected<std::string, Error> in_child(Duration limit, const std::function<std::string()>& work);

}  // namespace onlink::differential
