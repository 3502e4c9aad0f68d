// SPDX-License-Identifier: Apache-2.0
// Feeds a resolver and a virtual host a script of (time step, frame), hostile in both, and holds them to what must be
// true whatever they hear: deadlines lie ahead once met, events name targets only, memory stays bounded, every frame
// decodes.
//
// Script: one octet of options, then steps: one octet of command. 0..0x7f: that many milliseconds pass. 0x80..0xbf: the
// frame that follows (one octet of length) is heard. 0xc0..0xff: the last frame that either sent is heard, its octet at
// the position that follows replaced by the one after that.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "onlink/engine/resolve.hpp"
#include "onlink/engine/virtual_host.hpp"
#include "onlink/wire/decode.hpp"

namespace onlink {
namespace {

using namespace std::chrono_literals;

constexpr MacAddress own_mac{{0x02, 0, 0, 0, 0, 0x0a}};
constexpr MacAddress host_mac{{0x02, 0, 0, 0, 0, 0x0b}};
constexpr Ipv4Address own_ipv4 = Ipv4Address::of(10, 0, 0, 1);
constexpr Ipv4Address target_ipv4 = Ipv4Address::of(10, 0, 0, 2);
constexpr Ipv6Address own_ipv6{{0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}};
constexpr Ipv6Address target_ipv6{{0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2}};

void require(bool holds) {
  if (!holds) std::abort();
}

ResolverConfig resolver_config(std::uint8_t options) {
  ResolverConfig config;
  config.identity = {.mac = own_mac, .ipv4 = own_ipv4, .ipv6 = own_ipv6};
  config.targets = {target_ipv4, target_ipv6, Ipv4Address{target_ipv4.value + 1}};
  config.count = options & 3;
  config.interval = 50ms;
  config.wait = 100ms;
  config.probe = (options & 4) != 0;
  config.until_reply = (options & 8) != 0;
  config.conflict_window = (options & 16) != 0 ? 0ms : 10ms;
  config.late_window = (options & 32) != 0 ? 200ms : 0ms;
  if ((options & 64) != 0) config.identity.vlans.push({EtherType::vlan, 7});
  return config;
}

VirtualHostConfig host_config(std::uint8_t options) {
  VirtualHostConfig config{.addresses = {{target_ipv4, target_ipv4}, {target_ipv6, target_ipv6}}, .mac = host_mac};
  config.vlans = resolver_config(options).identity.vlans;
  if ((options & 128) != 0) {
    config.delay = 5ms;
    config.jitter = 20ms;
    config.impostor = 0.5;
    config.loss = 0.1;
    config.duplicate = 0.1;
    config.max_delayed = 4;
  }
  return config;
}

class Script {
 public:
  Script(std::uint8_t options, Bytes steps)
      : steps_(steps), config_(resolver_config(options)), resolver_(config_, now_), host_(host_config(options)) {}

  void run() {
    meet_deadlines();
    while (steps_.remaining() > 0) step();
    // Whatever was heard, what is finite ends; the host goes on checking those who asked.
    now_ += 10s;
    meet_deadlines();
    require(config_.count == 0 || !resolver_.next_deadline());
    require(config_.count == 0 || silent_ <= config_.targets.size());
  }

 private:
  void step() {
    const std::uint8_t command = steps_.u8();
    if (command < 0x80) {
      now_ += std::chrono::milliseconds{command};
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
    resolver_.on_packet(now_, *packet, output_);
    require(output_.frames.empty());
    take();
    host_.on_packet(now_, *packet, output_);
    take();
  }

  void meet_deadlines() {
    // A deadline that was met moves on; each engine has a few at one instant at most.
    for (int calls = 0; resolver_.next_deadline() && *resolver_.next_deadline() <= now_; ++calls) {
      require(calls < 2000);
      const Instant due = *resolver_.next_deadline();
      resolver_.on_deadline(due, output_);
      require(!resolver_.next_deadline() || *resolver_.next_deadline() > due);
      take();
    }
    if (host_.next_deadline() && *host_.next_deadline() <= now_) host_.on_deadline(now_, output_);
    require(!host_.next_deadline() || *host_.next_deadline() > now_);
    take();
  }

  void take() {
    for (std::size_t i = 0; i < output_.frames.size(); ++i) {
      const auto packet = decode(output_.frames[i]);
      require(packet && !std::holds_alternative<Unrecognized>(packet->payload));
      last_.assign(output_.frames[i].begin(), output_.frames[i].end());
    }
    for (const Event& event : output_.events) check(event);
    output_.clear();
  }

  void check(const Event& event) {
    if (const auto* answered = std::get_if<Answered>(&event)) {
      require(std::ranges::count(config_.targets, answered->address) == 1);
      require(answered->mac.is_unicast() && answered->mac != own_mac);
      require(answered->vlans.same_network(config_.identity.vlans));
      require(!answered->round_trip || *answered->round_trip >= Duration{});
    } else if (const auto* silent = std::get_if<Silent>(&event)) {
      require(std::ranges::count(config_.targets, silent->address) == 1 && silent->tries == config_.count);
      ++silent_;
    }
  }

  Reader steps_;
  ResolverConfig config_;
  Instant now_{1h};
  Resolver resolver_;
  VirtualHost host_;
  Output output_;
  std::vector<std::byte> last_;
  std::size_t silent_ = 0;
};

}  // namespace
}  // namespace onlink

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  onlink::Script{data[0], std::as_bytes(std::span{data + 1, size - 1})}.run();
  return 0;
}
