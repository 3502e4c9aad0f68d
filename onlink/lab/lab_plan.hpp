// SPDX-License-Identifier: Apache-2.0
// A virtual LAN as its file describes it: hosts on one Ethernet segment, each with a MAC address, and what is odd about
// each. Values only; nothing runs yet.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "onlink/base/ip_address.hpp"
#include "onlink/base/mac_address.hpp"
#include "onlink/base/prefix.hpp"
#include "onlink/base/time.hpp"
#include "onlink/wire/ethernet.hpp"

namespace onlink::inline v0::lab {

enum class Role : std::uint8_t {
  host,
  router,  // forwards; answers, as the world behind it, for the networks that it reaches
  crowd,   // many addresses
};
[[nodiscard]] std::string_view to_string(Role role) noexcept;

// How a host comes by its address.
enum class Boot : std::uint8_t {
  configured,  // it has it from the start
  by_rarp,     // a machine without a disk: it asks the lab's RARP server, and has it once the lab is up
  by_hand,     // the same, but nobody has booted it yet: it has none
};

struct PlannedRoute {
  Prefix destination{};
  IpAddress gateway{};
  std::uint32_t metric = 0;

  bool operator==(const PlannedRoute&) const = default;
};

// What its answers suffer from. Any of these makes a host an engine of ours: a kernel answers at once and truly.
struct Faults {
  Duration delay{};
  Duration jitter{};     // up to this much more, uniformly
  double loss = 0;       // of each answer, as a probability
  double duplicate = 0;  // likewise: it comes twice
  double impostor = 0;   // fraction of its addresses that a second MAC address answers for too

  bool operator==(const Faults&) const = default;
};

struct PlannedHost {
  std::string name{};
  Role role = Role::host;
  MacAddress mac{};
  std::vector<Prefix> addresses{};     // with their networks' lengths
  std::vector<AddressRange> crowd{};   // Role::crowd: every address in these
  std::vector<Prefix> reaches{};       // Role::router
  std::vector<PlannedRoute> routes{};  // those of the file, else over every router of the host's networks
  Faults faults{};
  VlanStack vlans{};       // questions without these tags are not heard
  bool by_engine = false;  // answered by a VirtualHost, not by a kernel
  Boot boot = Boot::configured;
  bool serves_rarp = false;      // tells the hosts that boot their addresses
  bool mac_per_address = false;  // a crowd of many stations instead of one with many addresses
  std::uint64_t seed = 0;
  std::uint32_t line = 0;  // where the file describes it
};

struct LabPlan {
  std::string name{};
  std::string about{};
  std::vector<PlannedHost> hosts{};
  std::uint64_t fingerprint = 0;  // of the file's text: the same lab, or another of its name
  std::size_t asker = 0;          // index of the host on which `lab run` runs its command

  [[nodiscard]] const PlannedHost& asking_host() const { return hosts[asker]; }
};

// The addresses that no crowd may answer for: those of every host, and the broadcast addresses of their networks.
[[nodiscard]] std::vector<AddressRange> taken_addresses(const LabPlan& plan);

// FNV-1a, 64 bits.
[[nodiscard]] std::uint64_t hash_of(std::string_view text) noexcept;

// `range` without `holes`, in order.
[[nodiscard]] std::vector<AddressRange> without(const AddressRange& range, const std::vector<AddressRange>& holes);

// The fewest prefixes that cover exactly the range.
[[nodiscard]] std::vector<Prefix> to_prefixes(const AddressRange& range);

}  // namespace onlink::inline v0::lab
