// SPDX-License-Identifier: Apache-2.0
#include "tests/nud/kernel_gc_settings.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "onlink/base/prefix.hpp"
#include "onlink/kernel/neighbor_edit.hpp"
#include "onlink/kernel/neighbor_tables.hpp"
#include "onlink/kernel/sysctl.hpp"
#include "tests/nud/kernel_lan.hpp"

namespace onlink::differential {
namespace {

using Settings = std::vector<std::pair<std::string, std::string>>;

Settings remember() {
  constexpr std::array deprecated{"base_reachable_time", "retrans_time", "unres_qlen"};  // other rows are the same
  Settings settings;
  for (const std::string folder : {"net/ipv4/neigh/default", "net/ipv6/neigh/default"}) {
    std::error_code none;
    for (const auto& file : std::filesystem::directory_iterator("/proc/sys/" + folder, none)) {
      const std::string name = file.path().filename();
      if (std::ranges::find(deprecated, name) != deprecated.end()) continue;
      const std::string key = folder + "/" + name;
      settings.emplace_back(key, must(kernel::read_sysctl(key)));
    }
  }
  return settings;
}

// gc_thresh3 and its like are no more than numbers to the kernel: the order does not matter.
// Entries that count against the limits and are not ours, found by trying how many of ours fit: the kernel does not
// tell the number, and it is not that of the entries that there are (gc_entries, net/core/neighbour.c, drifts upwards
// over time).
std::uint64_t count_others(KernelLan& lan, Family family) {
  constexpr std::uint64_t room = 40;
  const std::string folder = family == Family::ipv4 ? "net/ipv4/neigh/default/" : "net/ipv6/neigh/default/";
  std::uint64_t listed = 0;
  for (const kernel::NeighborTableState& table : must(kernel::neighbor_tables(lan.netlink()))) {
    if (table.family == family) listed = table.entries;
  }
  const std::uint64_t limit = listed + room;
  lan.write_sysctl(folder + "gc_thresh2", std::to_string(limit));
  lan.write_sysctl(folder + "gc_thresh3", std::to_string(limit));
  const IpAddress first = family == Family::ipv4 ? IpAddress(Ipv4Address::of(10, 255, 0, 1))
                                                 : IpAddress(link_local_address(station_mac('Y')));
  std::uint64_t fitting = 0;
  for (; fitting < limit; ++fitting) {
    const kernel::NeighborEdit entry{.interface = lan.index_of(1),
                                     .address = advance(first, fitting),
                                     .mac = HardwareAddress(peer_mac),
                                     .state = NudState::stale};
    if (!kernel::add_neighbor(lan.netlink(), entry)) break;
  }
  for (std::uint64_t i = 0; i < fitting; ++i) {
    must(kernel::delete_neighbor(lan.netlink(), lan.index_of(1), advance(first, i)));
  }
  return limit - fitting;
}

void await_rest(kernel::Netlink& netlink) {
  constexpr auto quiet = std::chrono::milliseconds{500};
  constexpr auto since_collection = std::chrono::milliseconds{5100};
  constexpr auto patience = std::chrono::seconds{20};
  const auto deadline = std::chrono::steady_clock::now() + patience;
  for (std::uint64_t before = ~std::uint64_t{};;) {
    const auto tables = must(kernel::neighbor_tables(netlink));
    std::uint64_t entries = 0;
    bool rested = true;
    for (const kernel::NeighborTableState& table : tables) {
      entries += table.entries;
      rested = rested && table.last_flush >= since_collection;
    }
    if (rested && entries == before) return;
    if (std::chrono::steady_clock::now() > deadline) throw std::runtime_error("others use the neighbour table");
    before = entries;
    std::this_thread::sleep_for(quiet);
  }
}

[[noreturn]] void keep(int lifeline, const Settings& settings) {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE}) ::signal(signal, SIG_IGN);
  char end = 0;
  while (::read(lifeline, &end, 1) < 0 && errno == EINTR) {
  }
  bool restored = true;
  for (const auto& [key, value] : settings) {
    if (kernel::read_sysctl(key) == value) continue;
    restored = kernel::write_sysctl(key, value).has_value() && restored;
  }
  ::_exit(restored ? 0 : 1);
}

}  // namespace

// Who waits to be alone holds the gate, so that no new run comes in between for ever.
TableLock::TableLock(bool alone) {
  const auto lock = [alone](const char* path) {
    kernel::FileDescriptor file(::open(path, O_RDONLY | O_CREAT | O_CLOEXEC, 0644));
    if (!file) file.reset(::open(path, O_RDONLY | O_CLOEXEC));  // another user's
    while (file && ::flock(file.fd(), alone ? LOCK_EX : LOCK_SH) != 0 && errno == EINTR) {
    }
    return file;
  };
  kernel::FileDescriptor gate = lock("/run/lock/onlink-neighbor-table.gate");
  file_ = lock("/run/lock/onlink-neighbor-table");
  if (alone) gate_ = std::move(gate);
}

GcSettingsGuard::GcSettingsGuard() {
  const Settings settings = remember();
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("create pipe");
  const kernel::FileDescriptor lifeline(ends[0]);
  lifeline_.reset(ends[1]);
  keeper_ = ::fork();
  if (keeper_ < 0) throw std::runtime_error("create process");
  if (keeper_ > 0) return;
  lifeline_.reset();
  ::setsid();
  keep(lifeline.fd(), settings);
}

GcSettingsGuard::~GcSettingsGuard() {
  lifeline_.reset();
  int status = 0;
  while (::waitpid(keeper_, &status, 0) < 0 && errno == EINTR) {
  }
}

GcThresholds::GcThresholds(KernelLan& lan, const Scenario& scenario) {
  await_rest(lan.netlink());
  const bool writes = std::ranges::any_of(scenario.setup, [](const Step& step) {
    const auto* sysctl = std::get_if<SysctlStep>(&step.action);
    return sysctl != nullptr && sysctl->path.find("/default/gc_thresh") != sysctl->path.npos;
  });
  if (!writes) return;
  // Neighbours are added to links that are up only.
  lan.bring_up();
  (scenario.ipv4 ? others_ipv4_ : others_ipv6_) = count_others(lan, scenario.ipv4 ? Family::ipv4 : Family::ipv6);
  await_rest(lan.netlink());
}

std::string GcThresholds::value_for(const std::string& path, const std::string& value) const {
  if (path.find("/default/gc_thresh") == path.npos) return value;
  const std::uint64_t others = path.starts_with("net/ipv4/") ? others_ipv4_ : others_ipv6_;
  return std::to_string(std::stoull(value) + others);
}

bool writes_reachable_time(const Scenario& scenario) {
  return std::ranges::any_of(scenario.steps, [](const Step& step) {
    const auto* sysctl = std::get_if<SysctlStep>(&step.action);
    return sysctl != nullptr && sysctl->path.find("base_reachable_time") != sysctl->path.npos;
  });
}

}  // namespace onlink::differential
