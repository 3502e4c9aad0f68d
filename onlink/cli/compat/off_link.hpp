// SPDX-License-Identifier: Apache-2.0
// That an address cannot answer here, which the originals take for an address that nobody has.
#pragma once

#include <string_view>

#include "onlink/base/ip_address.hpp"
#include "onlink/kernel/netlink.hpp"
#include "onlink/print/text_writer.hpp"

namespace onlink::inline v0::cli::compat {

// A warning in `tool`'s name when the kernel would look for `target` behind a router, on another link than `link`, or
// nowhere.
void warn_off_link(std::string_view tool, kernel::Netlink& netlink, const kernel::Link& link, Ipv4Address target,
                   TextWriter& err);

}  // namespace onlink::inline v0::cli::compat
