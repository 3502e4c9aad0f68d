// SPDX-License-Identifier: Apache-2.0
// Capabilities (capabilities(7)): what this process may do, and giving up what it no longer needs. A command opens its
// sockets first, then drops; from then on not even a fault in a decoder gets any further.
#pragma once

#include <cstdint>
#include <expected>
#include <initializer_list>

#include "onlink/base/error.hpp"

namespace onlink::inline v0::kernel {

enum class Capability : std::uint8_t { net_raw, net_admin, net_bind_service, sys_admin };

// In the effective set of the calling thread.
[[nodiscard]] bool has_capability(Capability capability) noexcept;

// Keeps these (of those held) in the permitted and effective sets and nothing else in any set: inheritable, ambient
// and, where CAP_SETPCAP allows, bounding are emptied. Sets no_new_privs, so no program executed later gains anything.
// REQUIRES: called before the process starts threads; each thread has its own sets.
[[nodiscard]] std::expected<void, Error> drop_privileges(std::initializer_list<Capability> keep = {});

}  // namespace onlink::inline v0::kernel
