// SPDX-License-Identifier: Apache-2.0
// Ending a lab's processes, and nobody else's.
#pragma once

#include <cstddef>
#include <expected>

#include "onlink/base/error.hpp"
#include "onlink/lab/running_lab.hpp"

namespace onlink::inline v0::lab {

// Commands that run in the network namespaces of the lab's hosts: asked to end (SIGTERM, SIGHUP), killed when they have
// not after a second. Returns how many there were. REQUIRES: the lab is up, so that the namespaces are surely its own.
std::size_t end_commands(const RunningLab& lab);

// Ends the holder and waits until it and with it the lab is gone. REQUIRES: the lab is up.
[[nodiscard]] std::expected<void, Error> end_holder(const RunningLab& lab);

}  // namespace onlink::inline v0::lab
