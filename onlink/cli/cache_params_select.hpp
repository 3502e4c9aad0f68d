// SPDX-License-Identifier: Apache-2.0
// Which sysctls the words of `onlink cache params` mean: "retrans_time_ms" of both families, a whole path, and with
// "=VALUE" what it is to be.
#pragma once

#include <expected>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "onlink/base/error.hpp"
#include "onlink/engine/neighbor_parameters.hpp"

namespace onlink::inline v0::cli {

struct SelectedParameter {
  const ParameterInfo* info = nullptr;
  std::string interface{};             // of a path; empty: the command's
  std::optional<std::string> value{};  // as the file is to read
};

// Errors: usage (no such parameter, with the nearest; a value that it cannot have; the same set twice).
[[nodiscard]] std::expected<std::vector<SelectedParameter>, Error> select_parameters(std::span<const std::string> words,
                                                                                     std::optional<Family> family);

}  // namespace onlink::inline v0::cli
