// SPDX-License-Identifier: Apache-2.0
// What is known of a lab that is up: the process that holds it, and the process of each host, in whose namespaces a
// command can be run. Kept as text in the lab's state file.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "onlink/base/error.hpp"
#include "onlink/base/mac_address.hpp"
#include "onlink/lab/lab_plan.hpp"

namespace onlink::inline v0::lab {

struct RunningHost {
  std::string name{};
  pid_t process = 0;
  Role role = Role::host;
  bool by_engine = false;
  MacAddress mac{};
  std::vector<std::string> addresses{};  // "192.168.1.20/24"; of a crowd, its ranges; none before a boot by hand

  bool operator==(const RunningHost&) const = default;
};

struct RunningLab {
  std::string name{};
  std::string about{};
  std::uint64_t fingerprint = 0;
  pid_t holder = 0;
  std::string asker{};
  std::vector<RunningHost> hosts{};

  bool operator==(const RunningLab&) const = default;
  [[nodiscard]] const RunningHost* find_host(std::string_view host) const noexcept;
};

[[nodiscard]] RunningHost describe(const PlannedHost& host, pid_t process);

[[nodiscard]] std::string to_text(const RunningLab& lab);
// Error: system, when the text is not what to_text() writes.
[[nodiscard]] std::expected<RunningLab, Error> parse_running_lab(std::string_view text);

}  // namespace onlink::inline v0::lab
