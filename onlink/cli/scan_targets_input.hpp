// SPDX-License-Identifier: Apache-2.0
// The words and files that say what to scan, as ranges of addresses.
#pragma once

#include <expected>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "onlink/base/error.hpp"
#include "onlink/base/prefix.hpp"

namespace onlink::inline v0::cli {

// Each word is an address, a network, a range, a file with one of these a line (# starts a comment), or - for standard
// input. A range of the other family than `family` is an error. Errors: usage, with file and line number; system (the
// file cannot be read).
[[nodiscard]] std::expected<std::vector<AddressRange>, Error> read_scan_targets(std::span<const std::string> words,
                                                                                std::optional<Family> family);

}  // namespace onlink::inline v0::cli
