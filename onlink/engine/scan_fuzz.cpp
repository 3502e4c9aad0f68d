// SPDX-License-Identifier: Apache-2.0
// A scan driven by a byte script: its shape first, then steps, each of which lets time pass, feeds a packet (the answer
// to a frame that was sent, perhaps altered, or any octets) or reports from the port. However the script goes, the scan
// must end, ask no more than it may and count what it emits.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <vector>

#include "onlink/engine/scan.hpp"

namespace {

using namespace onlink;
using std::chrono::microseconds;
using std::chrono::milliseconds;

constexpr MacAddress own_mac{{0x02, 0, 0, 0, 0, 0x01}};
constexpr std::uint64_t max_targets = 64;

void require(bool held, const char* what) {
  if (held) return;
  std::fprintf(stderr, "scan_fuzz: %s\n", what);
  std::abort();
}

class Script {
 public:
  explicit Script(std::span<const std::uint8_t> bytes) : rest_(bytes) {}
  [[nodiscard]] bool done() const { return rest_.empty(); }
  std::uint8_t byte() {
    if (rest_.empty()) return 0;
    const std::uint8_t first = rest_.front();
    rest_ = rest_.subspan(1);
    return first;
  }
  std::vector<std::byte> bytes(std::size_t count) {
    std::vector<std::byte> taken;
    while (taken.size() < count) taken.push_back(std::byte{byte()});
    return taken;
  }

 private:
  std::span<const std::uint8_t> rest_;
};

ScanConfig config_of(Script& script) {
  const std::uint8_t shape = script.byte();
  ScanConfig config{.identity = {.mac = own_mac, .ipv4 = Ipv4Address::of(10, 0, 0, 1)}, .seed = script.byte()};
  Ipv6Address first;
  first.octets[0] = 0xfd;
  config.identity.ipv6 = first;
  const IpAddress start = (shape & 1) != 0 ? IpAddress{first} : IpAddress{Ipv4Address::of(10, 0, 0, 0)};
  const AddressRange range{start, advance(start, script.byte() % max_targets)};
  config.targets = TargetSet::make({range}).value();
  config.discover_ipv6 = (shape & 2) != 0;
  config.report_silent = (shape & 4) != 0;
  config.pace.unlimited = (shape & 8) != 0;
  if ((shape & 16) != 0) config.pace.fixed = 1 + script.byte();
  if ((shape & 32) != 0) config.identity.vlans.push({.tci = 100});
  config.max_hosts = (shape & 64) != 0 ? 8 : 1024;
  config.max_tries = 2 + script.byte() % 8;
  return config;
}

class Run {
 public:
  explicit Run(std::span<const std::uint8_t> bytes)
      : script_(bytes), config_(config_of(script_)), scanner_(config_, now_) {}

  void play() {
    while (!script_.done() && scanner_.next_deadline()) step();
    finish();
    check();
  }

 private:
  void step() {
    switch (script_.byte() % 6) {
      case 0:
        now_ += microseconds{script_.byte()};
        break;
      case 1:
        now_ += milliseconds{script_.byte()};
        break;
      case 2:
        call_deadline();
        break;
      case 3:
        answer(script_.byte());
        break;
      case 4:
        receive(script_.bytes(script_.byte()));
        break;
      default:
        scanner_.on_port_report(now_, {.stalls = script_.byte(), .receive_drops = script_.byte()});
    }
  }

  void call_deadline() {
    const auto deadline = scanner_.next_deadline();
    if (!deadline) return;
    now_ = std::max(now_, *deadline);
    output_.clear();
    scanner_.on_deadline(now_, output_);
    frames_ += output_.frames.size();
    require(output_.frames.size() <= Pacer::max_batch, "a batch is too large");
    count_events();
    if (!output_.frames.empty()) last_.assign(output_.frames[0].begin(), output_.frames[0].end());
  }

  // The last question turned round; ARP becomes a reply, anything else comes back as it went, from another station.
  void answer(std::uint8_t station) {
    std::vector<std::byte> frame = last_;
    if (frame.size() < 42) return;
    const std::size_t at = config_.identity.vlans.empty() ? 14 : 18;
    for (std::size_t i = 0; i < 6; ++i)
      frame[6 + i] = std::byte{static_cast<std::uint8_t>(i == 5 ? 2 + station % 4 : i == 0 ? 2 : 0)};
    if (frame[at - 2] == std::byte{0x08} && frame[at - 1] == std::byte{0x06}) {
      frame[at + 7] = std::byte{2};
      std::copy_n(frame.begin() + 6, 6, frame.begin() + static_cast<std::ptrdiff_t>(at) + 8);
      for (std::size_t i = 0; i < 4; ++i) std::swap(frame[at + 14 + i], frame[at + 24 + i]);
    }
    receive(frame);
  }

  void receive(const std::vector<std::byte>& frame) {
    const auto packet = decode(frame);
    if (!packet) return;
    output_.clear();
    scanner_.on_packet(now_, *packet, output_);
    require(output_.frames.empty(), "a packet is answered by a frame");
    count_events();
  }

  void count_events() {
    for (const Event& event : output_.events) {
      const auto* answered = std::get_if<Answered>(&event);
      first_ += answered != nullptr && answered->kind == AnswerKind::first ? 1 : 0;
    }
  }

  void finish() {
    for (int calls = 0; scanner_.next_deadline(); ++calls) {
      require(calls < 200'000, "does not end");
      call_deadline();
    }
  }

  void check() {
    const ScanProgress progress = scanner_.progress();
    require(progress.done && progress.fraction == 1, "not done at the end");
    require(progress.requests == frames_, "miscounts its requests");
    require(first_ == progress.answered + progress.unrecorded, "miscounts its hosts");
    require(scanner_.hosts().size() <= config_.max_hosts, "holds more hosts than it may");
    require(progress.asked == config_.targets.count(), "did not ask everyone");
  }

  Script script_;
  Instant now_{std::chrono::hours{1}};
  ScanConfig config_;
  Scanner scanner_;
  Output output_;
  std::vector<std::byte> last_;
  std::uint64_t frames_ = 0;
  std::uint64_t first_ = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size <= 4096) Run{{data, size}}.play();
  return 0;
}
