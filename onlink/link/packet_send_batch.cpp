// SPDX-License-Identifier: Apache-2.0
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "onlink/link/packet_send.hpp"

namespace onlink::inline v0 {
namespace {

constexpr std::size_t batch_size = 64;

class BatchSender final : public PacketSender {
 public:
  explicit BatchSender(PacketSocket& socket) noexcept : socket_(socket) {}

  std::expected<std::size_t, Error> send(const FrameList& frames) override {
    std::size_t taken = 0;
    while (taken < frames.size()) {
      const std::size_t wanted = prepare(frames, taken);
      const int sent = ::sendmmsg(socket_.fd(), messages_.data(), static_cast<unsigned>(wanted), MSG_DONTWAIT);
      if (sent < 0 && errno == EINTR) continue;
      if (sent < 0 && is_stall(errno)) {
        count_stall();
        break;
      }
      if (sent < 0) {
        if (taken != 0) break;  // the next call meets the failure again and tells it
        return std::unexpected{socket_.runtime_error("send", errno)};
      }
      taken += static_cast<std::size_t>(sent);
    }
    return taken;
  }

 private:
  [[nodiscard]] std::size_t prepare(const FrameList& frames, std::size_t from) noexcept {
    const std::size_t count = std::min(batch_size, frames.size() - from);
    for (std::size_t i = 0; i < count; ++i) {
      const Bytes frame = frames[from + i];
      vectors_[i] = {const_cast<std::byte*>(frame.data()), frame.size()};
      messages_[i].msg_hdr.msg_iov = &vectors_[i];
      messages_[i].msg_hdr.msg_iovlen = 1;
    }
    return count;
  }

  PacketSocket& socket_;
  std::array<mmsghdr, batch_size> messages_{};
  std::array<iovec, batch_size> vectors_{};
};

}  // namespace

bool is_stall(int sys_errno) noexcept {
  return sys_errno == ENOBUFS || sys_errno == EAGAIN || sys_errno == EWOULDBLOCK || sys_errno == ENOMEM;
}

std::unique_ptr<PacketSender> make_batch_sender(PacketSocket& socket) { return std::make_unique<BatchSender>(socket); }

}  // namespace onlink::inline v0
