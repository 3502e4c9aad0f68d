// SPDX-License-Identifier: Apache-2.0
// pcapng files through libpcap, which is loaded when the first one is opened. Internal to link.
#pragma once

#include <expected>
#include <memory>

#include "onlink/base/error.hpp"
#include "onlink/link/byte_source.hpp"
#include "onlink/link/pcap_file.hpp"

namespace onlink::inline v0 {

// Errors: unsupported (no libpcap here, not Ethernet), system.
[[nodiscard]] std::expected<std::unique_ptr<FrameReader>, Error> open_pcapng(ByteSource source);

}  // namespace onlink::inline v0
