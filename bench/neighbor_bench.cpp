// SPDX-License-Identifier: Apache-2.0
// A NeighborCache of many entries beside an absl::flat_hash_map with the same keys: finding, learning, expiring; how
// much memory an entry takes, and how long the longest single call was. bench/neighbor_compare.py reads it.
#include <absl/container/flat_hash_map.h>
#include <absl/hash/hash.h>
#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <bit>
#include <chrono>
#include <ctime>
#include <optional>
#include <tuple>
#include <vector>

#include "bench/allocation_count.hpp"
#include "onlink/base/rng.hpp"
#include "onlink/engine/neighbor_cache.hpp"

namespace {

using namespace onlink;
using benchmark::Counter;

constexpr Instant begin = Instant{std::chrono::hours{1}};
constexpr std::uint32_t unlimited = 1U << 30U;
const MacAddress own_mac{{2, 0, 0, 0, 0, 1}};
const Ipv4Address own_address = Ipv4Address::of(10, 255, 255, 254);

// Hosts of 10/8 one after the other, every second one of 2001:db8::/64 with an interface identifier at random.
IpAddress address(std::uint64_t i) {
  if (i % 2 == 0) return Ipv4Address{static_cast<std::uint32_t>(0x0a000000 + i / 2)};
  std::array<std::uint8_t, 16> octets{0x20, 0x01, 0x0d, 0xb8};
  const std::uint64_t identifier = Rng{i}.next();
  for (std::size_t j = 0; j < 8; ++j) octets[8 + j] = static_cast<std::uint8_t>(identifier >> 8 * j);
  return IpAddress::from_octets(Family::ipv6, octets);
}
IpAddress ipv4_address(std::uint64_t i) { return Ipv4Address{static_cast<std::uint32_t>(0x0a000001 + i)}; }
MacAddress mac(std::uint64_t i) { return MacAddress::from_value(0x020100000000 + i); }

template <class AddressOf>
std::vector<IpAddress> shuffled(std::uint64_t from, std::uint64_t count, AddressOf address_of) {
  std::vector<IpAddress> addresses;
  for (std::uint64_t i = from; i < from + count; ++i) addresses.push_back(address_of(i));
  Rng rng{7};
  for (std::uint64_t i = count; i > 1; --i) std::swap(addresses[i - 1], addresses[rng.below(i)]);
  return addresses;
}

// --- both tables under one interface ---

class Cache {
 public:
  Cache() : cache_(config()) {}

  // As a host's ARP request for our address is heard.
  void learn(const IpAddress& from, const MacAddress& its_mac) {
    const Packet packet{.ethernet = {.destination = own_mac, .source = its_mac, .type = EtherType::arp},
                        .payload = ArpPacket{.operation = ArpOperation::request,
                                             .sender_hardware_addr = its_mac,
                                             .sender_protocol_addr = from.ipv4(),
                                             .target_hardware_addr = {},
                                             .target_protocol_addr = own_address}};
    output_.clear();
    cache_.on_packet(now_, packet, output_);
  }
  void make_reachable(const IpAddress& neighbour, const MacAddress& its_mac) {
    output_.clear();
    cache_.admin(now_, {.verb = AdminVerb::replace, .address = neighbour, .mac = its_mac, .state = NudState::reachable},
                 output_);
  }
  [[nodiscard]] std::optional<MacAddress> find(const IpAddress& neighbour) const {
    return cache_.find_connected(neighbour);
  }
  void pass(Duration time) { now_ += time; }
  [[nodiscard]] bool is_due() const { return cache_.next_deadline() && *cache_.next_deadline() <= now_; }
  void on_deadline() {
    output_.clear();
    cache_.on_deadline(now_, output_);
  }
  [[nodiscard]] std::size_t expired() const { return output_.events.size(); }
  [[nodiscard]] std::size_t size() const { return cache_.size(Family::ipv4) + cache_.size(Family::ipv6); }

 private:
  static NeighborCacheConfig config() {
    NeighborCacheConfig config;
    config.host.mac = own_mac;
    config.host.addresses.push_back({.prefix = {own_address, 8}});
    for (const Family family : {Family::ipv4, Family::ipv6}) {
      NeighborGcParameters& gc = family == Family::ipv4 ? config.parameters.gc_ipv4 : config.parameters.gc_ipv6;
      gc.gc_thresh1 = gc.gc_thresh2 = gc.gc_thresh3 = unlimited;
      (family == Family::ipv4 ? config.reachable_time_ipv4 : config.reachable_time_ipv6) = std::chrono::seconds{30};
    }
    config.seed = 1;
    return config;
  }
  NeighborCache cache_;
  Output output_;
  Instant now_ = begin;
};

// Of what the cache keeps of a neighbour: its MAC, state, flags, three times, probes, queue.
struct Value {
  MacAddress mac{};
  std::uint8_t state = 0;
  std::uint8_t flags = 0;
  std::array<Instant, 3> times{};
  std::array<std::uint32_t, 4> numbers{};
};
static_assert(sizeof(Value) == 48);

struct Hash {
  std::size_t operator()(const IpAddress& address) const {
    const auto halves = std::bit_cast<std::array<std::uint64_t, 2>>(address.octets());
    return absl::HashOf(address.family(), halves[0], halves[1]);
  }
};

class AbslMap {
 public:
  void learn(const IpAddress& from, const MacAddress& its_mac) { map_.try_emplace(from, Value{.mac = its_mac}); }
  void make_reachable(const IpAddress& neighbour, const MacAddress& its_mac) { learn(neighbour, its_mac); }
  [[nodiscard]] std::optional<MacAddress> find(const IpAddress& neighbour) const {
    const auto found = map_.find(neighbour);
    return found == map_.end() ? std::nullopt : std::optional{found->second.mac};
  }
  [[nodiscard]] std::size_t size() const { return map_.size(); }

