// SPDX-License-Identifier: Apache-2.0
// A kernel that sends leaves the checksum of UDP and TCP to the network card, and a virtual interface is none: the
// frame arrives with the sum of the pseudo-header where the checksum belongs (Linux: CHECKSUM_PARTIAL,
// TP_STATUS_CSUMNOTREADY).
#pragma once

#include "onlink/base/bytes.hpp"

namespace onlink::inline v0 {

// Writes the checksum that the card would have written. What is neither UDP nor TCP in a whole IP packet is left alone.
void complete_checksum(MutableBytes frame) noexcept;

}  // namespace onlink::inline v0
