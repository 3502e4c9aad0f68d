// SPDX-License-Identifier: Apache-2.0
// The kernel's neighbour sysctls as they are now on an interface, each with what holds there in effect and who set it,
// as far as that can be known.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "onlink/base/error.hpp"
#include "onlink/cli/cache_params_files.hpp"
#include "onlink/engine/neighbor_parameters.hpp"
#include "onlink/kernel/neighbor_tables.hpp"

namespace onlink::inline v0::cli {

// Who set a value.
enum class ParameterOrigin : std::uint8_t {
  built_in,      // nobody: the kernel's own default
  file,          // a line of a configuration file
  new_default,   // it is `default`'s, with which the interface began
  router,        // a Router Advertisement
  maybe_router,  // likely that: nothing else is known, and they are believed here
  unknown,       // somebody since the start of the system
};
[[nodiscard]] std::string_view to_string(ParameterOrigin origin) noexcept;  // "kernel", "file", "default", ...

struct ParameterState {
  const ParameterInfo* info = nullptr;
  std::string interface{};           // "eth0", "all", "default"
  std::string path{};                // "net/ipv4/neigh/eth0/retrans_time_ms"
  std::string value{};               // as the file reads
  std::optional<std::string> all{};  // what conf/all has, where the two are joined
  std::string effective{};           // what holds: `value`, or joined with `all`
  ParameterOrigin origin = ParameterOrigin::unknown;
  std::string origin_place{};  // "/etc/sysctl.d/50-arp.conf:3"; for new_default where `default` has it from, if known
  std::string file_differs{};  // a line that sets another value: "/etc/sysctl.conf:7"
  std::string file_value{};    // that value
  bool changed = false;        // it is not the kernel's default
  bool settable = true;        // false: told over netlink only, its file is in the initial namespace
};

// How /proc/sys is read: a key to its value, nothing where there is no such file.
using ReadSysctl = std::function<std::optional<std::string>(std::string_view key)>;
// That of this host.
[[nodiscard]] std::optional<std::string> read_host_sysctl(std::string_view key);

struct ParameterSource {
  ReadSysctl read = read_host_sysctl;
  SysctlFiles files{};
  std::vector<kernel::NeighborTableState> tables{};
};
// Of the calling thread's network namespace.
[[nodiscard]] std::expected<ParameterSource, Error> read_parameter_source();

// One, or nothing where this kernel or interface has no such file.
[[nodiscard]] std::optional<ParameterState> read_parameter(const ParameterSource& source, const ParameterInfo& info,
                                                           std::string_view interface);
// What `all` and an interface's value make together.
[[nodiscard]] std::string joined_value(ParameterScope scope, std::string_view all, std::string_view value);

}  // namespace onlink::inline v0::cli
