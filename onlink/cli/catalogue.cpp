// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/catalogue.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace onlink::inline v0::cli {
namespace {

struct Entry {
  Message message;
  std::string_view english;
  std::string_view chinese;
};

constexpr Entry entries[] = {
    {Message::milliseconds, "{0} ms", "{0} 毫秒"},
    {Message::seconds, "{0} s", "{0} 秒"},
    {Message::minutes, "{0} min", "{0} 分钟"},
    {Message::hours, "{0} h", "{0} 小时"},
    {Message::days, "{0} days", "{0} 天"},
    {Message::clause_separator, "; ", "；"},
    {Message::list_separator, ", ", "、"},
    {Message::list_last, " and ", "和"},
    {Message::after_state, "{0}: ", "{0}："},

    {Message::unicast_probe, "{0} unicast probe", "{0} 次单播探测"},
    {Message::unicast_probes, "{0} unicast probes", "{0} 次单播探测"},
    {Message::broadcast_request, "{0} broadcast request", "{0} 次广播请求"},
    {Message::broadcast_requests, "{0} broadcast requests", "{0} 次广播请求"},
    {Message::multicast_solicitation, "{0} multicast solicitation", "{0} 次组播请求"},
    {Message::multicast_solicitations, "{0} multicast solicitations", "{0} 次组播请求"},
    {Message::program_round, "{0} round of asking programs", "{0} 轮询问用户态程序"},
    {Message::program_rounds, "{0} rounds of asking programs", "{0} 轮询问用户态程序"},
    {Message::nothing_asked, "failure without a question", "不再询问即告失败"},
    {Message::apart, "{0}, {1} apart", "{0}，间隔 {1}"},

    {Message::usable, "usable at once", "可立即使用"},
    {Message::still_usable, "still usable", "仍可使用"},
    {Message::stale_next, "the next packet starts a {0} wait, then {1}", "下一个报文会启动 {0}的等待，之后是 {1}"},
    {Message::stale_managed, "the kernel itself starts that within {0}", "内核自己会在 {0}内启动这一过程"},
    {Message::reachable_confirmed, "confirmed {0} ago", "{0}前得到确认"},
    {Message::reachable_until,
     "becomes stale in about {0} unless confirmed again (reachable time is {1}, drawn between {2} and {3})",
     "若不再得到确认，约 {0}后变为 stale（可达时间为 {1}，在 {2}到 {3}之间随机选定）"},
    {Message::reachable_range,
     "becomes stale in {0} to {1} unless confirmed again (reachable time is drawn between {2} and {3})",
     "若不再得到确认，{0}到 {1}后变为 stale（可达时间在 {2}到 {3}之间随机选定）"},
    {Message::reachable_due, "becomes stale any moment unless confirmed again", "若不再得到确认，随时可能变为 stale"},
    {Message::reachable_to_delay,
     "in about {0}, unless confirmed again, goes on to delay: it will have been used within {1}",
     "若不再得到确认，约 {0}后直接进入 delay：届时距上次使用不足 {1}"},
    {Message::delay_waits, "waits {0} more for a confirmation from above, a TCP acknowledgement for example, then {1}",
     "再等 {0}，看上层（例如 TCP 确认）能否证实可达，否则是 {1}"},
    {Message::delay_confirmed, "confirmed {0} ago, so it becomes reachable in {1}",
     "{0}前已得到确认，因此 {1}后变为 reachable"},
    {Message::probe_sent, "probe {0} of {1} is out", "已发出第 {0} 次探测（共 {1} 次）"},
    {Message::probe_due, "the first of {0} probes leaves at once", "即将发出第一次探测（共 {0} 次）"},
    {Message::probe_fails, "fails in {0} unless it answers", "若无应答，{0}后失败"},
    {Message::probe_spared, "becomes stale in {0} unless it answers", "若无应答，{0}后变为 stale"},
    {Message::incomplete_asked, "no MAC yet, packets wait; request {0} of {1} is out",
     "尚无 MAC，报文在排队；已发出第 {0} 次请求（共 {1} 次）"},
    {Message::incomplete_fails,
     "fails in {0} unless it answers, and the packets' senders are told \"no route to host\"",
     "若无应答，{0}后失败，并告知这些报文的发送者“没有到主机的路由”"},
    {Message::incomplete_by_hand,
     "no MAC; set so by hand: nothing is asked, and packets wait until it answers by chance",
     "无 MAC；由人工置为此状态：不会发出询问，报文一直排队，除非碰巧收到应答"},
    {Message::failed_since, "not usable; nobody answered, {0} ago, or it was set so by hand",
     "不可用；{0}前无人应答，或由人工置为此状态"},
    {Message::next_packet_asks, "the next packet asks anew at once: {0}", "下一个报文会立即重新询问：{0}"},
    {Message::next_packet_dropped, "packets to it are dropped without an error: mcast_solicit and app_solicit are 0",
     "发往它的报文会被丢弃且不报错：mcast_solicit 和 app_solicit 都是 0"},
    {Message::managed_asks, "the kernel itself asks again within {0}", "内核自己会在 {0}内再次询问"},
    {Message::none_yet, "no MAC, and nobody was asked yet", "无 MAC，也尚未询问过"},
    {Message::noarp_link, "usable at once; nothing is resolved for it", "可立即使用；不为它做地址解析"},
    {Message::noarp_group, "usable at once; the MAC of a group is computed from its address",
     "可立即使用；组地址的 MAC 由地址直接算出"},
    {Message::permanent_by_hand, "usable at once; set by hand, no packet changes it",
     "可立即使用；由人工设定，任何报文都不会改变它"},
    {Message::permanent_ends, "stays until it is deleted, or the interface goes down or gets another MAC",
     "一直保留，直到被删除、接口关闭或接口的 MAC 改变"},
    {Message::proxy_ipv4, "requests for it are answered with our own MAC after up to {0}, where this host forwards",
     "在本机开启转发时，我们以自己的 MAC 在最多 {0}内代答对它的请求"},
    {Message::proxy_ipv6,
     "solicitations for it are answered with our own MAC after up to {0}, where forwarding and proxy_ndp are on",
     "在开启 forwarding 和 proxy_ndp 时，我们以自己的 MAC 在最多 {0}内代答对它的请求"},

    {Message::kept_below_threshold, "kept while the table holds fewer than {0} entries (now {1})",
     "只要表中不足 {0} 项就一直保留（现有 {1} 项）"},
    {Message::collected_next, "collected when the kernel next looks", "内核下一次检查时就会回收"},
    {Message::collected_when_unused, "may be collected in {0}, if unused until then", "若此前一直未用，{0}后可被回收"},
    {Message::kept_external, "put there by a control plane: never collected", "由控制平面放入：不会被回收"},
    {Message::kept_validated, "user space vouches for it: never collected, and stale instead of failed",
     "由用户态程序担保：不会被回收，只会变为 stale 而不会失败"},

    {Message::parameter_default, "default {0}", "默认值 {0}"},
    {Message::parameter_deprecated, "deprecated: use {0}", "已弃用：请用 {0}"},
    {Message::parameter_effective, "in effect {0}: {1}", "实际生效的是 {0}：{1}"},
    {Message::parameter_joined_max, "the greater of this and all's {0}", "取本值与 all 的值 {0} 中较大者"},
    {Message::parameter_joined_or, "on where this or all's {0} is", "本值或 all 的值 {0} 有一个开启即为开启"},
    {Message::parameter_joined_and, "on where this and all's {0} are", "本值与 all 的值 {0} 都开启才为开启"},
    {Message::set_by_kernel, "nobody set it", "没有人设置过"},
    {Message::set_by_file, "set by {0}", "由 {0} 设置"},
    {Message::set_by_default, "what default had when the interface came", "接口出现时取自 default"},
    {Message::set_by_default_from, "what default had when the interface came, from {0}",
     "接口出现时取自 default，来源是 {0}"},
    {Message::set_by_router, "set by a Router Advertisement", "由路由器通告设置"},
    {Message::set_by_router_maybe, "set since the start, or by a Router Advertisement: they are believed here",
     "启动以来被改过，或由路由器通告设置：此接口接受路由器通告"},
    {Message::set_by_unknown, "set since the start, by whom is not known", "启动以来被改过，不知是谁"},
    {Message::file_says_otherwise, "{0} says {1}", "{0} 中写的是 {1}"},
    {Message::only_initial_namespace, "can be set in the initial network namespace only",
     "只能在初始网络命名空间中设置"},

    {Message::change_by_program, "by {0} (netlink port {1})", "由 {0} 所为（netlink 端口 {1}）"},
    {Message::change_by_port, "by a program (netlink port {0})", "由某个程序所为（netlink 端口 {0}）"},
    {Message::change_wanted, "the kernel asks a program to resolve it (app_solicit)",
     "内核请用户态程序来解析（app_solicit）"},
    {Message::change_asked, "a packet waits for its MAC address", "有报文在等它的 MAC 地址"},
    {Message::change_sent, "a packet was sent there", "有报文发往那里"},
    {Message::change_answered, "it answered", "它作了应答"},
    {Message::change_answered_probe, "it answered a probe", "它应答了探测"},
    {Message::change_answered_unasked, "it answered, though it was not probed", "虽未被探测，它仍作了应答"},
    {Message::change_confirmed, "confirmed from above (TCP, MSG_CONFIRM), or by an answer",
     "由上层（TCP、MSG_CONFIRM）或一个应答证实"},
    {Message::change_heard, "it was heard: it asked for us, or announced itself",
     "听到了它：它询问了我们，或通告了自己"},
    {Message::change_heard_and_used, "it was heard, and a packet was sent there", "听到了它，并有报文发往那里"},
    {Message::change_expired, "no confirmation within the reachable time of {0}", "在可达时间 {0}内没有得到证实"},
    {Message::change_contradicted, "another MAC address was advertised for it, without the override flag",
     "有人为它通告了另一个 MAC 地址，但没有覆盖标志"},
    {Message::change_expired_in_use, "no confirmation within the reachable time of {0}, and it is in use",
     "在可达时间 {0}内没有得到证实，而它仍在使用"},
    {Message::change_unconfirmed, "no confirmation within {0} of a packet that was sent there: it is probed",
     "报文发往那里之后 {0}内没有得到证实：开始探测"},
    {Message::change_unanswered, "{0} unanswered", "{0}均无应答"},
    {Message::change_spared, "{0} unanswered, but a program vouches for it", "{0}均无应答，但有程序为它担保"},
    {Message::change_moved_heard, "another MAC address announced itself, or asked for us, as this address",
     "另一个 MAC 地址以此地址通告自己或询问我们"},
    {Message::change_moved_answered, "another MAC address answered for it", "另一个 MAC 地址为它作了应答"},
    {Message::change_router, "it says that it is a router", "它自称是路由器"},
    {Message::change_no_router, "it says that it is a router no longer", "它自称不再是路由器"},
    {Message::change_link_gone, "its interface is gone", "它所在的接口已不存在"},
    {Message::change_link_down, "its interface is down", "它所在的接口已关闭"},
    {Message::change_no_carrier, "its interface lost carrier", "它所在的接口失去了载波"},
    {Message::change_collected, "collected: it was not used for long, or the table was full",
     "被回收：长时间未用，或表已满"},
    {Message::change_removed, "with all of its interface, or by a program: the kernel does not say",
     "随接口的全部条目一起，或由某个程序：内核没有说明"},
};
static_assert(std::size(entries) == static_cast<std::size_t>(Message::count_of_messages));
// The catalogue is in the order of Message, so that a lookup is an index.
static_assert(std::ranges::is_sorted(entries, {}, &Entry::message));

}  // namespace

