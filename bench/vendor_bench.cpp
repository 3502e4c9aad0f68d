// SPDX-License-Identifier: Apache-2.0
// What a row of a scan pays for the vendor's name: addresses that the registry holds, and addresses that it does not.
#include <benchmark/benchmark.h>

#include <vector>

#include "onlink/base/rng.hpp"
#include "onlink/print/vendor.hpp"

namespace {

constexpr std::size_t address_count = 65536;

std::vector<onlink::MacAddress> registered_addresses() {
  const auto rows = onlink::VendorRegistry::builtin().search_name("");
  onlink::Rng rng(1);
  std::vector<onlink::MacAddress> addresses(address_count);
  for (onlink::MacAddress& mac : addresses) {
    const auto& prefix = rows[rng.below(rows.size())].prefix;
    mac = onlink::MacAddress::from_value(prefix.address.value() | rng.below(std::uint64_t{1} << (48 - prefix.bits)));
  }
  return addresses;
}

std::vector<onlink::MacAddress> random_addresses() {
  onlink::Rng rng(2);
  std::vector<onlink::MacAddress> addresses(address_count);
  for (onlink::MacAddress& mac : addresses) mac = onlink::MacAddress::from_value(rng.next() & 0xffffffffffff);
  return addresses;
}

void look_up(benchmark::State& state, const std::vector<onlink::MacAddress>& addresses) {
  std::size_t next = 0;
  std::size_t known = 0;
  for (auto _ : state) {
    const std::string_view name = onlink::vendor_name(addresses[next++ % address_count]);
    known += name.empty() ? 0 : 1;
    benchmark::DoNotOptimize(name);
  }
  state.counters["known"] = static_cast<double>(known) / static_cast<double>(next);
}

void vendor_of_registered(benchmark::State& state) { look_up(state, registered_addresses()); }
void vendor_of_random(benchmark::State& state) { look_up(state, random_addresses()); }

void search_by_name(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(onlink::VendorRegistry::builtin().search_name("raspberry"));
}

BENCHMARK(vendor_of_registered);
BENCHMARK(vendor_of_random);
BENCHMARK(search_by_name)->Unit(benchmark::kMillisecond);

}  // namespace
