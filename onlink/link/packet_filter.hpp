// SPDX-License-Identifier: Apache-2.0
// The program that the kernel runs over each frame before it wakes us: classic BPF (Linux Documentation/networking/
// filter.rst). The kernel takes the outermost 802.1Q or 802.1ad tag off before, so a frame with one tag looks untagged
// here.
#pragma once

#include <linux/filter.h>

#include <vector>

#include "onlink/link/packet_port.hpp"

namespace onlink::inline v0 {

// Empty when the filter lets everything through.
[[nodiscard]] std::vector<sock_filter> packet_filter_program(const PacketFilter& filter);

}  // namespace onlink::inline v0
