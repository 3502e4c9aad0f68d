// SPDX-License-Identifier: Apache-2.0
// One scan of a virtual crowd on a simulated LAN, and what it saw.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <ostream>
#include <vector>

#include "onlink/engine/scan.hpp"
#include "onlink/engine/virtual_host.hpp"
#include "tests/sim/simulated_lan.hpp"

namespace onlink::inline v0 {

using namespace std::chrono_literals;

inline constexpr MacAddress scanner_mac{{0x02, 0, 0, 0, 0, 0x01}};
inline constexpr MacAddress crowd_mac{{0x02, 0, 0, 0, 0, 0x02}};
inline constexpr Ipv4Address scanner_address = Ipv4Address::of(10, 9, 0, 1);

inline AddressRange range(const char* text) { return parse_range(text).value(); }

inline TargetSet targets(const char* text) { return TargetSet::make({range(text)}).value(); }

inline ScanConfig scan_of(const char* text, std::uint64_t seed = 1) {
  return {.identity = {.mac = scanner_mac, .ipv4 = scanner_address}, .targets = targets(text), .seed = seed};
}

inline StationConfig scanner_station() { return {.name = "scanner", .macs = {scanner_mac}}; }

// One scan and what it saw.
struct ScanRun {
  ScanConfig config{};
  VirtualHostConfig crowd{};
  StationConfig station = scanner_station();
  std::uint64_t lan_seed = 1;
  SimulatedLan::FrameHook hook{};
  std::function<void(SimulatedLan&)> before{};

  ScanProgress progress{};
  Duration took{};
  std::vector<Answered> answers{};
  std::vector<PaceChanged> paces{};
  std::size_t silent = 0;
  SimulatedLan* lan = nullptr;  // while it runs

  bool go(Duration limit = 60s) {
    SimulatedLan simulated{lan_seed};
    lan = &simulated;
    Scanner scanner{config, simulated.now()};
    VirtualHost host{crowd};
    SimulatedStation& asker = simulated.join(scanner, station);
    simulated.join(host, {.name = "crowd", .macs = {crowd.mac}, .promiscuous = true});
    if (before) before(simulated);
    if (hook) simulated.on_frame(hook);
    const Instant start = simulated.now();
    const bool done = simulated.run_until_done(asker, limit);
    took = simulated.now() - start;
    progress = scanner.progress();
    answers = asker.events_of<Answered>();
    silent = asker.events_of<Silent>().size();
    lan = nullptr;
    paces = asker.events_of<PaceChanged>();
    return done;
  }
  [[nodiscard]] std::size_t found() const { return count(AnswerKind::first); }
  [[nodiscard]] std::size_t count(AnswerKind kind) const {
    return static_cast<std::size_t>(std::ranges::count(answers, kind, &Answered::kind));
  }
};

inline std::ostream& operator<<(std::ostream& out, const ScanRun& run) {
  return out << "took " << to_seconds(run.took) << " s, found " << run.found() << ", requests " << run.progress.requests
             << ", pass " << run.progress.pass << ", loss " << run.progress.loss << " of " << run.progress.loss_samples
             << " samples, peak " << run.progress.peak_rate;
}

}  // namespace onlink::inline v0
