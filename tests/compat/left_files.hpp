// SPDX-License-Identifier: Apache-2.0
// What a tool left behind in its working directory.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace onlink::compat_diff {

// By name: a line for each file with its octets in hexadecimal; of a capture file a line for each frame, without times.
[[nodiscard]] std::vector<std::string> left_files(const std::filesystem::path& directory);

}  // namespace onlink::compat_diff
