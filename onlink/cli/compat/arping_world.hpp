// SPDX-License-Identifier: Apache-2.0
// What both arpings share: the system's words for an unknown host.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "onlink/cli/compat/host_names.hpp"
#include "onlink/kernel/netlink.hpp"
#include "onlink/print/text_writer.hpp"

namespace onlink::inline v0::cli::compat {

// As inet_aton reads it, which passes over what follows a blank: "192.0.2.2 x" is 192.0.2.2.
[[nodiscard]] std::optional<Ipv4Address> read_address(HostNames& names, const std::string& text);

// In getaddrinfo's words.
[[nodiscard]] std::string_view reason(NoAddress why) noexcept;

}  // namespace onlink::inline v0::cli::compat
