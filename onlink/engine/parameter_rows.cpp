// SPDX-License-Identifier: Apache-2.0
// The table of sysctls: nud.md's section 3 as data. Defaults are those of Linux 6.18 on Ethernet.
#include "onlink/engine/parameter_rows.hpp"

namespace onlink::inline v0 {
namespace {

using namespace parameter_rows;
using enum ParameterUnit;
using Neigh = NeighborParameters;
using Gc = NeighborGcParameters;
using Arp = ArpParameters;
using Ndp = NdpParameters;

// One of net/FAMILY/neigh/IFACE/.
template <Family family, Text Name, template <auto> class Field>
constexpr ParameterInfo neigh(ParameterUnit unit, const Words& words) {
  if constexpr (family == Family::ipv4) {
    constexpr std::string_view where = path<"net/ipv4/neigh/IFACE/", Name>();
    return row<Field<&LinkParameters::ipv4>>(where, unit, ParameterScope::interface, words);
  } else {
    constexpr std::string_view where = path<"net/ipv6/neigh/IFACE/", Name>();
    return row<Field<&LinkParameters::ipv6>>(where, unit, ParameterScope::interface, words);
  }
}

template <auto Member>
struct In {
  template <auto Group>
  using Milliseconds = TimeField<Group, Member, one_millisecond>;
  template <auto Group>
  using SomeMilliseconds = TimeField<Group, Member, one_millisecond, 1>;
  template <auto Group>
  using Seconds = TimeField<Group, Member, one_second>;
  template <auto Group>
  using Hundredths = TimeField<Group, Member, one_hundredth>;
  template <auto Group>
  using Jiffies = TimeField<Group, Member, one_second / jiffies_per_second>;
  template <auto Group>
  using Number = NumberField<Group, Member>;
};

template <Family family>
constexpr auto neigh_rows() {
  constexpr bool v4 = family == Family::ipv4;
  return std::array{
      neigh<family, "base_reachable_time_ms", In<&Neigh::base_reachable_time>::template Milliseconds>(
          milliseconds,
          {"30000",
           v4 ? "how long a confirmed neighbour counts as reachable, on average: 0.5 to 1.5 times this is drawn"
              : "how long a confirmed neighbour counts as reachable, on average: 0.5 to 1.5 times this is "
                "drawn; routers may set it"}),
      neigh<family, "retrans_time_ms", In<&Neigh::retrans_time>::template Milliseconds>(
          milliseconds, {"1000", v4 ? "time between two requests for one neighbour, at least 10 ms"
                                    : "time between two solicitations for one neighbour, at least 10 ms; routers may "
                                      "set it"}),
      neigh<family, "delay_first_probe_time", In<&Neigh::delay_first_probe_time>::template Seconds>(
          seconds, {"5", "how long a stale neighbour that is sent to may confirm by itself before it is probed"}),
      neigh<family, "ucast_solicit", In<&Neigh::ucast_solicit>::template Number>(
          count, {"3", "unicast probes of a neighbour that was known"}),
      neigh<family, "mcast_solicit", In<&Neigh::mcast_solicit>::template Number>(
          count, {"3", v4 ? "broadcast requests for a neighbour that is not known, before it counts as failed"
                          : "multicast solicitations for a neighbour that is not known, before it counts as failed"}),
      neigh<family, "mcast_resolicit", In<&Neigh::mcast_resolicit>::template Number>(
          count, {"0", v4 ? "broadcast requests after the unicast probes brought nothing"
                          : "multicast solicitations after the unicast probes brought nothing"}),
      neigh<family, "app_solicit", In<&Neigh::app_solicit>::template Number>(
          count, {"0", "rounds in which only a program is asked, by netlink, before anything is broadcast"}),
      neigh<family, "gc_stale_time", In<&Neigh::gc_stale_time>::template Seconds>(
          seconds, {"60", "an entry unused for this long may be collected, once the table holds gc_thresh1"}),
      neigh<family, "locktime", In<&Neigh::locktime>::template Hundredths>(
          hundredths, {v4 ? "100" : "0", v4 ? "no other MAC is taken within this after a change, unless announced"
                                            : "of no use in IPv6"}),
      neigh<family, "unres_qlen_bytes", In<&Neigh::unres_qlen_bytes>::template Number>(
          octets, {"212992", "memory for packets that wait for one neighbour's MAC; the oldest is dropped"}),
      neigh<family, "proxy_delay", In<&Neigh::proxy_delay>::template Hundredths>(
          hundredths, {"80", "an answer for another host waits for a random time up to this"}),
      neigh<family, "proxy_qlen", In<&Neigh::proxy_qlen>::template Number>(
          packets, {"64", "answers for other hosts that wait at a time; those beyond are dropped"}),
      neigh<family, "anycast_delay", In<&Neigh::anycast_delay>::template Hundredths>(
          hundredths, {"100", "meant for anycast addresses; the kernel uses proxy_delay for them"}),
      neigh<family, "interval_probe_time_ms", In<&Neigh::interval_probe_time>::template SomeMilliseconds>(
          milliseconds, {"5000", "how often a managed entry is resolved anew"}),
      neigh<family, "base_reachable_time", In<&Neigh::base_reachable_time>::template Seconds>(
          seconds, {"30", "base_reachable_time_ms in whole seconds", true}),
      v4 ? neigh<family, "retrans_time", In<&Neigh::retrans_time>::template Hundredths>(
               hundredths, {"100", "retrans_time_ms in 1/100 s", true})
         : neigh<family, "retrans_time", In<&Neigh::retrans_time>::template Jiffies>(
               jiffies,
               {"250", "retrans_time_ms in the kernel's ticks, whose length depends on how it was built", true}),
      neigh<family, "unres_qlen", PacketsField>(
          packets, {"101", "unres_qlen_bytes in packets of 2090 octets: small packets come in greater number", true}),
  };
}

// Of neigh/default, and there alone.
template <auto Group, Text Directory>
constexpr auto gc_rows() {
  constexpr ParameterScope table = ParameterScope::table;
  return std::array{
      row<NumberField<Group, &Gc::gc_thresh1>>(
          path<Directory, "gc_thresh1">(), count, table,
          {"128", "with fewer entries than this in the kernel's table nothing is ever collected"}),
      row<NumberField<Group, &Gc::gc_thresh2>>(
          path<Directory, "gc_thresh2">(), count, table,
          {"512", "with more entries than this a new one may cost an old one, every 5 s at most"}),
      row<NumberField<Group, &Gc::gc_thresh3>>(
          path<Directory, "gc_thresh3">(), count, table,
          {"1024", "no more entries than this: a new one needs an old one's place, or is refused"}),
      row<TimeField<Group, &Gc::gc_interval, one_second>>(
          path<Directory, "gc_interval">(), seconds, table,
          {"30", "of no effect: collection runs every half of default's base_reachable_time"}),
  };
}

// One of net/ipv4/conf/IFACE/ or net/ipv6/conf/IFACE/; Most: the greatest value with a meaning.
template <Text Name, auto Member, std::uint64_t Most = 1>
constexpr ParameterInfo arp(ParameterScope scope, const Words& words) {
  using Field = NumberField<&LinkParameters::arp, Member, Most>;
  return row<Field>(path<"net/ipv4/conf/IFACE/", Name>(), Most == 1 ? on_off : level, scope, words);
}
template <Text Name, auto Member, std::uint64_t Most = 1>
constexpr ParameterInfo ndp(ParameterScope scope, const Words& words) {
  using Field = NumberField<&LinkParameters::ndp, Member, Most>;
  return row<Field>(path<"net/ipv6/conf/IFACE/", Name>(), Most == 1 ? on_off : level, scope, words);
}

constexpr auto arp_rows() {
  using enum ParameterScope;
  return std::array{
      arp<"arp_ignore", &Arp::arp_ignore, 8>(
          all_max, {"0",
                    "which requests are answered: 0 for any local address, 1 for those of the interface, 2 and from "
                    "its subnet, 3 not for those of scope host, 8 none"}),
      arp<"arp_announce", &Arp::arp_announce, 2>(
          all_max, {"0",
                    "the sender address of requests: 0 any local one, 1 of the target's subnet if possible, 2 the "
                    "interface's best for the target"}),
      arp<"arp_filter", &Arp::arp_filter>(
          all_or, {"0", "answer only where the route back to the asker leaves by this interface"}),
      arp<"arp_accept", &Arp::arp_accept, 2>(
          all_max, {"0",
                    "make an entry from an announcement or unasked reply: 0 never, 1 always, 2 from a subnet of the "
                    "interface"}),
      arp<"arp_notify", &Arp::arp_notify>(all_max,
                                          {"0", "announce the addresses when the link comes up or its MAC changes"}),
      arp<"arp_evict_nocarrier", &Arp::arp_evict_nocarrier>(
          all_and, {"1", "forget the neighbours, but for permanent ones, when the carrier is lost"}),
      arp<"drop_gratuitous_arp", &Arp::drop_gratuitous_arp>(all_or, {"0", "ignore announcements (gratuitous ARP)"}),
      arp<"proxy_arp", &Arp::proxy_arp>(all_or,
                                        {"0", "answer for hosts that are behind another interface; needs forwarding"}),
      arp<"proxy_arp_pvlan", &Arp::proxy_arp_pvlan>(
          all_or, {"0", "answer for hosts behind this same interface too (private VLAN, RFC 3069)"}),
      row<void>(path<"net/ipv4/conf/IFACE/", "medium_id">(), count, interface,
                {"0", "interfaces of the same medium do not answer for each other's hosts: 0 its own, -1 unknown"}),
      arp<"route_localnet", &Arp::route_localnet>(all_or, {"0", "127.0.0.0/8 is not taken for a wrong address here"}),
      arp<"rp_filter", &Arp::rp_filter, 2>(
          all_max,
          {"0", "packets whose sender is routed elsewhere are dropped, ARP requests too: 0 no, 1 strict, 2 loose"}),
      arp<"forwarding", &Arp::forwarding>(interface, {"0", "pass packets on: this host is a router"}),
  };
}

constexpr auto ndp_rows() {
  using enum ParameterScope;
  return std::array{
      ndp<"accept_ra", &Ndp::accept_ra, 2>(interface,
                                           {"1", "believe Router Advertisements: 0 no, 1 unless forwarding, 2 always"}),
      ndp<"accept_redirects", &Ndp::accept_redirects>(interface, {"1", "believe Redirects"}),
      ndp<"accept_untracked_na", &Ndp::accept_untracked_na, 2>(
          interface, {"0",
                      "make an entry from an unasked advertisement, where forwarding: 0 never, 1 always, 2 from a "
                      "subnet of the interface"}),
      ndp<"drop_unsolicited_na", &Ndp::drop_unsolicited_na>(interface, {"0", "ignore unasked advertisements"}),
      ndp<"ndisc_notify", &Ndp::ndisc_notify>(
          all_or, {"0", "advertise the addresses when the link comes up or its MAC changes"}),
      ndp<"ndisc_evict_nocarrier", &Ndp::ndisc_evict_nocarrier>(
          all_and, {"1", "forget the neighbours, but for permanent ones, when the carrier is lost"}),
      ndp<"suppress_frag_ndisc", &Ndp::suppress_frag_ndisc>(interface,
                                                            {"1", "ignore Neighbor Discovery in fragments (RFC 6980)"}),
      ndp<"proxy_ndp", &Ndp::proxy_ndp>(all_or, {"0", "answer for the addresses of proxy entries; needs forwarding"}),
      ndp<"accept_dad", &Ndp::accept_dad, 2>(
          all_max, {"1",
                    "check new addresses for another owner: 0 no, 1 yes, 2 and no IPv6 here if the link-local one "
                    "has one"}),
      row<NumberField<&LinkParameters::ndp, &Ndp::dad_transmits>>(path<"net/ipv6/conf/IFACE/", "dad_transmits">(),
                                                                  count, interface,
                                                                  {"1", "probes for a new address before it is used"}),
      ndp<"enhanced_dad", &Ndp::enhanced_dad>(
          all_or, {"1", "probes carry a nonce, so that one's own looped back are no conflict (RFC 7527)"}),
      ndp<"optimistic_dad", &Ndp::optimistic_dad>(
          all_or, {"0", "new addresses of kind optimistic are used while they are checked (RFC 4429)"}),
      ndp<"use_optimistic", &Ndp::use_optimistic>(
          all_or, {"0", "an address that is being checked may be the source of connections"}),
      ndp<"forwarding", &Ndp::forwarding>(interface, {"0", "pass packets on: this host is a router"}),
      row<void>(path<"net/ipv6/conf/IFACE/", "force_tllao">(), on_off, interface,
                {"0", "advertisements carry our MAC even in answer to a unicast solicitation"}),
      row<void>(path<"net/ipv6/conf/IFACE/", "ndisc_tclass">(), count, interface,
                {"0", "traffic class of Neighbor Discovery packets"}),
      row<void>(path<"net/ipv6/conf/IFACE/", "router_solicitation_delay">(), seconds, interface,
                {"1", "before the first Router Solicitation"}),
  };
}

template <std::size_t... Sizes>
constexpr auto concatenate(const std::array<ParameterInfo, Sizes>&... parts) {
  std::array<ParameterInfo, (Sizes + ...)> all{};
  auto place = all.begin();
  ((place = std::copy(parts.begin(), parts.end(), place)), ...);
  return all;
}

constexpr auto table_rows =
    concatenate(neigh_rows<Family::ipv4>(), gc_rows<&LinkParameters::gc_ipv4, "net/ipv4/neigh/default/">(), arp_rows(),
                neigh_rows<Family::ipv6>(), gc_rows<&LinkParameters::gc_ipv6, "net/ipv6/neigh/default/">(), ndp_rows());

}  // namespace

std::span<const ParameterInfo> parameter_table() noexcept { return table_rows; }

}  // namespace onlink::inline v0
