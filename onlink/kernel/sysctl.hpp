// SPDX-License-Identifier: Apache-2.0
// Kernel settings under /proc/sys. Those under net/ are the calling thread's network namespace's own.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "onlink/base/error.hpp"

namespace onlink::inline v0::kernel {

// `key` with slashes: "net/ipv4/ip_forward". The value comes without its newline. Errors: permission, system.
[[nodiscard]] std::expected<std::string, Error> read_sysctl(std::string_view key);
[[nodiscard]] std::expected<void, Error> write_sysctl(std::string_view key, std::string_view value);

}  // namespace onlink::inline v0::kernel
