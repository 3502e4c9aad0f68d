// SPDX-License-Identifier: Apache-2.0
// Tells a link, unasked, where addresses are: gratuitous ARP in every form that is in use (RFC 5227 section 2.3, RFC
// 826), unsolicited Neighbor Advertisements (RFC 4861 section 7.2.6), and RARP requests that name a MAC and no address,
// by which hypervisors teach switches where a machine has moved. What each makes of a neighbour is in docs/announce.md.
//
// An announcement is not a claim: nobody is asked first, and nothing is defended (that is Claimer). Who contradicts
// while the announcing lasts is reported all the same.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "onlink/engine/engine.hpp"
#include "onlink/wire/ethernet.hpp"

namespace onlink::inline v0 {

inline constexpr std::uint32_t announce_num = 2;                        // RFC 5227 section 1.1
inline constexpr Duration announce_interval = std::chrono::seconds{2};  // likewise
inline constexpr std::uint32_t max_neighbor_advertisement = 3;          // RFC 4861 section 10
inline constexpr Duration retrans_timer = std::chrono::seconds{1};      // likewise; between two of them at least

// One thing to say. REQUIRES: `form` suits the address: advertisement for IPv6, rarp for none, any other for IPv4.
struct Announcement {
  AnnounceForm form = AnnounceForm::request;
  std::optional<IpAddress> address{};
  MacAddress mac{};                    // where the address is
  std::optional<MacAddress> source{};  // of the frame, which switches learn from; none: `mac`
  VlanStack vlans{};
  bool router = false;        // NA: R flag. A router that is announced without it is no neighbour's router any more
  bool override_flag = true;  // NA: O flag. Without it an entry with another MAC only turns STALE
};

// Appends its frame: ARP and RARP broadcast, 42 octets and the tags, with `pad` at least 60; an advertisement to
// ff02::1 from the address itself, with the target link-layer address: 86 octets and the tags.
void append_announcement(const Announcement& announcement, bool pad, FrameBatch& frames);

struct AnnouncerConfig {
  std::vector<Announcement> announcements{};
  std::uint32_t count = announce_num;     // rounds, each of all announcements in order; 0: for ever
  Duration interval = announce_interval;  // from the start of the first round to that of the second
  Duration step{};                        // each interval is longer than the one before by this, as QEMU has it
  Duration longest = longest_duration;    // but no longer than this
  Duration gap{};                         // between two frames of a round, so that thousands are no burst
  bool pad = true;                        // ARP frames to 60 octets, with zeros
  std::vector<MacAddress> own_macs{};     // of this host: they contradict nobody
};

class Announcer {
 public:
  // The first round is due at `start`.
  Announcer(AnnouncerConfig config, Instant start);

  // Announced of each frame. Of who uses an announced address from another MAC than the announced one: Answered, once
  // for each MAC.
  void on_packet(Instant now, const Packet& packet, Output& output);
  void on_deadline(Instant now, Output& output);
  [[nodiscard]] std::optional<Instant> next_deadline() const noexcept { return deadline_; }  // none: all is said

  // MACs kept for one address; further ones are not told.
  static constexpr std::size_t max_rivals = 16;

 private:
  void say_next(Instant now, Output& output);
  [[nodiscard]] Duration pause_after(std::uint32_t round) const noexcept;
  [[nodiscard]] bool is_known(const IpAddress& address, const VlanStack& vlans, const MacAddress& mac) const noexcept;

  AnnouncerConfig config_;
  std::optional<Instant> deadline_;
  Instant round_start_{};
  std::uint32_t round_ = 0;  // the one under way, from 1
  std::size_t next_ = 0;     // of the announcements in it
  std::unordered_multimap<IpAddress, std::size_t> index_;
  std::unordered_map<IpAddress, std::vector<MacAddress>> rivals_;
};

static_assert(Engine<Announcer>);

}  // namespace onlink::inline v0
