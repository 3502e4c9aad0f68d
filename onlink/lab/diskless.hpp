// SPDX-License-Identifier: Apache-2.0
// Hosts without a disk, and their server: addresses by RARP (RFC 903), over the real wire of the lab.
#pragma once

#include <expected>
#include <memory>

#include "onlink/base/error.hpp"
#include "onlink/engine/rarp.hpp"
#include "onlink/lab/lab_plan.hpp"
#include "onlink/link/port.hpp"

namespace onlink::inline v0::lab {

// On eth0 of the calling process's namespace.
[[nodiscard]] std::expected<std::unique_ptr<Port>, Error> open_rarp_port();

// Asks until a server answers. Error: system, when none does within some seconds.
[[nodiscard]] std::expected<Ipv4Address, Error> boot_by_rarp(const PlannedHost& host);

// The table of `server`: every host that boots, and an address of the server in its network.
[[nodiscard]] ReverseServerConfig rarp_server_config(const LabPlan& plan, const PlannedHost& server);

}  // namespace onlink::inline v0::lab
