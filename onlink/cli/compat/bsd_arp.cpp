// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/compat/bsd_arp.hpp"

#include <fmt/format.h>
#include <getopt.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "onlink/cli/compat/bsd_arp_rows.hpp"
#include "onlink/cli/compat/host_names.hpp"
#include "onlink/cli/compat/net_arp_edit.hpp"
#include "onlink/kernel/arp_ioctl.hpp"
#include "onlink/kernel/neighbor_edit.hpp"

namespace onlink::inline v0::cli::compat {
namespace {

constexpr int done = 0, refused = 1;
constexpr std::uint16_t ethernet = 1;

struct Options {
  bool all = false;      // -a
  bool remove = false;   // -d
  bool set = false;      // -s, -S
  bool afresh = false;   // -S: what stood there goes first
  bool load = false;     // -f
  bool numeric = false;  // -n
  bool table = false;    // -l
  bool wrong = false;
  std::string interface{};  // -i, or behind the word ifscope
  std::vector<std::string> words{};
};

Options read_options(std::span<char*> command_line) {
  Options options;
  optind = 0;
  const int count = static_cast<int>(command_line.size());
  for (int letter; (letter = ::getopt(count, command_line.data(), "adflni:sSx")) != -1;) {
    options.all |= letter == 'a';
    options.remove |= letter == 'd';
    options.set |= letter == 's' || letter == 'S';
    options.afresh |= letter == 'S';
    options.load |= letter == 'f';
    options.numeric |= letter == 'n';
    options.table |= letter == 'l' || letter == 'x';
    if (letter == 'i') options.interface = optarg;
    options.wrong |= letter == '?';
  }
  options.words.assign(command_line.begin() + optind, command_line.end());
  return options;
}

class BsdArp {
 public:
  BsdArp(BsdArpDialect dialect, Options options, kernel::Netlink& netlink, TextWriter& out, TextWriter& err)
      : dialect_(dialect), options_(std::move(options)), netlink_(netlink), out_(out), err_(err) {}

  int run();

 private:
  int usage();
  int fail(std::string_view text);
  int list(std::optional<Ipv4Address> host);
  int remove_all();
  int remove_host();
  int remove(const std::string& host, Ipv4Address address, bool published_only);
  int remove_entry(const BsdArpEntry& entry, const std::string& host);
  int cannot_locate(const std::string& host);
  int set(std::span<const std::string> words);
  int load(const std::string& file);
  [[nodiscard]] std::optional<Ipv4Address> host(const std::string& word);
  [[nodiscard]] std::optional<std::string> interface_to(Ipv4Address address);
  [[nodiscard]] std::optional<kernel::ArpHardwareAddress> hardware_of(const std::string& word,
                                                                      const std::string& interface);
  [[nodiscard]] std::vector<BsdArpEntry> entries();

