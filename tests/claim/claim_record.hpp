// SPDX-License-Identifier: Apache-2.0
// Many claims, one program each, made at the same time on one LAN and recorded together.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "tests/claim/lan_program.hpp"
#include "tests/claim/wire_recording.hpp"
#include "tests/netns/small_lan.hpp"

namespace onlink::inline v0::test {

inline constexpr MacAddress claimer_mac{{2, 0, 0, 0, 0, 0x0c}};
inline constexpr MacAddress rival_mac{{2, 0, 0, 0, 0, 0xbb}};

// Hosts that are asked to choose for themselves: one that gets what it wants, one that is refused again and again.
inline constexpr MacAddress chooser_mac{{2, 0, 0, 0, 0, 0x0d}};
inline constexpr MacAddress refused_mac{{2, 0, 0, 0, 0, 0x0e}};

// The claims, by their addresses.
constexpr Ipv4Address quiet_address(unsigned run) { return Ipv4Address::of(10, 0, 1, static_cast<std::uint8_t>(run)); }
inline constexpr unsigned quiet_runs = 5;

inline constexpr Ipv4Address answered_by_owner = Ipv4Address::of(10, 0, 2, 1);
inline constexpr Ipv4Address used_by_asker = Ipv4Address::of(10, 0, 2, 2);
inline constexpr Ipv4Address announced_by_owner = Ipv4Address::of(10, 0, 2, 3);
inline constexpr Ipv4Address probed_by_another = Ipv4Address::of(10, 0, 2, 4);
inline constexpr Ipv4Address looped_back = Ipv4Address::of(10, 0, 2, 5);
inline constexpr Ipv4Address merely_asked_for = Ipv4Address::of(10, 0, 2, 6);
inline constexpr Ipv4Address late_conflict = Ipv4Address::of(10, 0, 2, 7);
inline constexpr Ipv4Address never_defended = Ipv4Address::of(10, 0, 3, 1);
inline constexpr Ipv4Address defended_twice = Ipv4Address::of(10, 0, 3, 2);
inline constexpr Ipv4Address overrun = Ipv4Address::of(10, 0, 3, 3);
inline constexpr Ipv4Address always_defended = Ipv4Address::of(10, 0, 3, 4);
inline constexpr Ipv4Address checked_only = Ipv4Address::of(10, 0, 4, 1);

// Candidates that the host without luck probes for before the minute between attempts (RFC 5227 MAX_CONFLICTS).
inline constexpr unsigned refusals = 10;

struct Ended {
  ProgramResult result;
  bool by_itself = false;
};

class ClaimRecord {
 public:
  // Makes the claims, and returns when all is recorded.
  ClaimRecord();

  // Waits for the minute between attempts too, for which the tests that are run at each change have no time.
  static bool is_long();

  [[nodiscard]] const WireRecording& wire() const { return wire_; }
  [[nodiscard]] const Ended& program(const std::string& name) const { return ended_.at(name); }
  [[nodiscard]] const Ended& program(Ipv4Address address) const { return program(to_string(address)); }
  // When the rivals sent something about it, the first and later ones.
  [[nodiscard]] std::vector<Instant> moves(Ipv4Address about) const;
  // The first probe for each address that the host with that MAC chose.
  [[nodiscard]] std::vector<const WireFrame*> candidates_of(const MacAddress& mac) const;

 private:
  void start_all();
  void claim(Ipv4Address address, std::vector<std::string> options);
  void start(const std::string& name, const KernelHost& host, std::vector<std::string> words);

  SmallLan lan_;
  KernelHost& claimer_;
  KernelHost& chooser_;
  KernelHost& refused_;
  WireRecording wire_;
  std::map<std::string, LanProgram> programs_;
  std::map<std::string, Ended> ended_;
};

}  // namespace onlink::inline v0::test
