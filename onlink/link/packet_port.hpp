// SPDX-License-Identifier: Apache-2.0
// A real interface: an AF_PACKET socket that carries whole frames, with a TPACKET_V3 receive ring (Linux
// Documentation/networking/packet_mmap.rst) or, for short jobs, without one. A VLAN tag that the kernel or the network
// card took off is put back, and a UDP or TCP checksum that the sending kernel left to a network card which is none is
// written, so that frames look as they did on the wire. Time stamps are the kernel's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <string>

#include "onlink/base/error.hpp"
#include "onlink/base/time.hpp"
#include "onlink/link/port.hpp"

namespace onlink::inline v0 {

// What the kernel hands up; the rest never wakes us. Frames below up to four VLAN tags count as what they carry, and so
// does ARP in LLC/SNAP (RFC 1042).
struct PacketFilter {
  bool arp = true;
  bool rarp = false;
  bool icmpv6 = false;
  bool icmp = false;        // IPv4's
  bool udp = false;         // of both families
  bool everything = false;  // no filter at all

  bool operator==(const PacketFilter&) const = default;
};

// How frames go out; docs/decisions/001-packet-send.md has the measurements.
enum class SendMethod : std::uint8_t {
  batch,         // sendmmsg, through the queueing discipline: local captures see the frames, traffic control applies
  batch_direct,  // sendmmsg with PACKET_QDISC_BYPASS: straight to the driver's queue
  ring,          // PACKET_TX_RING
  ring_direct,   // PACKET_TX_RING with PACKET_QDISC_BYPASS
};

struct PacketPortOptions {
  std::string interface{};  // "eth0"
  int interface_index = 0;  // when it is known already; 0: looked up by name
  PacketFilter filter{};
  bool promiscuous = false;      // also frames for other stations
  bool all_multicast = false;    // also groups that nobody here has joined
  bool without_carrier = false;  // an interface without a carrier will do
  bool outgoing = false;         // also what others on this host send; a port never hears itself
  // Octets of the receive ring, rounded down to whole blocks; 0: no ring, which opens and closes faster.
  std::size_t ring_bytes = std::size_t{8} << 20;
  // Octets of a block, a power of two of at least 4 KiB; a longer frame is cut. A block is handed over when it is full
  // or its time is up, so a ring of small ones outlasts a slow burst that one of large ones does not: most of each
  // would be empty.
  std::size_t block_bytes = 65536;
  // How long a frame may wait for its block to fill before we are woken; of use with a ring only. Its unit in the
  // kernel is the millisecond.
  Duration block_timeout = std::chrono::milliseconds{2};
  SendMethod send_method = SendMethod::batch;
  // A second thread sends too, where there is a second processor: for who sends as fast as he can. Frames may then
  // leave out of order, and a failure may be told one call late. With SendMethod::batch and batch_direct only.
  bool send_helper = false;
};

// The interface is up and listening when this returns, and no frame of another interface has got in.
// Errors: permission (needs CAP_NET_RAW), no_interface, link_down (down, or no carrier), unsupported (its frames are
// not Ethernet frames), system.
[[nodiscard]] std::expected<std::unique_ptr<Port>, Error> open_packet_port(const PacketPortOptions& options);

}  // namespace onlink::inline v0