std::string_view pattern(Language language, Message message) noexcept {
  const Entry& entry = entries[static_cast<std::size_t>(message)];
  return language == Language::chinese ? entry.chinese : entry.english;
}

std::string say(Language language, Message message, std::initializer_list<std::string_view> arguments) {
  std::string text;
  std::string_view rest = pattern(language, message);
  for (std::size_t open = rest.find('{'); open != std::string_view::npos; open = rest.find('{')) {
    const auto index = static_cast<std::size_t>(rest[open + 1] - '0');
    text += rest.substr(0, open);
    if (index < arguments.size()) text += arguments.begin()[index];
    rest.remove_prefix(open + 3);
  }
  return text.append(rest);
}

std::string span_text(Language language, Duration duration) {
  const double seconds = std::max(0.0, to_seconds(duration));
  const auto number = [](double value, int digits) {
    std::string text = fmt::format("{:.{}f}", value, digits);
    return text.ends_with(".0") ? text.substr(0, text.size() - 2) : text;
  };
  constexpr double minute = 60, hour = 60 * minute, day = 24 * hour;
  if (seconds < 0.0995) return say(language, Message::milliseconds, {number(seconds * 1000, 0)});
  if (seconds < 9.95) return say(language, Message::seconds, {number(seconds, 1)});
  if (seconds < 2 * minute) return say(language, Message::seconds, {number(seconds, 0)});
  if (seconds < 2 * hour) return say(language, Message::minutes, {number(seconds / minute, 0)});
  if (seconds < 2 * day) return say(language, Message::hours, {number(seconds / hour, 0)});
  return say(language, Message::days, {number(seconds / day, 0)});
}

std::string list_text(Language language, std::span<const std::string> parts) {
  std::string text;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) text += pattern(language, i + 1 == parts.size() ? Message::list_last : Message::list_separator);
    text += parts[i];
  }
  return text;
}

}  // namespace onlink::inline v0::cli
