// SPDX-License-Identifier: Apache-2.0
// The machine's words in print.
#include "onlink/engine/nud.hpp"

#include <array>
#include <bit>

namespace onlink::inline v0 {
namespace {

struct Word {
  std::string_view name;
  std::string_view meaning;
};

// In the order of NudEvent.
constexpr std::array<Word, nud_event_count> event_words = {{
    {"send", "a packet is to be sent"},
    {"send-hopeless", "a packet is to be sent, and mcast_solicit and app_solicit are 0"},
    {"use", "as if a packet were sent, without one: NTF_USE, NTF_MANAGED"},
    {"use-hopeless", "likewise, and mcast_solicit and app_solicit are 0"},
    {"answer-same", "it answered from the MAC that is known"},
    {"answer-new", "it answered from another MAC, which takes the place of the one that is known, or the first one"},
    {"answer-doubted", "it answered from another MAC, which raises doubts only: an NA with S = 1, O = 0"},
    {"answer-refused", "it answered from another MAC, too soon after the last change (locktime)"},
    {"hint-same", "it was heard of with the MAC that is known, or without one"},
    {"hint-new", "it was heard of with another MAC, which takes the place of the one that is known, or the first one"},
    {"hint-doubted", "it was heard of with another MAC, which raises doubts only: an NA with S = 0, O = 0"},
    {"hint-refused",
     "it was heard of with another MAC too soon after the last change, or without one while none is known"},
    {"confirm", "an upper layer makes progress with it"},
    {"deadline-confirmed", "time is up, and the neighbour was confirmed meanwhile"},
    {"deadline-used", "time is up, and a packet was sent less than delay_first_probe_time ago"},
    {"deadline", "time is up"},
    {"exhausted", "time is up, and so are the solicitations"},
    {"exhausted-validated", "likewise, of an entry that somebody else validates"},
    {"set-none", "by hand: nud none"},
    {"set-incomplete", "by hand: nud incomplete"},
    {"set-failed", "by hand: nud failed"},
    {"set-reachable-same", "by hand: nud reachable, with the MAC that is known or none"},
    {"set-reachable-new", "by hand: nud reachable, with another MAC"},
    {"set-stale-same", "by hand: nud stale, with the MAC that is known or none"},
    {"set-stale-new", "by hand: nud stale, with another MAC"},
    {"set-delay-same", "by hand: nud delay, with the MAC that is known or none"},
    {"set-delay-new", "by hand: nud delay, with another MAC"},
    {"set-probe-same", "by hand: nud probe, with the MAC that is known or none"},
    {"set-probe-new", "by hand: nud probe, with another MAC"},
    {"set-noarp-same", "by hand: nud noarp, with the MAC that is known or none"},
    {"set-noarp-new", "by hand: nud noarp, with another MAC"},
    {"set-permanent-same", "by hand: nud permanent, with the MAC that is known or none"},
    {"set-permanent-new", "by hand: nud permanent, with another MAC"},
    {"remove", "by hand: deleted"},
    {"carrier-lost", "the link lost its carrier, and evicts"},
    {"link-flushed", "the link went down, has another MAC, was switched to or from ARP, or lost its last address"},
    {"collect", "periodic garbage collection comes by"},
    {"collect-idle", "likewise, and for gc_stale_time it was neither used nor confirmed"},
    {"evict", "another entry needs the room (gc_thresh2, gc_thresh3)"},
    {"evict-old", "likewise, and nothing changed in it for 5 s, or it is a group's"},
}};

// In the order of NudAction.
constexpr std::array<Word, nud_action_count> action_words = {{
    {"store-address", "the MAC becomes the one that was told"},
    {"set-confirmed", "confirmed = now"},
    {"forget-confirmed", "confirmed = now - 2 x base_reachable_time"},
    {"touch-used", "used = now"},
    {"touch-updated", "updated = now"},
    {"set-router", "the router flag becomes what was told, if it was"},
    {"reset-probes", "probes = 0"},
    {"start-probes", "probes = ucast_solicit"},
    {"announce", "Linux tells its netlink listeners"},
    {"disarm", "no deadline"},
    {"arm-now", "deadline = now"},
    {"arm-retrans", "deadline = now + retrans_time"},
    {"arm-delay", "deadline = now + delay_first_probe_time"},
    {"arm-reachable", "deadline = now + reachable_time"},
    {"arm-confirmed", "deadline = confirmed + reachable_time"},
    {"enqueue", "the packet waits"},
    {"drop-packet", "the packet is dropped without an error"},
    {"solicit", "a solicitation leaves; probes += 1"},
    {"transmit", "the packet leaves"},
    {"flush-queue", "the packets that wait are sent, in order"},
    {"fail-queue", "the packets that wait fail with an error; res_failed += 1"},
    {"erase", "the entry goes"},
}};

constexpr const Word& word(NudEvent event) noexcept { return event_words[nud::index(event)]; }
constexpr const Word& word(NudAction action) noexcept {
  return action_words[static_cast<std::size_t>(std::countr_zero(static_cast<std::uint32_t>(action)))];
}
static_assert(word(NudEvent::evict_old).name == "evict-old" && word(NudEvent::remove).name == "remove" &&
              word(NudEvent::confirm).name == "confirm");
static_assert(word(NudAction::erase).name == "erase" && word(NudAction::disarm).name == "disarm");

}  // namespace

std::string_view to_string(NudEvent event) noexcept { return word(event).name; }
std::string_view meaning(NudEvent event) noexcept { return word(event).meaning; }
std::string_view to_string(NudAction action) noexcept { return word(action).name; }
std::string_view meaning(NudAction action) noexcept { return word(action).meaning; }

}  // namespace onlink::inline v0
