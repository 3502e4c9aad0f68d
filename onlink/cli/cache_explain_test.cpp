// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/cache_explain.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "onlink/cli/catalogue.hpp"

namespace onlink::inline v0::cli {
namespace {

using namespace std::chrono_literals;
using kernel::NeighborEntry;
using kernel::NeighborTableState;
using kernel::NeighborTimes;
using ::testing::HasSubstr;
using ::testing::Not;

const Ipv4Address host = parse_ipv4("192.0.2.9").value();

NeighborTimes defaults() {
  return {.interface = 2,
          .reachable_time = 33s,
          .base_reachable_time = 30s,
          .retrans_time = 1s,
          .gc_stale_time = 60s,
          .delay_first_probe_time = 5s,
          .proxy_delay = 800ms,
          .interval_probe_time = 5s,
          .ucast_solicit = 3,
          .mcast_solicit = 3};
}

NeighborTableState table(std::uint32_t entries = 14) {
  return {.entries = entries, .gc_thresh1 = 128, .gc_thresh2 = 512, .gc_thresh3 = 1024};
}

struct Case {
  std::string_view name;
  NeighborEntry entry;
  std::string_view english;
  std::string_view chinese;
  NeighborTimes times = defaults();
  NeighborTableState state = table();
};

const Case cases[] = {
    {"none",
     {.interface = 2, .address = host},
     "none: no MAC, and nobody was asked yet; the next packet asks anew at once: 3 broadcast requests, 1 s apart; kept "
     "while the table holds fewer than 128 entries (now 14)",
     "none：无 MAC，也尚未询问过；下一个报文会立即重新询问：3 次广播请求，间隔 1 秒；只要表中不足 128 "
     "项就一直保留（现有 14 项）"},
    {"incomplete",
     {.interface = 2, .address = host, .state = NudState::incomplete, .probes = 5, .ages = {.updated = 1800ms}},
     "incomplete: no MAC yet, packets wait; request 2 of 3 is out; fails in 1.2 s unless it answers, and the packets' "
     "senders are told \"no route to host\"",
     "incomplete：尚无 MAC，报文在排队；已发出第 2 次请求（共 3 次）；若无应答，1.2 "
     "秒后失败，并告知这些报文的发送者“没有到主机的路由”"},
    {"incomplete by hand",
     {.interface = 2, .address = host, .state = NudState::incomplete, .ages = {.updated = 1h}},
     "incomplete: no MAC; set so by hand: nothing is asked, and packets wait until it answers by chance",
     "incomplete：无 MAC；由人工置为此状态：不会发出询问，报文一直排队，除非碰巧收到应答"},
    {"reachable",
     {.interface = 2,
      .address = host,
      .state = NudState::reachable,
      .ages = {.confirmed = 12s, .used = 12s, .updated = 40s}},
     "reachable: usable at once; confirmed 12 s ago; becomes stale in about 21 s unless confirmed again (reachable "
     "time is 33 s, drawn between 15 s and 45 s)",
     "reachable：可立即使用；12 秒前得到确认；若不再得到确认，约 21 秒后变为 stale（可达时间为 33 秒，在 15 秒到 45 "
     "秒之间随机选定）"},
    {"reachable with an unknown draw",
     {.interface = 2, .address = host, .state = NudState::reachable, .ages = {.confirmed = 12s, .used = 12s}},
     "reachable: usable at once; confirmed 12 s ago; becomes stale in 3 s to 33 s unless confirmed again (reachable "
     "time is drawn between 15 s and 45 s)",
     "reachable：可立即使用；12 秒前得到确认；若不再得到确认，3 秒到 33 秒后变为 stale（可达时间在 15 秒到 45 "
     "秒之间随机选定）",
     [] {
       NeighborTimes unknown = defaults();
       unknown.reachable_time = {};
       return unknown;
     }()},
    {"reachable and just used",
     {.interface = 2, .address = host, .state = NudState::reachable, .ages = {.confirmed = 31s, .used = 1s}},
     "reachable: usable at once; confirmed 31 s ago; in about 2 s, unless confirmed again, goes on to delay: it will "
     "have been used within 5 s",
     "reachable：可立即使用；31 秒前得到确认；若不再得到确认，约 2 秒后直接进入 delay：届时距上次使用不足 5 秒"},
    {"reachable and due",
     {.interface = 2, .address = host, .state = NudState::reachable, .ages = {.confirmed = 35s, .used = 35s}},
     "reachable: usable at once; confirmed 35 s ago; becomes stale any moment unless confirmed again",
     "reachable：可立即使用；35 秒前得到确认；若不再得到确认，随时可能变为 stale"},
    {"stale",
     {.interface = 2, .address = host, .state = NudState::stale},
     "stale: usable at once; the next packet starts a 5 s wait, then 3 unicast probes, 1 s apart; kept while the table "
     "holds fewer than 128 entries (now 14)",
     "stale：可立即使用；下一个报文会启动 5 秒的等待，之后是 3 次单播探测，间隔 1 秒；只要表中不足 128 "
     "项就一直保留（现有 14 项）"},
    {"stale in a full table",
     {.interface = 2,
      .address = host,
      .state = NudState::stale,
      .ages = {.confirmed = 50s, .used = 20s, .updated = 20s}},
     "stale: usable at once; the next packet starts a 5 s wait, then 3 unicast probes, 1 s apart; may be collected in "
     "40 s, if unused until then",
     "stale：可立即使用；下一个报文会启动 5 秒的等待，之后是 3 次单播探测，间隔 1 秒；若此前一直未用，40 "
     "秒后可被回收",
     defaults(),
     table(128)},
    {"stale and managed, IPv6",
     {.interface = 2,
      .address = parse_ipv6("2001:db8::9").value(),
      .state = NudState::stale,
      .externally_learned = true,
      .managed = true},
     "stale: usable at once; the next packet starts a 2 s wait, then 1 unicast probe, 1 round of asking programs and 2 "
     "multicast solicitations, 0.3 s apart; the kernel itself starts that within 5 s; put there by a control plane: "
     "never collected",
     "stale：可立即使用；下一个报文会启动 2 秒的等待，之后是 1 次单播探测、1 轮询问用户态程序和2 次组播请求，间隔 "
     "0.3 秒；内核自己会在 5 秒内启动这一过程；由控制平面放入：不会被回收",
     [] {
       NeighborTimes times = defaults();
       times.delay_first_probe_time = 2s;
       times.retrans_time = 300ms;
       times.ucast_solicit = times.app_solicit = 1;
       times.mcast_resolicit = 2;
       return times;
     }()},
    {"delay",
     {.interface = 2,
      .address = host,
      .state = NudState::delay,
      .ages = {.confirmed = 60s, .used = 2100ms, .updated = 2100ms}},
     "delay: usable at once; waits 2.9 s more for a confirmation from above, a TCP acknowledgement for example, then 3 "
     "unicast probes, 1 s apart",
     "delay：可立即使用；再等 2.9 秒，看上层（例如 TCP 确认）能否证实可达，否则是 3 次单播探测，间隔 1 秒"},
    {"delay and confirmed",
     {.interface = 2,
      .address = host,
      .state = NudState::delay,
      .ages = {.confirmed = 1s, .used = 2100ms, .updated = 2100ms}},
     "delay: usable at once; confirmed 1 s ago, so it becomes reachable in 2.9 s",
     "delay：可立即使用；1 秒前已得到确认，因此 2.9 秒后变为 reachable"},
    {"probe",
     {.interface = 2,
      .address = host,
      .state = NudState::probe,
      .probes = 2,
      .ages = {.confirmed = 60s, .used = 2s, .updated = 1800ms}},
     "probe: still usable; probe 2 of 3 is out; fails in 1.2 s unless it answers",
     "probe：仍可使用；已发出第 2 次探测（共 3 次）；若无应答，1.2 秒后失败"},
    {"probe, set by hand a moment ago",
     {.interface = 2, .address = host, .state = NudState::probe, .ages = {.confirmed = 60s, .used = 2s}},
     "probe: still usable; the first of 3 probes leaves at once; fails in 3 s unless it answers",
     "probe：仍可使用；即将发出第一次探测（共 3 次）；若无应答，3 秒后失败"},
    {"probe of one that user space vouches for",
     {.interface = 2,
      .address = host,
      .state = NudState::probe,
      .externally_validated = true,
      .probes = 1,
      .ages = {.updated = 500ms}},
     "probe: still usable; probe 1 of 3 is out; becomes stale in 2.5 s unless it answers",
     "probe：仍可使用；已发出第 1 次探测（共 3 次）；若无应答，2.5 秒后变为 stale"},
    {"failed",
     {.interface = 2, .address = host, .state = NudState::failed, .probes = 6, .ages = {.updated = 12s}},
     "failed: not usable; nobody answered, 12 s ago, or it was set so by hand; the next packet asks anew at once: 3 "
     "broadcast requests, 1 s apart; kept while the table holds fewer than 128 entries (now 14)",
     "failed：不可用；12 秒前无人应答，或由人工置为此状态；下一个报文会立即重新询问：3 次广播请求，间隔 1 "
     "秒；只要表中不足 128 项就一直保留（现有 14 项）"},
    {"failed where nothing is asked",
     {.interface = 2, .address = host, .state = NudState::failed, .ages = {.updated = 12s}},
     "failed: not usable; nobody answered, 12 s ago, or it was set so by hand; packets to it are dropped without an "
     "error: mcast_solicit and app_solicit are 0; collected when the kernel next looks",
     "failed：不可用；12 秒前无人应答，或由人工置为此状态；发往它的报文会被丢弃且不报错：mcast_solicit 和 "
     "app_solicit 都是 0；内核下一次检查时就会回收",
     [] {
       NeighborTimes times = defaults();
       times.mcast_solicit = 0;
       return times;
     }(),
     table(200)},
    {"noarp",
     {.interface = 2, .address = host, .state = NudState::noarp, .ages = {.confirmed = 60s, .used = 61s}},
     "noarp: usable at once; nothing is resolved for it; collected when the kernel next looks",
     "noarp：可立即使用；不为它做地址解析；内核下一次检查时就会回收",
     defaults(),
     table(128)},
    {"a group",
     {.interface = 2, .address = parse_ipv4("224.0.0.1").value(), .state = NudState::noarp},
     "noarp: usable at once; the MAC of a group is computed from its address; kept while the table holds fewer than "
     "128 entries (now 14)",
     "noarp：可立即使用；组地址的 MAC 由地址直接算出；只要表中不足 128 项就一直保留（现有 14 项）"},
    {"permanent",
     {.interface = 2, .address = host, .state = NudState::permanent},
     "permanent: usable at once; set by hand, no packet changes it; stays until it is deleted, or the interface goes "
     "down or gets another MAC",
     "permanent：可立即使用；由人工设定，任何报文都不会改变它；一直保留，直到被删除、接口关闭或接口的 MAC 改变"},
    {"proxy",
     {.interface = 2, .address = host, .proxy = true},
     "proxy: requests for it are answered with our own MAC after up to 0.8 s, where this host forwards",
     "proxy：在本机开启转发时，我们以自己的 MAC 在最多 0.8 秒内代答对它的请求"},
    {"proxy, IPv6",
     {.interface = 2, .address = parse_ipv6("2001:db8::9").value(), .proxy = true},
     "proxy: solicitations for it are answered with our own MAC after up to 0.8 s, where forwarding and proxy_ndp are "
     "on",
     "proxy：在开启 forwarding 和 proxy_ndp 时，我们以自己的 MAC 在最多 0.8 秒内代答对它的请求"},
};

TEST(CacheExplain, SaysWhatEachStateMeansAndWhatComesNext) {
  for (const Case& c : cases) {
    EXPECT_EQ(explain(c.entry, c.times, c.state, Language::english), c.english) << c.name;
    EXPECT_EQ(explain(c.entry, c.times, c.state, Language::chinese), c.chinese) << c.name;
  }
}

TEST(CacheExplain, AnInterfaceHasItsOwnTimesAndAStrangerTheDefaults) {
  NeighborTimes quick = defaults();
  quick.delay_first_probe_time = 1s;
  const Explainer explainer{{quick}, {table()}};
  NeighborEntry entry{.interface = 2, .address = host, .state = NudState::stale};
  EXPECT_THAT(explainer.explain(entry, Language::english), HasSubstr("a 1 s wait"));
  entry.interface = 3;
  EXPECT_THAT(explainer.explain(entry, Language::english), HasSubstr("a 5 s wait"));
  entry.interface = 2;
  entry.address = parse_ipv6("fe80::9").value();
  EXPECT_THAT(explainer.explain(entry, Language::english), HasSubstr("a 5 s wait"));
  EXPECT_THAT(explainer.explain(entry, Language::english), Not(HasSubstr("now 14")));
}

}  // namespace
}  // namespace onlink::inline v0::cli