  BsdArpDialect dialect_;
  Options options_;
  kernel::Netlink& netlink_;
  TextWriter& out_;
  TextWriter& err_;
  HostNames names_;
};

int BsdArp::usage() {
  err_.print(
      "usage: arp [-n] [-i INTERFACE] HOST                 show its entry\n"
      "       arp -a [-nl] [-i INTERFACE]                  show all\n"
      "       arp -d HOST [pub] [ifscope INTERFACE]        remove it\n"
      "       arp -da [-i INTERFACE]                       remove all\n"
      "       arp -s HOST MAC [temp] [pub] [ifscope INTERFACE]\n"
      "       arp -S HOST MAC [temp] [pub] [ifscope INTERFACE]\n"
      "       arp -f FILE\n");
  return refused;
}

int BsdArp::fail(std::string_view text) {
  err_.print("arp: {}\n", text);
  return refused;
}

std::optional<Ipv4Address> BsdArp::host(const std::string& word) {
  const auto found = names_.address_of(word, Family::ipv4);
  if (found) return found->ipv4();
  fail(fmt::format("{}: {}", word,
                   found.error() == NoAddress::unreachable ? "Host name lookup failure" : "Unknown host"));
  return std::nullopt;
}

std::vector<BsdArpEntry> BsdArp::entries() {
  auto all = read_bsd_arp_entries(dialect_, netlink_);
  if (!all) {
    fail(all.error().context);
    return {};
  }
  std::erase_if(*all, [&](const BsdArpEntry& entry) {
    return !options_.interface.empty() && entry.row.interface != options_.interface;
  });
  return std::move(*all);
}

int BsdArp::list(std::optional<Ipv4Address> host) {
  const bool table = options_.table && dialect_ == BsdArpDialect::macos;
  std::size_t shown = 0;
  if (table && !host) out_.write(macos_arp_header);
  for (const BsdArpEntry& entry : entries()) {
    if (host && entry.row.address != *host) continue;
    const auto name = options_.numeric ? std::nullopt : names_.name_of(entry.row.address);
    if (shown++ == 0 && table && host) out_.write(macos_arp_header);
    out_.write(table ? macos_arp_table_line(entry.row, name) : bsd_arp_line(dialect_, entry.row, name));
  }
  if (!host || shown != 0) return done;
  out_.print("{} ({}) -- no entry{}{}\n", options_.words[0], to_string(*host), options_.interface.empty() ? "" : " on ",
             options_.interface);
  return refused;
}

int BsdArp::cannot_locate(const std::string& host) {
  err_.print("{}delete: cannot locate {}\n", dialect_ == BsdArpDialect::freebsd ? "arp: " : "", host);
  return refused;
}

int BsdArp::remove_entry(const BsdArpEntry& entry, const std::string& host) {
  if (entry.own) return cannot_locate(host);
  const auto gone =
      kernel::delete_neighbor(netlink_, entry.interface, entry.row.address,
                              entry.row.published ? kernel::NeighborTable::proxies : kernel::NeighborTable::neighbors);
  if (!gone && gone.error().sys_errno == ENOENT) return cannot_locate(host);
  if (!gone) return fail(fmt::format("writing to routing socket: {}", std::strerror(gone.error().sys_errno)));
  out_.print("{} ({}) deleted\n", host, to_string(entry.row.address));
  return done;
}

int BsdArp::remove_all() {
  for (const BsdArpEntry& entry : entries()) {
    remove_entry(entry, to_string(entry.row.address));
    out_.flush();  // for whom both streams are one
  }
  return done;
}

int BsdArp::remove(const std::string& host, Ipv4Address address, bool published_only) {
  const auto all = entries();
  const auto entry = std::ranges::find_if(all, [&](const BsdArpEntry& one) {
    return one.row.address == address && (!published_only || one.row.published);
  });
  return entry == all.end() ? cannot_locate(host) : remove_entry(*entry, host);
}

int BsdArp::remove_host() {
  const std::span<const std::string> words = options_.words;
  bool published_only = false;
  for (std::size_t i = 1; i < words.size(); ++i) {
    if (words[i] == "pub") {
      published_only = true;
    } else if (words[i] == "ifscope" && i + 1 < words.size()) {
      options_.interface = words[++i];
    } else {
      return usage();
    }
  }
  const auto address = host(words[0]);
  return address ? remove(words[0], *address, published_only) : refused;
}

// Where the address is on the link, or is said to be.
std::optional<std::string> BsdArp::interface_to(Ipv4Address address) {
  if (!options_.interface.empty()) return options_.interface;
  const auto route = netlink_.route_get(address);
  if (!route || route->kind != kernel::RouteKind::on_link) return std::nullopt;
  const auto link = netlink_.find_link(route->interface);
  return link ? std::optional{link->name} : std::nullopt;
}

std::optional<kernel::ArpHardwareAddress> BsdArp::hardware_of(const std::string& word, const std::string& interface) {
  if (word == "auto") {
    const auto own = kernel::arp_hardware_address(interface);
    if (own) return *own;
  } else if (const auto mac = parse_mac(word)) {
    kernel::ArpHardwareAddress hardware{.type = ethernet};
    std::ranges::copy(mac->octets, hardware.octets.begin());
    return hardware;
  }
  fail(fmt::format("invalid Ethernet address '{}'", word));
  return std::nullopt;
}

int BsdArp::set(std::span<const std::string> words) {
  kernel::ArpTableEdit edit;
  for (std::size_t i = 2; i < words.size(); ++i) {
    if (words[i] == "ifscope" && i + 1 < words.size()) options_.interface = words[++i];
    if (words[i] == "temp") edit.permanent = false;
    if (words[i] == "pub") edit.published = true;
    if (words[i] == "reject" || words[i] == "blackhole") {
      err_.print("arp: warning: {} is not for Linux's table (ip route add {} {})\n", words[i], words[i], words[0]);
    }
  }
  const auto address = host(words[0]);
  if (!address) return refused;
  const auto interface = interface_to(*address);
  if (!interface) return fail(fmt::format("cannot intuit interface index and type for {}", words[0]));
  const auto hardware = hardware_of(words[1], *interface);
  if (!hardware) return refused;
  edit.address = *address;
  edit.hardware = *hardware;
  edit.interface = *interface;
  if (options_.afresh) remove(words[0], *address, false);
  const auto made = kernel::set_arp_entry(edit);
  if (!made) return fail(fmt::format("writing to routing socket: {}", std::strerror(made.error().sys_errno)));
  return done;
}

int BsdArp::load(const std::string& file) {
  std::ifstream lines(file);
  if (!lines) return fail(fmt::format("cannot open {}: {}", file, std::strerror(errno)));
  int status = done;
  for (std::string line; std::getline(lines, line);) {
    const auto words = split_ethers_line(line);
    if (words.empty() || words[0].starts_with('#')) continue;
    if (words.size() < 2) {
      status = fail(fmt::format("bad line: {}", line));
    } else {
      status |= set(words);
    }
  }
  return status;
}

int BsdArp::run() {
  const std::size_t words = options_.words.size();
  if (options_.wrong || (options_.set && options_.remove)) return usage();
  if (options_.load) return words == 1 ? load(options_.words[0]) : usage();
  if (options_.set) return words >= 2 ? set(options_.words) : usage();
  if (options_.remove && options_.all) return words == 0 ? remove_all() : usage();
  if (options_.remove) return words >= 1 ? remove_host() : usage();
  if (options_.all) return words == 0 ? list(std::nullopt) : usage();
  if (words != 1) return usage();
  const auto address = host(options_.words[0]);
  return address ? list(address) : refused;
}

}  // namespace

std::optional<BsdArpDialect> find_bsd_arp_dialect(std::string_view style) noexcept {
  if (style == "bsd") return BsdArpDialect::freebsd;
  if (style == "macos") return BsdArpDialect::macos;
  return std::nullopt;
}

int run_bsd_arp(BsdArpDialect dialect, std::span<char*> command_line, TextWriter& out, TextWriter& err) {
  auto netlink = kernel::Netlink::open();
  if (!netlink) {
    err.print("arp: {}\n", netlink.error().context);
    return refused;
  }
  return BsdArp(dialect, read_options(command_line), *netlink, out, err).run();
}

}  // namespace onlink::inline v0::cli::compat
