// SPDX-License-Identifier: Apache-2.0
// What every kind of NA and ARP packet makes of an entry in every state, as Linux 6.18 was seen to do it: the tables of
// RFC 4861 section 7.2.5 and of RFC 826, cell by cell.
#include <gtest/gtest.h>

#include <array>
#include <cctype>
#include <string>

#include "onlink/engine/neighbor_cache.hpp"
#include "tests/support/cache_running.hpp"

namespace onlink {
namespace {

using namespace test;

enum class Told : std::uint8_t { same, other, nothing };  // the link-layer address of the NA

// A cell: the state afterwards and whose MAC it has; "=" is no change.
struct Cell {
  NudState state = NudState::none;
  bool new_mac = false;
  bool operator==(const Cell&) const = default;
};

// "=", "REACHABLE", "REACHABLE new".
Cell cell(std::string_view text, NudState before) {
  Cell cell{.state = before};
  if (text == "=") return cell;
  cell.new_mac = text.ends_with(" new");
  const std::string_view name = text.substr(0, text.find(' '));
  for (const NudState state : {NudState::reachable, NudState::stale, NudState::delay}) {
    std::string upper{to_string(state)};
    for (char& c : upper) c = static_cast<char>(std::toupper(c));
    if (upper == name) cell.state = state;
  }
  return cell;
}

// --- NA: 8 states x S x O x {same, other, no} MAC ---

constexpr NudState na_states[] = {NudState::none,  NudState::incomplete, NudState::reachable, NudState::stale,
                                  NudState::delay, NudState::probe,      NudState::failed,    NudState::permanent};
struct NaRow {
  bool solicited;
  bool override_flag;
  Told told;
  std::array<const char*, 8> after;  // in the order of na_states
};
// Of an entry that is not yet resolved any MAC is new. What waited for it is sent through STALE at once: DELAY (D5).
constexpr NaRow na_rows[] = {
    {true, true, Told::same, {"=", "REACHABLE", "=", "REACHABLE", "REACHABLE", "REACHABLE", "=", "="}},
    {true, false, Told::same, {"=", "REACHABLE", "=", "REACHABLE", "REACHABLE", "REACHABLE", "=", "="}},
    {true, true, Told::nothing, {"=", "=", "=", "REACHABLE", "REACHABLE", "REACHABLE", "=", "="}},
    {true, false, Told::nothing, {"=", "=", "=", "REACHABLE", "REACHABLE", "REACHABLE", "=", "="}},
    {true,
     true,
     Told::other,
     {"=", "REACHABLE new", "REACHABLE new", "REACHABLE new", "REACHABLE new", "REACHABLE new", "=", "="}},
    {true, false, Told::other, {"=", "REACHABLE new", "STALE", "=", "=", "=", "=", "="}},
    {false, true, Told::same, {"=", "DELAY", "=", "=", "=", "=", "=", "="}},
    {false, false, Told::same, {"=", "DELAY", "=", "=", "=", "=", "=", "="}},
    {false, true, Told::nothing, {"=", "=", "=", "=", "=", "=", "=", "="}},
    {false, false, Told::nothing, {"=", "=", "=", "=", "=", "=", "=", "="}},
    {false, true, Told::other, {"=", "DELAY new", "STALE new", "STALE new", "STALE new", "STALE new", "=", "="}},
    {false, false, Told::other, {"=", "DELAY new", "STALE", "=", "=", "=", "=", "="}},
};

TEST(NeighborCacheMatrix, EveryAdvertisementInEveryState) {
  const IpAddress b6 = ip("2001:db8::2");
  for (const NaRow& row : na_rows) {
    for (std::size_t i = 0; i < std::size(na_states); ++i) {
      Caching run;
      run.prepare(b6, na_states[i]);
      const auto mac = row.told == Told::nothing ? std::nullopt : std::optional{row.told == Told::same ? mac_b : mac_c};
      run.hear(NaSent{.solicited = row.solicited, .override_flag = row.override_flag, .mac = mac});
      const Cell after{.state = run.state(b6), .new_mac = run.mac(b6) == mac_c};
      EXPECT_EQ(after, cell(row.after[i], na_states[i]))
          << to_string(na_states[i]) << " S=" << row.solicited << " O=" << row.override_flag
          << (row.told == Told::same    ? " same"
              : row.told == Told::other ? " other"
                                        : " no")
          << " MAC gave " << to_string(run.state(b6)) << (after.new_mac ? " with the new MAC" : "");
      const bool resolved = na_states[i] == NudState::incomplete && run.state(b6) != NudState::incomplete;
      EXPECT_EQ(run.sent(), resolved ? 1U : 0U);
    }
  }
}

// D4: what is refused is a confirmation nevertheless, and DELAY ends as it does with one; by our rule it does not.
TEST(NeighborCacheMatrix, AnAnswerWithAnotherMacConfirmsTheOldOneInDelay) {
  const IpAddress b6 = ip("2001:db8::2");
  for (const bool doubt : {false, true}) {
    NeighborRules rules = NeighborRules::linux_compatible();
    rules.set(NeighborRule::doubt_confirms_nothing, doubt);
    Caching run{cache_config(rules)};
    run.prepare(b6, NudState::delay);
    run.hear(NaSent{.override_flag = false, .mac = mac_c});
    run.pass(5s);
    EXPECT_EQ(run.state(b6), doubt ? NudState::probe : NudState::reachable);
    EXPECT_EQ(run.mac(b6), mac_b);
  }
}

// --- ARP: states x packet x {same, other} MAC x {locked, unlocked} ---

constexpr NudState arp_states[] = {NudState::none,  NudState::incomplete, NudState::reachable, NudState::stale,
                                   NudState::delay, NudState::probe,      NudState::failed,    NudState::permanent};

enum class Kind : std::uint8_t {
  unicast_reply,
  broadcast_reply,
  gratuitous_request,
  gratuitous_reply,        // target hardware address = sender's
  gratuitous_reply_to_ff,  // no gratuitous one for Linux
  request_for_us,
  request_for_another,
  probe_for_another,
};

ArpSent arp_of(Kind kind, const MacAddress& mac) {
  ArpSent sent{.sender_mac = mac, .destination = broadcast_mac};
  const bool reply = kind == Kind::unicast_reply || kind == Kind::broadcast_reply || kind == Kind::gratuitous_reply ||
                     kind == Kind::gratuitous_reply_to_ff;
  sent.operation = reply ? ArpOperation::reply : ArpOperation::request;
  if (kind == Kind::unicast_reply) sent.destination = own_mac;
  if (kind == Kind::gratuitous_request || kind == Kind::gratuitous_reply || kind == Kind::gratuitous_reply_to_ff) {
    sent.target_address = target;
    sent.target_mac = kind == Kind::gratuitous_reply ? mac : broadcast_mac;
  }
  if (kind == Kind::request_for_another) sent.target_address = v4("10.0.0.3");
  if (kind == Kind::probe_for_another) {
    sent.sender = {};
    sent.target_address = target;
  }
  return sent;
}

struct ArpRow {
  Kind kind;
  Told told;
  bool locked;
  std::array<const char*, 8> after;  // in the order of arp_states
};
constexpr std::array<const char*, 8> unchanged = {"=", "=", "=", "=", "=", "=", "=", "="};
constexpr std::array<const char*, 8> hint = {"=", "DELAY", "=", "=", "=", "=", "STALE", "="};
constexpr std::array<const char*, 8> takeover = {"=",         "DELAY new", "STALE new", "STALE new",
                                                 "STALE new", "STALE new", "STALE new", "="};
constexpr std::array<const char*, 8> locked_out = {"=", "DELAY new", "=", "=", "=", "=", "STALE new", "="};
constexpr ArpRow arp_rows[] = {
    {Kind::unicast_reply,
     Told::same,
     false,
     {"=", "REACHABLE", "=", "REACHABLE", "REACHABLE", "REACHABLE", "REACHABLE", "="}},
    {Kind::unicast_reply,
     Told::other,
     false,
     {"=", "REACHABLE new", "REACHABLE new", "REACHABLE new", "REACHABLE new", "REACHABLE new", "REACHABLE new", "="}},
    {Kind::unicast_reply, Told::other, true, {"=", "REACHABLE new", "=", "=", "=", "=", "REACHABLE new", "="}},
    {Kind::broadcast_reply, Told::same, false, hint},
    {Kind::broadcast_reply, Told::other, false, takeover},
    {Kind::broadcast_reply, Told::other, true, locked_out},
    {Kind::gratuitous_request, Told::same, false, hint},
    {Kind::gratuitous_request, Told::other, false, takeover},
    {Kind::gratuitous_request, Told::other, true, takeover},
    {Kind::gratuitous_reply, Told::same, false, hint},
    {Kind::gratuitous_reply, Told::other, true, takeover},
    {Kind::gratuitous_reply_to_ff, Told::same, false, hint},
    {Kind::gratuitous_reply_to_ff, Told::other, false, takeover},
    {Kind::gratuitous_reply_to_ff, Told::other, true, locked_out},
    {Kind::request_for_us, Told::same, false, {"STALE", "DELAY", "=", "=", "=", "=", "STALE", "="}},
    {Kind::request_for_us,
     Told::other,
     true,
     {"STALE new", "DELAY new", "STALE new", "STALE new", "STALE new", "STALE new", "STALE new", "="}},
    {Kind::request_for_another, Told::same, false, hint},
    {Kind::request_for_another, Told::other, false, takeover},
    {Kind::request_for_another, Told::other, true, locked_out},
    {Kind::probe_for_another, Told::other, false, unchanged},
};

TEST(NeighborCacheMatrix, EveryArpPacketInEveryState) {
  const IpAddress b4{target};
  for (const ArpRow& row : arp_rows) {
    for (std::size_t i = 0; i < std::size(arp_states); ++i) {
      NeighborCacheConfig config = cache_config();
      // DELAY and PROBE were entered just now and are locked; the others have been as they are for two seconds.
      if (row.locked) config.parameters.ipv4.locktime = 1h;
      if (!row.locked) config.parameters.ipv4.locktime = {};
      Caching run{config};
      run.prepare(b4, arp_states[i]);
      run.pass(1ms);
      run.hear(arp_of(row.kind, row.told == Told::same ? mac_b : mac_c));
      const Cell after{.state = run.state(b4), .new_mac = run.mac(b4) == mac_c};
      EXPECT_EQ(after, cell(row.after[i], arp_states[i]))
          << to_string(arp_states[i]) << " packet " << int{static_cast<std::uint8_t>(row.kind)}
          << (row.told == Told::same ? " same" : " other") << (row.locked ? " locked" : " unlocked") << " gave "
          << to_string(run.state(b4)) << (after.new_mac ? " with the new MAC" : "");
    }
  }
}

// The reply comes back to where the question came from, whatever the entry says.
TEST(NeighborCacheMatrix, ARequestForUsIsAnsweredInEveryState) {
  for (const NudState state : arp_states) {
    Caching run;
    run.prepare(IpAddress{target}, state);
    run.hear(arp_of(Kind::request_for_us, mac_c));
    const std::size_t flushed = state == NudState::incomplete ? 1 : 0;
    ASSERT_EQ(run.sent(), 1U + flushed) << to_string(state);
    EXPECT_EQ(run.frame(flushed).ethernet.destination, mac_c) << to_string(state);
  }
}

}  // namespace
}  // namespace onlink
