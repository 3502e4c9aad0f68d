// SPDX-License-Identifier: Apache-2.0
#include "tests/compat/left_files.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <span>

#include "onlink/link/pcap_file.hpp"
#include "tests/support/hex.hpp"

namespace onlink::compat_diff {
namespace {

namespace fs = std::filesystem;

Bytes octets_of(const std::string& content) { return std::as_bytes(std::span{content}); }

// Nothing when it is no capture file, or a damaged one.
std::vector<std::string> captured_lines(const std::string& name, const std::string& content) {
  std::vector<std::string> lines;
  auto reader = open_capture_bytes(octets_of(content));
  if (!reader) return {};
  // Link type and what the file says of its frames' size, but not its times.
  lines.push_back(name + ": header " + test::to_hex(octets_of(content).first(24)));
  while (true) {
    const auto frame = (*reader)->next();
    if (!frame) return {};
    if (!*frame) return lines;
    lines.push_back(name + ": frame of " + std::to_string((*frame)->original_size) + " " +
                    test::to_hex((*frame)->bytes));
  }
}

}  // namespace

std::vector<std::string> left_files(const fs::path& directory) {
  std::vector<fs::path> paths(fs::recursive_directory_iterator(directory), {});
  std::ranges::sort(paths);
  std::vector<std::string> lines;
  for (const fs::path& path : paths) {
    if (!fs::is_regular_file(path)) continue;
    const std::string name = fs::relative(path, directory).string();
    std::ifstream in(path, std::ios::binary);
    const std::string content{std::istreambuf_iterator<char>(in), {}};
    const std::vector<std::string> captured = captured_lines(name, content);
    lines.insert(lines.end(), captured.begin(), captured.end());
    if (captured.empty()) lines.push_back(name + ": " + test::to_hex(octets_of(content)));
  }
  return lines;
}

}  // namespace onlink::compat_diff
