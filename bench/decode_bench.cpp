// SPDX-License-Identifier: Apache-2.0
#include <benchmark/benchmark.h>

#include <array>

#include "onlink/wire/arp.hpp"
#include "onlink/wire/decode.hpp"

namespace {

using namespace onlink;

std::array<std::byte, min_frame_size> arp_reply() {
  std::array<std::byte, min_frame_size> frame{};
  Writer out{frame};
  const MacAddress mac{{2, 0, 0, 0, 0, 1}};
  encode(EthernetHeader{.destination = mac,
                        .source = mac,
                        .vlans = {},
                        .encapsulation = Encapsulation::ethernet2,
                        .type = EtherType::arp,
                        .llc = {}},
         arp_packet_size, out);
  encode(ArpPacket{.operation = ArpOperation::reply,
                   .sender_hardware_addr = mac,
                   .sender_protocol_addr = Ipv4Address::of(192, 0, 2, 1),
                   .target_hardware_addr = mac,
                   .target_protocol_addr = Ipv4Address::of(192, 0, 2, 2)},
         out.reserve(arp_packet_size).first<arp_packet_size>());
  return frame;
}

void decode_arp_reply(benchmark::State& state) {
  const auto frame = arp_reply();
  for (auto _ : state) benchmark::DoNotOptimize(decode(frame));
}
BENCHMARK(decode_arp_reply);

}  // namespace
