// SPDX-License-Identifier: Apache-2.0
// Receiving without a ring: nothing to set up or take down, a copy and a share of a system call for each frame.
#include <linux/if_packet.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <ctime>

#include "onlink/link/checksum_restore.hpp"
#include "onlink/link/packet_receive.hpp"
#include "onlink/link/vlan_restore.hpp"

namespace onlink::inline v0 {
namespace {

constexpr std::size_t batch_size = 16;
constexpr std::size_t max_frame_size = 65536 + 64;  // a merged super-frame of a virtual interface and its header
constexpr std::size_t slot_size = vlan_tag_size + max_frame_size;

struct ControlBuffer {
  alignas(cmsghdr) std::array<std::byte, CMSG_SPACE(sizeof(tpacket_auxdata)) + CMSG_SPACE(sizeof(timespec))> bytes;
};

// What comes beside the frame.
struct Ancillary {
  std::optional<VlanTag> tag;
  SystemTime time;
  std::uint32_t original_size = 0;
  bool checksum_unfinished = false;
};

void read_auxdata(const tpacket_auxdata& aux, Ancillary& out) noexcept {
  out.original_size = aux.tp_len;
  out.checksum_unfinished = (aux.tp_status & TP_STATUS_CSUMNOTREADY) != 0;
  if ((aux.tp_status & TP_STATUS_VLAN_VALID) == 0) return;
  const bool has_tpid = (aux.tp_status & TP_STATUS_VLAN_TPID_VALID) != 0;
  out.tag = VlanTag{.tpid = has_tpid ? EtherType{aux.tp_vlan_tpid} : EtherType::vlan, .tci = aux.tp_vlan_tci};
  out.original_size += vlan_tag_size;
}

template <class T>
T copy_of(const cmsghdr* message) noexcept {
  T value;
  std::memcpy(&value, CMSG_DATA(message), sizeof value);
  return value;
}

Ancillary read_ancillary(msghdr& header) noexcept {
  Ancillary out;
  for (cmsghdr* at = CMSG_FIRSTHDR(&header); at != nullptr; at = CMSG_NXTHDR(&header, at)) {
    if (at->cmsg_level == SOL_PACKET && at->cmsg_type == PACKET_AUXDATA) {
      read_auxdata(copy_of<tpacket_auxdata>(at), out);
    } else if (at->cmsg_level == SOL_SOCKET && at->cmsg_type == SCM_TIMESTAMPNS) {
      const auto stamp = copy_of<timespec>(at);
      out.time = SystemTime{std::chrono::seconds{stamp.tv_sec} + std::chrono::nanoseconds{stamp.tv_nsec}};
    }
  }
  return out;
}

class PlainReceiver final : public PacketReceiver {
 public:
  explicit PlainReceiver(PacketSocket& socket)
      : socket_(socket), memory_(std::make_unique_for_overwrite<std::byte[]>(batch_size * slot_size)) {}

  std::expected<std::size_t, Error> receive(FrameSink sink) override {
    prepare();
    int count = -1;
    do {
      count = ::recvmmsg(socket_.fd(), messages_.data(), batch_size, MSG_DONTWAIT, nullptr);
    } while (count < 0 && errno == EINTR);
    if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return 0;
    if (count < 0) return std::unexpected{socket_.runtime_error("receive", errno)};
    for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) sink(frame(i));
    return static_cast<std::size_t>(count);
  }

 private:
  [[nodiscard]] std::byte* slot(std::size_t index) noexcept { return memory_.get() + index * slot_size; }

  void prepare() noexcept {
    for (std::size_t i = 0; i < batch_size; ++i) {
      vectors_[i] = {slot(i) + vlan_tag_size, max_frame_size};
      msghdr& header = messages_[i].msg_hdr;
      header = {};
      header.msg_name = &addresses_[i];
      header.msg_namelen = sizeof addresses_[i];
      header.msg_iov = &vectors_[i];
      header.msg_iovlen = 1;
      header.msg_control = controls_[i].bytes.data();
      header.msg_controllen = controls_[i].bytes.size();
    }
  }

  [[nodiscard]] ReceivedFrame frame(std::size_t index) noexcept {
    const Ancillary ancillary = read_ancillary(messages_[index].msg_hdr);
    ReceivedFrame out;
    const MutableBytes room{slot(index), messages_[index].msg_len + vlan_tag_size};
    out.bytes = restore_tag(room, ancillary.tag);
    if (ancillary.checksum_unfinished) complete_checksum(room.last(out.bytes.size()));
    out.time = ancillary.time;
    out.original_size = ancillary.original_size;
    out.outgoing = addresses_[index].sll_pkttype == PACKET_OUTGOING;
    return out;
  }

  PacketSocket& socket_;
  std::unique_ptr<std::byte[]> memory_;
  std::array<mmsghdr, batch_size> messages_{};
  std::array<iovec, batch_size> vectors_{};
  std::array<sockaddr_ll, batch_size> addresses_{};
  std::array<ControlBuffer, batch_size> controls_{};
};

}  // namespace

std::expected<std::unique_ptr<PacketReceiver>, Error> make_plain_receiver(PacketSocket& socket) {
  const int on = 1;
  if (auto set_up = socket.set(SOL_PACKET, PACKET_AUXDATA, on, "ask for VLAN tags"); !set_up) {
    return std::unexpected{set_up.error()};
  }
  if (auto set_up = socket.set(SOL_SOCKET, SO_TIMESTAMPNS, on, "ask for time stamps"); !set_up) {
    return std::unexpected{set_up.error()};
  }
  return std::make_unique<PlainReceiver>(socket);
}

}  // namespace onlink::inline v0
