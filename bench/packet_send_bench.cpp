// SPDX-License-Identifier: Apache-2.0
// Frames a second by each way of sending that a packet port knows (docs/decisions/001-packet-send.md).
//   packet_send_bench INTERFACE [FRAMES [BATCH]]
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "onlink/link/packet_port.hpp"
#include "onlink/wire/arp.hpp"

namespace {

using namespace onlink;

struct Method {
  SendMethod method;
  const char* name;
};
constexpr Method methods[] = {{SendMethod::batch, "sendmmsg"},
                              {SendMethod::batch_direct, "sendmmsg, qdisc bypass"},
                              {SendMethod::ring, "TX ring"},
                              {SendMethod::ring_direct, "TX ring, qdisc bypass"}};

std::vector<std::byte> request() {
  std::vector<std::byte> frame(min_frame_size);
  Writer out{frame};
  encode(EthernetHeader{.destination = {{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}},
                        .source = {{2, 0, 0, 0, 0, 1}},
                        .vlans = {},
                        .encapsulation = Encapsulation::ethernet2,
                        .type = EtherType::arp,
                        .llc = {}},
         arp_packet_size, out);
  encode(ArpPacket{.operation = ArpOperation::request,
                   .sender_hardware_addr = {{2, 0, 0, 0, 0, 1}},
                   .sender_protocol_addr = Ipv4Address::of(192, 0, 2, 1),
                   .target_hardware_addr = {},
                   .target_protocol_addr = Ipv4Address::of(192, 0, 2, 2)},
         out.reserve(arp_packet_size).first<arp_packet_size>());
  return frame;
}

int measure(const Method& method, const std::string& interface, std::size_t count, std::size_t batch) {
  PacketPortOptions options;
  options.interface = interface;
  options.send_method = method.method;
  auto port = open_packet_port(options);
  if (!port) {
    std::fprintf(stderr, "%s\n", port.error().context.c_str());
    return 1;
  }
  const std::vector<std::byte> frame = request();
  const std::vector<Bytes> frames(batch, Bytes{frame});
  const auto start = std::chrono::steady_clock::now();
  for (std::size_t sent = 0; sent < count;) {
    const auto taken = (*port)->send(frames);
    if (!taken) {
      std::fprintf(stderr, "%s\n", taken.error().context.c_str());
      return 1;
    }
    sent += *taken;
  }
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  std::printf("%-24s %9.0f frames/s, %llu stalls\n", method.name, static_cast<double>(count) / seconds,
              static_cast<unsigned long long>((*port)->counters().send_stalls));
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: %s INTERFACE [FRAMES [BATCH]]\n", argv[0]);
    return 2;
  }
  const std::size_t count = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 300000;
  const std::size_t batch = argc > 3 ? std::strtoul(argv[3], nullptr, 10) : 64;
  for (const Method& method : methods) {
    if (measure(method, argv[1], count, batch) != 0) return 1;
  }
  return 0;
}
