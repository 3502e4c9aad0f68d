// SPDX-License-Identifier: Apache-2.0
#include "tests/compat/oracle.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>

namespace onlink::inline v0::test {
namespace {

namespace fs = std::filesystem;

struct Place {
  std::string_view name;
  std::string_view in_tree;                     // below the tree of oracles
  std::array<std::string_view, 2> of_system{};  // "" where the system's program of that name may be another
};

constexpr Place places[] = {
    {"arping-iputils", "usr/bin/arping", {"/usr/bin/arping", ""}},
    {"arping-habets", "usr/sbin/arping", {"/usr/sbin/arping", ""}},
    {"arp-scan", "usr/sbin/arp-scan", {"/usr/sbin/arp-scan", "/usr/bin/arp-scan"}},
    {"arp", "usr/sbin/arp", {"/usr/sbin/arp", "/sbin/arp"}},
    {"ndisc6", "usr/bin/ndisc6", {"/usr/bin/ndisc6", "/bin/ndisc6"}},
    {"dhcpcd", "usr/sbin/dhcpcd", {"/usr/sbin/dhcpcd", "/sbin/dhcpcd"}},
    {"avahi-autoipd", "usr/sbin/avahi-autoipd", {"/usr/sbin/avahi-autoipd", ""}},
    {"rarpd", "usr/sbin/rarpd", {"/usr/sbin/rarpd", ""}},
};

bool is_program(const fs::path& path) {
  std::error_code failed;
  return fs::is_regular_file(path, failed);
}

// Where the unpacked packages have their libraries: usr/lib/x86_64-linux-gnu and its like.
std::string library_folders(const fs::path& tree) {
  std::string folders;
  for (const char* place : {"usr/lib", "lib"}) {
    std::error_code failed;
    for (const auto& entry : fs::directory_iterator(tree / place, failed)) {
      if (!entry.is_directory() || !entry.path().filename().string().ends_with("-linux-gnu")) continue;
      if (!folders.empty()) folders += ':';
      folders += entry.path().string();
    }
  }
  return folders;
}

fs::path tree_of_oracles() {
  const char* given = std::getenv("ONLINK_ORACLES");
  return given != nullptr ? given : ONLINK_ORACLES;
}

}  // namespace

std::optional<Oracle> find_oracle(std::string_view name) {
  const auto place = std::ranges::find(places, name, &Place::name);
  if (place == std::end(places)) return std::nullopt;
  const fs::path tree = tree_of_oracles();
  if (const fs::path unpacked = tree / place->in_tree; is_program(unpacked)) {
    return Oracle{unpacked.string(), {"LD_LIBRARY_PATH=" + library_folders(tree)}};
  }
  for (const std::string_view path : place->of_system) {
    if (!path.empty() && is_program(path)) return Oracle{std::string{path}};
  }
  return std::nullopt;
}

std::optional<std::string> oracle_program(std::string_view name) {
  auto oracle = find_oracle(name);
  if (!oracle) return std::nullopt;
  return std::move(oracle->path);
}

}  // namespace onlink::inline v0::test
