// SPDX-License-Identifier: Apache-2.0
// One host of a lab, as the process that is it: it lives in a network namespace of its own, whose kernel is the host,
// or it answers itself with a VirtualHost engine.
#pragma once

#include <vector>

#include "onlink/base/prefix.hpp"
#include "onlink/lab/channel.hpp"
#include "onlink/lab/lab_plan.hpp"

namespace onlink::inline v0::lab {

// The name of the interface in every host.
inline constexpr const char* host_interface = "eth0";

// Messages on the channel, in this order.
inline constexpr const char* has_network = "network";     // to the holder: give me an interface
inline constexpr const char* is_connected = "connected";  // from the holder: it is there
inline constexpr const char* is_ready = "ready";          // to the holder: addresses answer; or an Error instead

// Builds the host and stays it until killed. REQUIRES: single-threaded, in the lab's user namespace.
[[noreturn]] void be_host(const LabPlan& plan, const PlannedHost& host, Channel channel);

}  // namespace onlink::inline v0::lab
