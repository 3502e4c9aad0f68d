// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/cache_params_meaning.hpp"

#include <algorithm>

namespace onlink::inline v0::cli {
namespace {

struct Translation {
  std::string_view name;
  std::string_view chinese;
  std::string_view chinese_ipv6{};  // where IPv6 differs
};

constexpr Translation translations[] = {
    {"base_reachable_time_ms", "邻居得到确认后平均多久视为可达：实际值在其 0.5 到 1.5 倍之间随机选定",
     "邻居得到确认后平均多久视为可达：实际值在其 0.5 到 1.5 倍之间随机选定；路由器可以设置它"},
    {"retrans_time_ms", "对同一邻居两次请求的间隔，至少 10 毫秒",
     "对同一邻居两次请求的间隔，至少 10 毫秒；路由器可以设置它"},
    {"delay_first_probe_time", "向陈旧的邻居发送报文后，等它自行证实多久才开始探测"},
    {"ucast_solicit", "对曾经已知的邻居发多少次单播探测"},
    {"mcast_solicit", "对未知的邻居发多少次广播请求，之后视为失败", "对未知的邻居发多少次组播请求，之后视为失败"},
    {"mcast_resolicit", "单播探测无果后再发多少次广播请求", "单播探测无果后再发多少次组播请求"},
    {"app_solicit", "广播之前，只通过 netlink 询问用户态程序多少轮"},
    {"gc_stale_time", "表中达到 gc_thresh1 项之后，多久未用的条目可以回收"},
    {"locktime", "改变之后这段时间内不接受别的 MAC，除非是主动通告", "在 IPv6 中没有用处"},
    {"unres_qlen_bytes", "等待同一邻居 MAC 的报文可占的内存；满时丢弃最早的"},
    {"proxy_delay", "代答之前随机等待的时间上限"},
    {"proxy_qlen", "同时等待的代答个数；超出的丢弃"},
    {"anycast_delay", "本用于任播地址；内核实际使用 proxy_delay"},
    {"interval_probe_time_ms", "managed 条目多久重新解析一次"},
    {"base_reachable_time", "以整秒表示的 base_reachable_time_ms"},
    {"retrans_time", "以 1/100 秒表示的 retrans_time_ms",
     "以内核时钟滴答表示的 retrans_time_ms，滴答长度取决于内核的编译方式"},
    {"unres_qlen", "以 2090 字节的报文个数表示的 unres_qlen_bytes：小报文可以更多"},
    {"gc_thresh1", "内核表中条目少于此数时从不回收"},
    {"gc_thresh2", "条目多于此数时，新条目可能挤掉旧条目，最多每 5 秒一次"},
    {"gc_thresh3", "条目的上限：新条目须顶替旧条目，否则被拒绝"},
    {"gc_interval", "不起作用：回收每隔 default 的 base_reachable_time 的一半进行"},
    {"arp_ignore",
     "应答哪些请求：0 任何本机地址，1 只限本接口的地址，2 且对方在其子网内，3 不含 host 范围的地址，8 一概不答"},
    {"arp_announce", "请求的发送方地址：0 任何本机地址，1 尽量取目标所在子网的，2 取本接口最适合目标的"},
    {"arp_filter", "只有回到询问者的路由经过本接口时才应答"},
    {"arp_accept", "由通告或未经请求的应答建立条目：0 不，1 总是，2 限本接口子网内的"},
    {"arp_notify", "链路接通或 MAC 改变时通告各地址"},
    {"arp_evict_nocarrier", "失去载波时忘掉邻居，permanent 的除外"},
    {"drop_gratuitous_arp", "忽略通告（gratuitous ARP）"},
    {"proxy_arp", "替另一接口后面的主机应答；需要开启转发"},
    {"proxy_arp_pvlan", "也替同一接口后面的主机应答（私有 VLAN，RFC 3069）"},
    {"medium_id", "同一介质上的接口不互相代答对方的主机：0 自成一体，-1 未知"},
    {"route_localnet", "在此不把 127.0.0.0/8 当作错误地址"},
    {"rp_filter", "丢弃发送方路由不经本接口的报文，ARP 请求也一样：0 否，1 严格，2 宽松"},
    {"forwarding", "转发报文：本机是路由器"},
    {"accept_ra", "是否相信路由器通告：0 否，1 不转发时相信，2 总是"},
    {"accept_redirects", "相信重定向"},
    {"accept_untracked_na", "在转发时由未经请求的通告建立条目：0 不，1 总是，2 限本接口子网内的"},
    {"drop_unsolicited_na", "忽略未经请求的通告"},
    {"ndisc_notify", "链路接通或 MAC 改变时通告各地址"},
    {"ndisc_evict_nocarrier", "失去载波时忘掉邻居，permanent 的除外"},
    {"suppress_frag_ndisc", "忽略分片的邻居发现报文（RFC 6980）"},
    {"proxy_ndp", "替 proxy 条目的地址应答；需要开启转发"},
    {"accept_dad", "检查新地址是否已有主人：0 否，1 是，2 若链路本地地址已有主人则在此停用 IPv6"},
    {"dad_transmits", "新地址使用前发多少次探测"},
    {"enhanced_dad", "探测带随机数，自己的报文被环回时不算冲突（RFC 7527）"},
    {"optimistic_dad", "optimistic 类的新地址在检查期间即可使用（RFC 4429）"},
    {"use_optimistic", "正在检查的地址也可作连接的源地址"},
    {"force_tllao", "即使应答单播请求，通告中也带上我们的 MAC"},
    {"ndisc_tclass", "邻居发现报文的流量类别"},
    {"router_solicitation_delay", "第一次路由器请求之前的等待"},
};

}  // namespace

std::string_view meaning(const ParameterInfo& info, Language language) noexcept {
  if (language == Language::english) return info.meaning;
  const auto found = std::ranges::find(translations, info.name(), &Translation::name);
  if (found == std::end(translations)) return info.meaning;
  return info.family == Family::ipv6 && !found->chinese_ipv6.empty() ? found->chinese_ipv6 : found->chinese;
}

std::string_view use_instead(const ParameterInfo& info) noexcept {
  if (!info.deprecated) return {};
  const std::string_view name = info.name();
  if (name == "base_reachable_time") return "base_reachable_time_ms";
  return name == "retrans_time" ? "retrans_time_ms" : "unres_qlen_bytes";
}

}  // namespace onlink::inline v0::cli
