// SPDX-License-Identifier: Apache-2.0
// What the configuration of this host sets at boot: sysctl.d(5) and sysctl.conf(5), in the order in which they are
// applied, so that a value can be traced to a line.
#pragma once

#include <cstddef>
#include <filesystem>
#include <istream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace onlink::inline v0::cli {

struct SysctlAssignment {
  std::string key{};  // with slashes; may hold *, ? and [] as a pattern
  std::string value{};
  std::string file{};  // "/etc/sysctl.d/50-arp.conf"
  std::size_t line = 0;

  // "/etc/sysctl.d/50-arp.conf:3".
  [[nodiscard]] std::string place() const;
};

class SysctlFiles {
 public:
  // Every file of the host whose root this is; what cannot be read is passed over, as at boot.
  [[nodiscard]] static SysctlFiles read(const std::filesystem::path& root = "/");
  void add(std::istream& in, std::string_view file);

  // The last assignment to the key ("net/ipv4/neigh/eth0/locktime"); a pattern counts where nobody names the key itself
  // (sysctl.d(5)).
  [[nodiscard]] const SysctlAssignment* find(std::string_view key) const;

 private:
  std::vector<SysctlAssignment> assignments_;  // in the order of their application
};

}  // namespace onlink::inline v0::cli
