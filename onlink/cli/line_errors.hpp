// SPDX-License-Identifier: Apache-2.0
// What is wrong with a file, line by line, on stderr.
#pragma once

#include <string_view>
#include <vector>

#include "onlink/cli/cache_import_file.hpp"
#include "onlink/cli/context.hpp"

namespace onlink::inline v0::cli {

// "onlink cache import: hosts.ethers:3: 'xyz' is not a MAC address" for each (line 0: without a number), at most
// twenty, then how many they are, and `consequence`: "nothing was changed". -q or not.
void tell_line_errors(Context& context, std::string_view source, const std::vector<LineError>& errors,
                      std::string_view consequence);

}  // namespace onlink::inline v0::cli
