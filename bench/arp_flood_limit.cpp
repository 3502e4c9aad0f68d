// SPDX-License-Identifier: Apache-2.0
// The limit that a scanner is measured against: asks for every address of a network once, by bare sendmmsg without any
// pacing, and counts the addresses that answered in a receive ring. It knows nothing of hosts, retries or loss.
//   arp_flood_limit INTERFACE SENDER_ADDRESS NETWORK PREFIX_LENGTH
// prints the seconds until the last answer, how many answered and how many frames were refused for want of room.
#include <arpa/inet.h>
#include <linux/if.h>
#include <linux/if_arp.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

constexpr unsigned block_size = 65536;
constexpr unsigned block_count = 128;
constexpr std::size_t batch_size = 64;
constexpr std::size_t frame_size = 42;
constexpr std::size_t target_address_at = 38;

[[noreturn]] void die(const char* what) {
  std::perror(what);
  std::exit(1);
}

using Frame = std::array<unsigned char, frame_size>;

struct Flood {
  int fd = -1;
  unsigned char* ring = nullptr;
  unsigned block = 0;
  std::uint32_t network = 0;
  std::uint32_t count = 0;
  std::vector<bool> answered;
  std::uint32_t answers = 0;
  std::uint64_t refused = 0;
  Clock::time_point last_answer;
};

ifreq query(int fd, const char* interface, unsigned long request) {
  ifreq out{};
  std::strncpy(out.ifr_name, interface, IFNAMSIZ - 1);
  if (ioctl(fd, request, &out) != 0) die(interface);
  return out;
}

void open_ring(Flood& flood, const char* interface) {
  flood.fd = socket(AF_PACKET, SOCK_RAW, 0);
  if (flood.fd < 0) die("socket");
  const int version = TPACKET_V3;
  setsockopt(flood.fd, SOL_PACKET, PACKET_VERSION, &version, sizeof version);
  tpacket_req3 request{};
  request.tp_block_size = block_size;
  request.tp_block_nr = block_count;
  request.tp_frame_size = 2048;
  request.tp_frame_nr = block_count * (block_size / 2048);
  request.tp_retire_blk_tov = 1;
  if (setsockopt(flood.fd, SOL_PACKET, PACKET_RX_RING, &request, sizeof request) != 0) die("ring");
  void* const memory =
      mmap(nullptr, std::size_t{block_size} * block_count, PROT_READ | PROT_WRITE, MAP_SHARED, flood.fd, 0);
  if (memory == MAP_FAILED) die("mmap");
  flood.ring = static_cast<unsigned char*>(memory);
  sockaddr_ll address{};
  address.sll_family = AF_PACKET;
  address.sll_protocol = htons(ETH_P_ARP);
  address.sll_ifindex = query(flood.fd, interface, SIOCGIFINDEX).ifr_ifindex;
  if (bind(flood.fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) die("bind");
}

Frame request_from(const unsigned char* mac, std::uint32_t sender) {
  Frame frame{};
  std::memset(frame.data(), 0xff, 6);
  std::memcpy(frame.data() + 6, mac, 6);
  const unsigned char fixed[] = {0x08, 0x06, 0, 1, 0x08, 0, 6, 4, 0, 1};
  std::memcpy(frame.data() + 12, fixed, sizeof fixed);
  std::memcpy(frame.data() + 22, mac, 6);
  const std::uint32_t sender_be = htonl(sender);
  std::memcpy(frame.data() + 28, &sender_be, 4);
  return frame;
}

void count_answer(Flood& flood, const unsigned char* frame) {
  if (frame[21] != 2) return;
  std::uint32_t sender = 0;
  std::memcpy(&sender, frame + 28, 4);
  const std::uint32_t index = ntohl(sender) - flood.network;
  if (index >= flood.count || flood.answered[index]) return;
  flood.answered[index] = true;
  ++flood.answers;
}

bool read_block(Flood& flood) {
  unsigned char* const start = flood.ring + std::size_t{flood.block} * block_size;
  auto& block = reinterpret_cast<tpacket_block_desc*>(start)->hdr.bh1;
  const std::atomic_ref<__u32> status{block.block_status};
  if ((status.load(std::memory_order_acquire) & TP_STATUS_USER) == 0) return false;
  unsigned char* at = start + block.offset_to_first_pkt;
  for (unsigned i = 0; i < block.num_pkts; ++i) {
    const auto& header = *reinterpret_cast<const tpacket3_hdr*>(at);
    count_answer(flood, at + header.tp_mac);
    at += header.tp_next_offset;
  }
  status.store(TP_STATUS_KERNEL, std::memory_order_release);
  flood.block = (flood.block + 1) % block_count;
  flood.last_answer = Clock::now();
  return true;
}

void send_all(Flood& flood, const Frame& model) {
  std::array<Frame, batch_size> frames;
  std::array<iovec, batch_size> vectors{};
  std::array<mmsghdr, batch_size> messages{};
  frames.fill(model);
  for (std::size_t i = 0; i < batch_size; ++i) {
    vectors[i] = {frames[i].data(), frame_size};
    messages[i].msg_hdr.msg_iov = &vectors[i];
    messages[i].msg_hdr.msg_iovlen = 1;
  }
  for (std::uint32_t next = 0; next < flood.count;) {
    const unsigned wanted = static_cast<unsigned>(std::min<std::size_t>(batch_size, flood.count - next));
    for (unsigned i = 0; i < wanted; ++i) {
      const std::uint32_t target = htonl(flood.network + next + i);
      std::memcpy(frames[i].data() + target_address_at, &target, 4);
    }
    const int sent = sendmmsg(flood.fd, messages.data(), wanted, MSG_DONTWAIT);
    if (sent < 0 && errno != ENOBUFS && errno != EAGAIN) die("sendmmsg");
    if (sent < 0) ++flood.refused;
    next += sent > 0 ? static_cast<std::uint32_t>(sent) : 0;
    while (read_block(flood)) {
    }
  }
}

void collect(Flood& flood) {
  constexpr int quiet_milliseconds = 50;
  pollfd waited_for{flood.fd, POLLIN, 0};
  while (flood.answers < flood.count) {
    if (!read_block(flood) && poll(&waited_for, 1, quiet_milliseconds) == 0) return;
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) {
    std::fprintf(stderr, "usage: %s INTERFACE SENDER_ADDRESS NETWORK PREFIX_LENGTH\n", argv[0]);
    return 2;
  }
  Flood flood;
  const auto start = Clock::now();
  open_ring(flood, argv[1]);
  flood.network = ntohl(inet_addr(argv[3]));
  flood.count = std::uint32_t{1} << (32 - std::atoi(argv[4]));
  flood.answered.resize(flood.count);
  const ifreq hardware = query(flood.fd, argv[1], SIOCGIFHWADDR);
  send_all(flood, request_from(reinterpret_cast<const unsigned char*>(hardware.ifr_hwaddr.sa_data),
                               ntohl(inet_addr(argv[2]))));
  const auto sent = Clock::now();
  collect(flood);
  const auto seconds = [&](Clock::time_point end) { return std::chrono::duration<double>(end - start).count(); };
  std::printf("%.4f s, %u of %u answered, sent in %.4f s, %llu refusals\n", seconds(flood.last_answer), flood.answers,
              flood.count, seconds(sent), static_cast<unsigned long long>(flood.refused));
  return 0;
}
