// SPDX-License-Identifier: Apache-2.0
// PACKET_TX_RING: frames are put in memory shared with the kernel, and one call sends all that stand there.
#include <linux/if_packet.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include <algorithm>
#include <atomic>
#include <cerrno>

#include "onlink/link/packet_receive.hpp"
#include "onlink/link/packet_send.hpp"

namespace onlink::inline v0 {
namespace {

constexpr std::size_t slot_size = 2048;
constexpr std::size_t block_size = 65536;
constexpr std::size_t block_count = 8;
constexpr std::size_t slot_count = block_size / slot_size * block_count;
constexpr std::size_t data_offset = TPACKET3_HDRLEN - sizeof(sockaddr_ll);

class RingSender final : public PacketSender {
 public:
  RingSender(PacketSocket& socket, Mapping mapping) noexcept : socket_(socket), mapping_(std::move(mapping)) {}

  std::expected<std::size_t, Error> send(const FrameList& frames) override {
    std::size_t taken = 0;
    for (std::size_t i = 0; i < frames.size(); ++i) {
      if (frames[i].size() > slot_size - data_offset) {
        return std::unexpected{socket_.error("send", EMSGSIZE)};
      }
    }
    while (taken < frames.size() && put(frames[taken])) ++taken;
    const ssize_t sent = ::send(socket_.fd(), nullptr, 0, MSG_DONTWAIT);
    if (sent < 0 && !is_stall(errno) && errno != EINTR) {
      return std::unexpected{socket_.runtime_error("send", errno)};
    }
    if (sent < 0 || taken < frames.size()) count_stall();
    return taken;
  }

 private:
  // False when the slot is still the kernel's.
  [[nodiscard]] bool put(Bytes frame) noexcept {
    std::byte* const start = mapping_.bytes().data() + slot_ * slot_size;
    auto& header = *reinterpret_cast<tpacket3_hdr*>(start);
    const std::atomic_ref<__u32> status{header.tp_status};
    if (status.load(std::memory_order_acquire) != TP_STATUS_AVAILABLE) return false;
    std::ranges::copy(frame, start + data_offset);
    header.tp_len = static_cast<__u32>(frame.size());
    header.tp_next_offset = 0;
    status.store(TP_STATUS_SEND_REQUEST, std::memory_order_release);
    slot_ = (slot_ + 1) % slot_count;
    return true;
  }

  PacketSocket& socket_;
  Mapping mapping_;
  std::size_t slot_ = 0;
};

}  // namespace

std::expected<std::unique_ptr<PacketSender>, Error> make_ring_sender(PacketSocket& socket) {
  tpacket_req3 request{};
  request.tp_block_size = block_size;
  request.tp_block_nr = block_count;
  request.tp_frame_size = slot_size;
  request.tp_frame_nr = slot_count;
  const int version = TPACKET_V3;
  if (auto set_up = socket.set(SOL_PACKET, PACKET_VERSION, version, "choose ring version"); !set_up) {
    return std::unexpected{set_up.error()};
  }
  if (auto set_up = socket.set(SOL_PACKET, PACKET_TX_RING, request, "set up transmit ring"); !set_up) {
    return std::unexpected{set_up.error()};
  }
  const std::size_t size = block_size * block_count;
  void* const start = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, socket.fd(), 0);
  if (start == MAP_FAILED) return std::unexpected{socket.error("map transmit ring", errno)};
  return std::make_unique<RingSender>(socket, Mapping{start, size});
}

}  // namespace onlink::inline v0
