// SPDX-License-Identifier: Apache-2.0
#include "onlink/engine/neighbor_rules.hpp"

namespace onlink::inline v0 {
namespace {

constexpr NeighborRuleInfo rules[] = {
    {.rule = NeighborRule::station_macs_only,
     .name = "station-macs-only",
     .linux_does = "A sender's MAC that is a group's, all zero or our own is learned, and answered to",
     .strict_does = "Such a packet changes nothing and is not answered",
     .reference = "RFC 1812 section 3.3.2, D14"},
    {.rule = NeighborRule::senders_on_link,
     .name = "senders-on-link",
     .linux_does = "Who asks for us gets an entry, wherever its address belongs",
     .strict_does = "Who asks from outside our networks is answered, and gets no entry",
     .reference = "nud.md 2.6"},
    {.rule = NeighborRule::incomplete_resolves,
     .name = "incomplete-resolves",
     .linux_does = "An entry set to INCOMPLETE by hand neither asks nor fails, and packets wait in it for ever",
     .strict_does = "It begins to resolve at once",
     .reference = "RFC 4861 section 7.2.2, nud.md 2.8"},
    {.rule = NeighborRule::confirmation_ends_probe,
     .name = "confirmation-ends-probe",
     .linux_does = "An upper layer's confirmation in PROBE is noted, and the entry goes on to FAILED",
     .strict_does = "It makes the entry REACHABLE",
     .reference = "RFC 4861 appendix C, D17"},
    {.rule = NeighborRule::doubt_confirms_nothing,
     .name = "doubt-confirms-nothing",
     .linux_does = "An answer from another MAC that is not believed confirms the one that is known",
     .strict_does = "It confirms nothing",
     .reference = "RFC 4861 section 7.2.5, D4"},
    {.rule = NeighborRule::unused_goes_stale,
     .name = "unused-goes-stale",
     .linux_does = "REACHABLE that ends shortly after a packet waited for it becomes DELAY, and tells nobody",
     .strict_does = "It becomes STALE, and DELAY with the next packet",
     .reference = "RFC 4861 section 7.3.2, D3"},
    {.rule = NeighborRule::refusal_leaves_nothing,
     .name = "refusal-leaves-nothing",
     .linux_does = "An addition that is refused for want of a MAC leaves an entry in NONE",
     .strict_does = "It leaves nothing",
     .reference = "neigh_add, nud.md 2.8"},
};

}  // namespace

std::span<const NeighborRuleInfo> neighbor_rules() noexcept { return rules; }

}  // namespace onlink::inline v0
