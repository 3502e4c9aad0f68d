// SPDX-License-Identifier: Apache-2.0
// Becoming a process on a host of a lab.
#pragma once

#include <expected>
#include <string>

#include "onlink/base/error.hpp"
#include "onlink/lab/running_lab.hpp"

namespace onlink::inline v0::lab {

// Moves the calling process to the host: its network, its name (UTS namespace), and, where the system allows it, a /sys
// that shows its interfaces and an /etc/hosts with the lab's names (mount namespace). ONLINK_LAB and ONLINK_LAB_HOST
// are set in the environment. Errors: usage for a host that is no kernel; system when the host is gone; permission.
// REQUIRES: a single-threaded process.
[[nodiscard]] std::expected<void, Error> become_host(const RunningLab& lab, const RunningHost& host,
                                                     const std::string& hosts_path);

}  // namespace onlink::inline v0::lab
