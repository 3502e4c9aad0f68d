// SPDX-License-Identifier: Apache-2.0
#include "tests/nud/walk_steps.hpp"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <span>
#include <string_view>

namespace onlink::differential {
namespace {

using std::chrono::milliseconds;

template <class T, std::size_t N>
const T& pick(Rng& rng, const std::array<T, N>& from) {
  return from[rng.below(N)];
}

constexpr std::array ipv4_neighbors{Ipv4Address::of(10, 0, 0, 2), Ipv4Address::of(10, 0, 0, 3),
                                    Ipv4Address::of(10, 0, 0, 4)};

IpAddress neighbor(Rng& rng, Family family) {
  const Ipv4Address ipv4 = pick(rng, ipv4_neighbors);
  if (family == Family::ipv4) return ipv4;
  return Ipv6Address{{0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, ipv4.octets()[3]}};
}

// Mostly the same one, so that entries are confirmed as often as they are put in doubt.
std::string_view station(Rng& rng) {
  constexpr std::array<std::string_view, 6> stations{"B", "B", "B", "B", "C", "D"};
  return pick(rng, stations);
}

WalkStep packet(Rng& rng, Family family, std::uint32_t number) {
  WalkStep step{.text = {}, .about = neighbor(rng, family)};
  const bool confirms = rng.chance(0.2);
  const std::uint64_t count = rng.chance(0.1) ? 10 : 1;
  step.text = fmt::format("send {} p{}{}{}", to_string(step.about), number,
                          count > 1 ? fmt::format(" count {}", count) : "", confirms ? " confirm" : "");
  if (confirms) step.effect = StepEffect::confirms;
  return step;
}

WalkStep arp_packet(Rng& rng) {
  constexpr std::array<std::string_view, 10> forms{
      "op=reply",
      "op=reply",
      "op=reply",
      "op=reply eth_dst=broadcast",
      "tpa={0}",
      "op=reply tpa={0} tha={1} eth_dst=broadcast",
      "op=reply tpa={0} tha=broadcast eth_dst=broadcast",
      "tpa=10.0.0.1",
      "tpa=10.0.0.1",
      "tpa=10.0.0.9",
  };
  WalkStep step{.text = {}, .about = neighbor(rng, Family::ipv4), .effect = StepEffect::claims};
  const std::string address = to_string(step.about);
  const std::string_view mac = station(rng);
  step.text = fmt::format("frame arp(sha={} spa={} {})", mac, address,
                          fmt::format(fmt::runtime(pick(rng, forms)), address, mac));
  return step;
}

WalkStep neighbor_discovery(Rng& rng) {
  WalkStep step{.text = {}, .about = neighbor(rng, Family::ipv6), .effect = StepEffect::confirms};
  const std::string address = to_string(step.about);
  const std::string_view mac = rng.chance(0.2) ? std::string_view{"none"} : station(rng);
  if (rng.chance(0.25)) {
    step.text = fmt::format("frame ns(src={} slla={}{})", address, mac, rng.chance(0.3) ? " dst=2001:db8::1" : "");
    return step;
  }
  step.text = fmt::format("frame na(target={} r={} s={} o={} tlla={})", address, rng.chance(0.1) ? 1 : 0, rng.below(2),
                          rng.below(2), mac);
  return step;
}

WalkStep administration(Rng& rng, Family family) {
  constexpr std::array<std::string_view, 10> verbs{
      "add {0} lladdr {1} nud stale",
      "replace {0} lladdr {1} nud reachable",
      "replace {0} lladdr {1} nud stale",
      "replace {0} lladdr {1} nud probe",
      "replace {0} lladdr {1} nud permanent",
      "change {0} lladdr {1} nud stale",
      "change {0} nud failed",
      "del {0}",
      "del {0}",
      "use {0}",
  };
  WalkStep step{.text = {}, .about = neighbor(rng, family), .effect = StepEffect::confirms};
  step.text = "admin " + fmt::format(fmt::runtime(pick(rng, verbs)), to_string(step.about), station(rng));
  return step;
}

WalkStep answering(Rng& rng, Family family) {
  WalkStep step{.text = {}, .about = neighbor(rng, family)};
  step.text = rng.chance(0.5) ? fmt::format("answer {} off", to_string(step.about))
                              : fmt::format("answer {} {} on", to_string(step.about), station(rng));
  return step;
}

}  // namespace

WalkParameters draw_parameters(Rng& rng, Family family) {
  constexpr std::array reachable{milliseconds{1200}, milliseconds{1500}, milliseconds{1900}};
  constexpr std::array retrans{200, 300, 450};
  constexpr std::array locktimes{0, 15, 100};  // hundredths of a second
  WalkParameters drawn;
  drawn.reachable = pick(rng, reachable);
  drawn.delay = std::chrono::seconds{1 + rng.below(2)};
  const int locktime = family == Family::ipv4 ? pick(rng, locktimes) : 0;
  drawn.locktime = milliseconds{10 * locktime};
  drawn.directives = fmt::format(
      "family {}\nreachable {}ms\n\nsysctl neigh.base_reachable_time_ms 2000\n"
      "sysctl neigh.delay_first_probe_time {}\nsysctl neigh.retrans_time_ms {}\nsysctl neigh.mcast_solicit {}\n"
      "sysctl neigh.ucast_solicit {}\nsysctl neigh.mcast_resolicit {}\nsysctl neigh.app_solicit {}\n",
      to_string(family), drawn.reachable.count() / 1'000'000, drawn.delay.count() / 1'000'000'000, pick(rng, retrans),
      1 + rng.below(3), 1 + rng.below(3), rng.below(2), rng.chance(0.2) ? 1 : 0);
  if (family == Family::ipv4) {
    drawn.directives +=
        fmt::format("sysctl neigh.locktime {}\nsysctl conf.arp_accept {}\n", locktime, rng.chance(0.3) ? 1 : 0);
  }
  if (rng.chance(0.2)) drawn.directives += "sysctl neigh.unres_qlen_bytes 6270\n";
  return drawn;
}

WalkStep draw_step(Rng& rng, Family family, std::uint32_t number) {
  const double kind = rng.unit();
  if (kind < 0.4) return packet(rng, family, number);
  if (kind < 0.8) return family == Family::ipv4 ? arp_packet(rng) : neighbor_discovery(rng);
  if (kind < 0.9) return administration(rng, family);
  return answering(rng, family);
}

}  // namespace onlink::differential
