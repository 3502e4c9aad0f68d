// SPDX-License-Identifier: Apache-2.0
// TPACKET_V3 (Linux Documentation/networking/packet_mmap.rst): the kernel packs frames into blocks and hands over a
// block when it is full or its time is up. We read it in place and hand it back.
#include <linux/if_packet.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>

#include "onlink/link/checksum_restore.hpp"
#include "onlink/link/packet_receive.hpp"
#include "onlink/link/vlan_restore.hpp"

namespace onlink::inline v0 {
namespace {

constexpr std::size_t nominal_frame_size =
    2048;  // V3 packs frames by their own sizes; the kernel only checks that it divides

template <class T>
T& overlay(std::byte* at) noexcept {
  return *reinterpret_cast<T*>(at);
}

std::optional<VlanTag> tag_of(const tpacket3_hdr& header) noexcept {
  if ((header.tp_status & TP_STATUS_VLAN_VALID) == 0) return std::nullopt;
  const bool has_tpid = (header.tp_status & TP_STATUS_VLAN_TPID_VALID) != 0;
  return VlanTag{.tpid = has_tpid ? EtherType{header.hv1.tp_vlan_tpid} : EtherType::vlan,
                 .tci = static_cast<std::uint16_t>(header.hv1.tp_vlan_tci)};
}

ReceivedFrame frame_of(std::byte* start) noexcept {
  const auto& header = overlay<tpacket3_hdr>(start);
  const auto& address = overlay<sockaddr_ll>(start + TPACKET_ALIGN(sizeof(tpacket3_hdr)));
  const auto tag = tag_of(header);
  const MutableBytes room{start + header.tp_mac - vlan_tag_size, header.tp_snaplen + vlan_tag_size};
  ReceivedFrame frame;
  const Bytes whole = restore_tag(room, tag);
  if ((header.tp_status & TP_STATUS_CSUMNOTREADY) != 0) complete_checksum(room.last(whole.size()));
  frame.bytes = whole;
  frame.time = SystemTime{std::chrono::seconds{header.tp_sec} + std::chrono::nanoseconds{header.tp_nsec}};
  frame.original_size = header.tp_len + static_cast<std::uint32_t>(tag ? vlan_tag_size : 0);
  frame.outgoing = address.sll_pkttype == PACKET_OUTGOING;
  return frame;
}

class RingReceiver final : public PacketReceiver {
 public:
  RingReceiver(Mapping mapping, std::size_t block_size) noexcept
      : mapping_(std::move(mapping)), block_size_(block_size) {}

  std::expected<std::size_t, Error> receive(FrameSink sink) override {
    std::byte* const start = mapping_.bytes().data() + block_ * block_size_;
    auto& block = overlay<tpacket_block_desc>(start).hdr.bh1;
    const std::atomic_ref<__u32> status{block.block_status};
    if ((status.load(std::memory_order_acquire) & TP_STATUS_USER) == 0) return 0;
    const std::size_t count = block.num_pkts;
    std::byte* at = start + block.offset_to_first_pkt;
    for (std::size_t i = 0; i < count; ++i) {
      const __u32 next = overlay<tpacket3_hdr>(at).tp_next_offset;
      sink(frame_of(at));
      at += next;
    }
    status.store(TP_STATUS_KERNEL, std::memory_order_release);
    block_ = (block_ + 1) % (mapping_.bytes().size() / block_size_);
    return count;
  }

 private:
  Mapping mapping_;
  std::size_t block_size_;
  std::size_t block_ = 0;
};

tpacket_req3 ring_request(const PacketPortOptions& options) {
  const std::size_t block_size = options.block_bytes;
  const std::size_t blocks = std::max<std::size_t>(options.ring_bytes / block_size, 2);
  const auto timeout = std::chrono::ceil<std::chrono::milliseconds>(options.block_timeout).count();
  tpacket_req3 request{};
  request.tp_block_size = static_cast<unsigned>(block_size);
  request.tp_block_nr = static_cast<unsigned>(blocks);
  request.tp_frame_size = nominal_frame_size;
  request.tp_frame_nr = static_cast<unsigned>(blocks * (block_size / nominal_frame_size));
  request.tp_retire_blk_tov = static_cast<unsigned>(std::max<decltype(timeout)>(timeout, 1));
  return request;
}

}  // namespace

Mapping::~Mapping() {
  if (!bytes_.empty()) ::munmap(bytes_.data(), bytes_.size());
}

std::expected<std::unique_ptr<PacketReceiver>, Error> make_ring_receiver(PacketSocket& socket,
                                                                         const PacketPortOptions& options) {
  const tpacket_req3 request = ring_request(options);
  const int version = TPACKET_V3;
  if (auto set_up = socket.set(SOL_PACKET, PACKET_VERSION, version, "choose ring version"); !set_up) {
    return std::unexpected{set_up.error()};
  }
  if (auto set_up = socket.set(SOL_PACKET, PACKET_RX_RING, request, "set up receive ring"); !set_up) {
    return std::unexpected{set_up.error()};
  }
  const std::size_t size = std::size_t{request.tp_block_size} * request.tp_block_nr;
  void* const start = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, socket.fd(), 0);
  if (start == MAP_FAILED) return std::unexpected{socket.error("map receive ring", errno)};
  return std::make_unique<RingReceiver>(Mapping{start, size}, options.block_bytes);
}

}  // namespace onlink::inline v0
