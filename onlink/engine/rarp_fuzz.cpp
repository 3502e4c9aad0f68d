// SPDX-License-Identifier: Apache-2.0
// Feeds a reverse client and a server a script of (time step, frame), hostile in both, and holds them to what must be
// true whatever they hear: the server speaks only of stations in its table, to one station, and never in ARP unasked;
// the client believes no address that no host can have, and both come to an end.
//
// Script: one octet of options, then steps: one octet of command. 0..0x7f: that many times 8 ms pass. 0x80..0xbf: the
// frame that follows (one octet of length) is heard. 0xc0..0xff: the last frame that either sent is heard, its octet at
// the position that follows replaced by the one after that.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <vector>

#include "onlink/engine/rarp.hpp"
#include "onlink/wire/decode.hpp"

namespace onlink {
namespace {

using namespace std::chrono_literals;

constexpr MacAddress client_mac{{0x02, 0, 0, 0, 0, 0x0d}};
constexpr MacAddress server_mac{{0x02, 0, 0, 0, 0, 0x01}};
constexpr Ipv4Address client_address = Ipv4Address::of(10, 0, 0, 13);
constexpr Ipv4Address server_address = Ipv4Address::of(10, 0, 0, 1);

void require(bool holds) {
  if (!holds) std::abort();
}

ReverseClientConfig client_config(std::uint8_t options) {
  const bool inarp = (options & 1) != 0;
  return {.protocol = inarp ? ReverseProtocol::inarp : ReverseProtocol::rarp,
          .mac = client_mac,
          .target = inarp ? server_mac : client_mac,
          .count = (options & 2) != 0 ? 1U : 4U,
          .conflict_window = (options & 4) != 0 ? 0ms : 600ms};
}

ReverseServerConfig server_config(std::uint8_t options) {
  ReverseServerConfig config{.mac = server_mac, .ipv4 = server_address};
  config.table = {{client_mac, {.address = client_address}}, {broadcast_mac, {.address = client_address}}};
  config.inarp = (options & 8) != 0;
  config.only_retries = (options & 16) != 0;
  if ((options & 32) != 0) config.secondary_wait = 500ms;
  if ((options & 64) != 0) {
    config.delay = 5ms;
    config.jitter = 20ms;
    config.loss = 0.1;
    config.duplicate = 0.5;
    config.max_waiting = 2;
  }
  return config;
}

class Script {
 public:
  Script(std::uint8_t options, Bytes steps)
      : steps_(steps),
        client_(client_config(options), now_),
        server_(server_config(options)),
        answers_inarp_((options & 8) != 0) {}

  void run() {
    meet_deadlines();
    while (steps_.remaining() > 0) step();
    now_ += 1min;
    meet_deadlines();
    require(!client_.next_deadline() && !server_.next_deadline());
    require(silent_ + first_ == 1);
  }

 private:
  void step() {
    const std::uint8_t command = steps_.u8();
    if (command < 0x80) {
      now_ += 8 * std::chrono::milliseconds{command};
      meet_deadlines();
    } else if (command < 0xc0) {
      hear(steps_.bytes(std::min<std::size_t>(steps_.u8(), steps_.remaining())));
    } else {
      std::vector<std::byte> frame = last_;
      const std::size_t at = steps_.u8();
      const std::uint8_t octet = steps_.u8();
      if (at < frame.size()) frame[at] = std::byte{octet};
      hear(frame);
    }
  }

  void hear(Bytes frame) {
    const auto packet = decode(frame);
    if (!packet) return;
    output_.clear();
    client_.on_packet(now_, *packet, output_);
    require(output_.frames.empty());
    server_.on_packet(now_, *packet, output_);
    require(output_.frames.size() <= 2);
    take();
  }

  void meet_deadlines() {
    for (int calls = 0; client_.next_deadline() && *client_.next_deadline() <= now_; ++calls) {
      require(calls < 10);
      client_.on_deadline(*client_.next_deadline(), output_);
    }
    if (server_.next_deadline() && *server_.next_deadline() <= now_) server_.on_deadline(now_, output_);
    require(!server_.next_deadline() || *server_.next_deadline() > now_);
    take();
  }

  void take() {
    for (std::size_t i = 0; i < output_.frames.size(); ++i) {
      const auto packet = decode(output_.frames[i]);
      require(packet && std::holds_alternative<ArpPacket>(packet->payload));
      if (packet->ethernet.source == server_mac) check_answer(packet->ethernet, std::get<ArpPacket>(packet->payload));
      last_.assign(output_.frames[i].begin(), output_.frames[i].end());
    }
    for (const Event& event : output_.events) check(event);
    output_.clear();
  }

  void check_answer(const EthernetHeader& ethernet, const ArpPacket& arp) const {
    require(ethernet.destination.is_unicast() && arp.sender_hardware_addr == server_mac);
    require(arp.sender_protocol_addr == server_address);
    if (ethernet.type == EtherType::rarp) {
      require(arp.operation == ArpOperation::reverse_reply && arp.target_hardware_addr == client_mac);
      require(arp.target_protocol_addr == client_address);
    } else {
      require(answers_inarp_ && arp.operation == ArpOperation::inverse_reply);
    }
  }

  void check(const Event& event) {
    if (const auto* answered = std::get_if<ReverseAnswered>(&event)) {
      first_ += answered->kind == ReverseAnswerKind::first ? 1 : 0;
      require(answered->server.is_unicast());
      require(!answered->address.is_unspecified() && !answered->address.is_multicast());
      require(!answered->round_trip || *answered->round_trip >= Duration{});
      require(silent_ == 0 && ++answers_ <= ReverseClient::max_answers);
    } else if (std::holds_alternative<ReverseSilent>(event)) {
      ++silent_;
    }
  }

  Reader steps_;
  Instant now_{1h};
  ReverseClient client_;
  ReverseServer server_;
  bool answers_inarp_;
  Output output_;
  std::vector<std::byte> last_;
  std::size_t first_ = 0;
  std::size_t answers_ = 0;
  std::size_t silent_ = 0;
};

}  // namespace
}  // namespace onlink

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  onlink::Script{data[0], std::as_bytes(std::span{data + 1, size - 1})}.run();
  return 0;
}
