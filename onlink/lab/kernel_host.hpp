// SPDX-License-Identifier: Apache-2.0
// Makes the network namespace of the calling process one host of a lab.
#pragma once

#include <expected>

#include "onlink/base/error.hpp"
#include "onlink/lab/lab_plan.hpp"

namespace onlink::inline v0::lab {

// Addresses, routes, forwarding and crowds on eth0, which is there and connected. Addresses answer when this returns. A
// host that boots by RARP has asked for its own.
[[nodiscard]] std::expected<void, Error> set_up_kernel_host(const LabPlan& plan, const PlannedHost& host);

// eth0 up and mute, for an engine to speak on it.
[[nodiscard]] std::expected<void, Error> set_up_mute_interface();

}  // namespace onlink::inline v0::lab