 private:
  absl::flat_hash_map<IpAddress, Value, Hash> map_;
};

template <class Table>
void fill(Table& table, std::uint64_t count) {
  for (std::uint64_t i = 0; i < count; ++i) table.make_reachable(address(i), mac(i));
}

// --- what is measured ---

template <class Table, bool There>
void find(benchmark::State& state) {
  const auto count = static_cast<std::uint64_t>(state.range(0));
  Table table;
  fill(table, count);
  const std::vector<IpAddress> wanted = shuffled(There ? 0 : count, count, address);
  std::size_t next = 0;
  std::uint64_t found = 0;
  for (auto _ : state) {
    if (const auto its_mac = table.find(wanted[next])) found += its_mac->octets[5] | 1U;
    if (++next == wanted.size()) next = 0;
  }
  if ((found != 0) != There) state.SkipWithError("the wrong addresses were found");
}

void per_entry(benchmark::State& state) {
  state.counters["seconds"] =
      Counter(static_cast<double>(state.range(0)), Counter::kIsIterationInvariantRate | Counter::kInvert);
}

template <class Table>
void insert(benchmark::State& state) {
  const std::vector<IpAddress> addresses = shuffled(0, static_cast<std::uint64_t>(state.range(0)), ipv4_address);
  for (auto _ : state) {
    state.PauseTiming();
    std::optional<Table> table(std::in_place);
    state.ResumeTiming();
    for (std::size_t i = 0; i < addresses.size(); ++i) table->learn(addresses[i], mac(i));
    state.PauseTiming();
    const std::size_t learned = table->size();
    table.reset();
    state.ResumeTiming();
    if (learned != addresses.size()) return state.SkipWithError("not everybody was learned");
  }
  per_entry(state);
}

void expire(benchmark::State& state) {
  const auto count = static_cast<std::uint64_t>(state.range(0));
  Cache cache;
  for (auto _ : state) {
    state.PauseTiming();
    fill(cache, count);
    cache.pass(std::chrono::seconds{30} + Duration{1});
    std::size_t expired = 0;
    state.ResumeTiming();
    while (cache.is_due()) {
      cache.on_deadline();
      expired += cache.expired();
    }
    if (expired != count) return state.SkipWithError("not everybody expired");
  }
  per_entry(state);
}

template <class Table>
void memory(benchmark::State& state) {
  const auto count = static_cast<std::uint64_t>(state.range(0));
  for (auto _ : state) {
    const std::size_t before = bench::allocated();
    Table table;
    std::size_t worst = 0;
    for (std::uint64_t i = 0; i < count; ++i) {
      table.make_reachable(address(i), mac(i));
      if (i > count / 2) worst = std::max(worst, (bench::allocated() - before) * count / (i + 1));
    }
    state.counters["octets"] = static_cast<double>(bench::allocated() - before) / static_cast<double>(count);
    state.counters["worst_octets"] = static_cast<double>(worst) / static_cast<double>(count);
  }
}

// The processor's time for each call, without what other programs had meanwhile.
class CallTimes {
 public:
  template <class Call>
  void measure(Call call) {
    const auto before = now();
    call();
    times_.push_back(now() - before);
  }
  void report(benchmark::State& state) {
    std::ranges::sort(times_);
    const auto of = [this](double part) { return times_[static_cast<std::size_t>(part * double(times_.size() - 1))]; };
    state.counters["median_us"] = of(0.5);
    state.counters["p999_us"] = of(0.999);
    state.counters["max_us"] = of(1);
    state.counters["calls"] = static_cast<double>(times_.size());
  }

 private:
  static double now() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_nsec) / 1e3;
  }
  std::vector<double> times_;
};

void longest_insert(benchmark::State& state) {
  const auto count = static_cast<std::uint64_t>(state.range(0));
  for (auto _ : state) {
    Cache cache;
    CallTimes times;
    for (std::uint64_t i = 0; i < count; ++i) times.measure([&] { cache.learn(ipv4_address(i), mac(i)); });
    times.report(state);
  }
}

void longest_expiry(benchmark::State& state) {
  const auto count = static_cast<std::uint64_t>(state.range(0));
  for (auto _ : state) {
    Cache cache;
    fill(cache, count);
    cache.pass(std::chrono::seconds{30} + Duration{1});
    CallTimes times;
    while (cache.is_due()) times.measure([&] { cache.on_deadline(); });
    times.report(state);
  }
}

void sizes(benchmark::internal::Benchmark* it) { it->Arg(1000)->Arg(10'000)->Arg(100'000)->Arg(1'000'000); }

BENCHMARK(find<Cache, true>)->Name("find/cache")->Apply(sizes);
BENCHMARK(find<AbslMap, true>)->Name("find/absl")->Apply(sizes);
BENCHMARK(find<Cache, false>)->Name("miss/cache")->Apply(sizes);
BENCHMARK(find<AbslMap, false>)->Name("miss/absl")->Apply(sizes);
BENCHMARK(insert<Cache>)->Name("insert/cache")->Apply(sizes);
BENCHMARK(insert<AbslMap>)->Name("insert/absl")->Apply(sizes);
BENCHMARK(expire)->Name("expire/cache")->Apply(sizes);
BENCHMARK(memory<Cache>)->Name("memory/cache")->Apply(sizes)->Iterations(1);
BENCHMARK(memory<AbslMap>)->Name("memory/absl")->Apply(sizes)->Iterations(1);
BENCHMARK(longest_insert)->Name("longest/insert")->Arg(1'000'000)->Iterations(1);
BENCHMARK(longest_expiry)->Name("longest/expiry")->Arg(1'000'000)->Iterations(1);

}  // namespace
