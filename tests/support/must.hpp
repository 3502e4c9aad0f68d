// SPDX-License-Identifier: Apache-2.0
// For set-ups that cannot go on without.
#pragma once

#include <expected>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include "onlink/base/error.hpp"

namespace onlink::inline v0::test {

// The value, or std::runtime_error with the error's text.
template <class T>
T must(std::expected<T, Error> result) {
  if (!result) throw std::runtime_error(result.error().context);
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

}  // namespace onlink::inline v0::test
