// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/cache_params_files.hpp"

#include <fnmatch.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <ranges>
#include <system_error>

namespace onlink::inline v0::cli {
namespace {

// A file hides those of its name in the folders behind it.
constexpr std::string_view folders[] = {"etc/sysctl.d", "run/sysctl.d", "usr/local/lib/sysctl.d", "usr/lib/sysctl.d",
                                        "lib/sysctl.d"};

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r";
  text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
  return text.substr(0, text.find_last_not_of(blanks) + 1);
}

// Between dots a slash stands for a dot, and between slashes a dot for itself (sysctl.d(5)).
std::string with_slashes(std::string_view key) {
  std::string path{key};
  const std::size_t first = path.find_first_of("./");
  if (first == std::string::npos || path[first] == '/') return path;
  for (char& c : path) c = c == '.' ? '/' : c == '/' ? '.' : c;
  return path;
}

}  // namespace

std::string SysctlAssignment::place() const { return file + ":" + std::to_string(line); }

SysctlFiles SysctlFiles::read(const std::filesystem::path& root) {
  std::map<std::string, std::filesystem::path> files;  // by name: the order of application
  std::error_code ignored;
  for (const std::string_view folder : folders) {
    for (const auto& entry : std::filesystem::directory_iterator(root / folder, ignored)) {
      if (entry.path().extension() == ".conf") files.try_emplace(entry.path().filename(), entry.path());
    }
  }
  SysctlFiles all;
  const auto add = [&](const std::filesystem::path& path) {
    std::ifstream in{path};
    if (in) all.add(in, "/" + path.lexically_relative(root).string());
  };
  for (const auto& [name, path] : files) add(path);
  add(root / "etc/sysctl.conf");
  return all;
}

void SysctlFiles::add(std::istream& in, std::string_view file) {
  std::size_t number = 0;
  for (std::string text; std::getline(in, text);) {
    ++number;
    std::string_view line = trimmed(text);
    const std::size_t equals = line.find('=');
    if (line.starts_with('#') || line.starts_with(';') || equals == std::string_view::npos) continue;
    if (line.starts_with('-')) line.remove_prefix(1);  // "no matter if that fails"
    const std::size_t end = line.find('=');
    assignments_.push_back({.key = with_slashes(trimmed(line.substr(0, end))),
                            .value = std::string{trimmed(line.substr(end + 1))},
                            .file = std::string{file},
                            .line = number});
  }
}

const SysctlAssignment* SysctlFiles::find(std::string_view key) const {
  const SysctlAssignment* by_pattern = nullptr;
  const std::string wanted{key};
  for (const SysctlAssignment& assignment : assignments_ | std::views::reverse) {
    if (assignment.key == key) return &assignment;
    const bool matches = by_pattern == nullptr && assignment.key.find_first_of("*?[") != std::string::npos &&
                         ::fnmatch(assignment.key.c_str(), wanted.c_str(), FNM_PATHNAME) == 0;
    if (matches) by_pattern = &assignment;
  }
  return by_pattern;
}

}  // namespace onlink::inline v0::cli
