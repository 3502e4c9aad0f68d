// SPDX-License-Identifier: Apache-2.0
// Any frames as those that --readpktfromfile hears: each is answered for in the listener's words, none is read past its
// end, and the scan still ends. Input: an octet of length, so many octets of frame, and so on.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "onlink/cli/compat/arp_scan_engine.hpp"

namespace {

using namespace onlink;
using namespace onlink::cli::compat;

class Judge final : public ArpScanListener {
 public:
  void sending(Ipv4Address, std::uint64_t, Duration) override {}
  void pass_complete(std::uint64_t) override {}
  void gave_up(Ipv4Address, ArpScanRemoval) override {}
  void ignored(Ipv4Address, std::size_t octets) override {
    if (octets < shortest_scan_answer) std::abort();
  }
  void too_short(std::size_t octets) override {
    if (octets >= shortest_scan_answer) std::abort();
  }
  void answered(const ArpScanAnswer& answer, const ArpScanHearing& hearing) override {
    const Bytes frame = hearing.frame;
    if (answer.padding.size() + shortest_scan_answer > frame.size()) std::abort();
    if (!answer.padding.empty() && answer.padding.data() + answer.padding.size() != frame.data() + frame.size()) {
      std::abort();
    }
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Judge judge;
  ArpScanPlan plan;
  plan.targets.add(Ipv4Address::of(192, 0, 2, 0), 16);
  plan.targets.make_index();
  ArpScanEngine engine(std::move(plan), Instant{}, judge);
  Output output;
  Bytes rest = std::as_bytes(std::span{data, size});
  engine.on_deadline(Instant{}, output);
  while (!rest.empty()) {
    const auto length = std::min<std::size_t>(std::to_integer<std::size_t>(rest[0]), rest.size() - 1);
    engine.hear(Instant{}, rest.subspan(1, length));
    static_cast<void>(passes_scan_filter(rest.subspan(1, length), {}));
    rest = rest.subspan(1 + length);
  }
  Instant now{};
  for (int calls = 0; engine.next_deadline(); ++calls) {
    if (calls > 100) std::abort();
    now = std::max(now, *engine.next_deadline());
    engine.on_deadline(now, output);
  }
  return 0;
}
