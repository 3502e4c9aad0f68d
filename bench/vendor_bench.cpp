// SPDX-License-Identifier: Apache-2.0
#include <benchmark/benchmark.h>

#include <array>

#include "onlink/base/rng.hpp"
#include "onlink/print/vendor.hpp"

namespace {

using namespace onlink;

constexpr std::size_t address_count = 4096;

// Half of them universally administered addresses, as a scan meets them, so that the search goes all ways.
void find_vendor(benchmark::State& state) {
  Rng rng{1};
  std::array<MacAddress, address_count> addresses;
  for (MacAddress& mac : addresses) {
    for (auto& octet : mac.octets) octet = static_cast<std::uint8_t>(rng.next());
    mac.octets[0] &= 0x3e;
  }
  std::size_t next = 0;
  for (auto _ : state) benchmark::DoNotOptimize(vendor_name(addresses[next++ % address_count]));
}
BENCHMARK(find_vendor);

}  // namespace
