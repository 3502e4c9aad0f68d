// SPDX-License-Identifier: Apache-2.0
// An ARP message (or a RARP one) in its frame.
#pragma once

#include <algorithm>

#include "onlink/engine/engine.hpp"
#include "onlink/wire/arp.hpp"
#include "onlink/wire/ethernet.hpp"

namespace onlink::inline v0 {

// `pad`: to the Ethernet minimum of 60 octets, with zeros.
inline void append_arp(const EthernetHeader& ethernet, const ArpPacket& arp, bool pad, FrameBatch& frames) {
  const std::size_t size = ethernet.size() + arp_packet_size;
  Writer out{frames.add(pad ? std::max(size, min_frame_size) : size)};
  encode(ethernet, arp_packet_size, out);
  encode(arp, out.reserve(arp_packet_size).first<arp_packet_size>());
}

}  // namespace onlink::inline v0
