// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/compat/net_arp_edit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "onlink/base/mac_address.hpp"
#include "onlink/cli/compat/net_arp_hardware.hpp"
#include "onlink/kernel/netlink.hpp"

namespace onlink::inline v0::cli::compat {
namespace {

MacAddress mac_of(const kernel::ArpHardwareAddress& hardware) {
  MacAddress mac;
  std::copy_n(hardware.octets.begin(), mac.octets.size(), mac.octets.begin());
  return mac;
}

// Of a kind without a notation of its own: all that the kernel's structure holds, and two octets more.
std::string unspecified_text(const kernel::ArpHardwareAddress& hardware) {
  std::string text;
  for (const std::uint8_t octet : hardware.octets) text += fmt::format("{:02X}-", octet);
  return text + "00-00";
}

}  // namespace

int NetArpEditor::fail(std::string_view text) {
  err_.print("arp: {}\n", text);
  return NetArpStatus::refused;
}

int NetArpEditor::usage() {
  print_net_arp_usage(err_);
  return NetArpStatus::usage;
}

int NetArpEditor::refused(std::string_view operation, const Error& error) {
  err_.print("{}: {}\n", operation, std::strerror(error.sys_errno));
  return NetArpStatus::refused;
}

std::expected<Ipv4Address, int> NetArpEditor::host(const std::string& word) {
  if (word == "default") return Ipv4Address{};
  const auto found = names_.address_of(word, Family::ipv4);
  if (found) return found->ipv4();
  err_.print("{}{}{}\n", word, word.empty() ? "" : ": ",
             found.error() == NoAddress::unreachable ? "Host name lookup failure" : "Unknown host");
  if (names_.literal(word, Family::ipv6)) {
    err_.print("arp: warning: arp knows IPv4 only; neighbors of IPv6: onlink cache -6\n");
  }
  return std::unexpected(NetArpStatus::refused);
}

std::expected<kernel::ArpHardwareAddress, int> NetArpEditor::device_hardware(const std::string& interface) {
  const auto hardware = kernel::arp_hardware_address(interface);
  if (!hardware) {
    return std::unexpected(
        fail(fmt::format("cant get HW-Address for `{}': {}.", interface, std::strerror(hardware.error().sys_errno))));
  }
  if (options_.hardware_type && *options_.hardware_type != hardware->type) {
    return std::unexpected(fail("protocol type mismatch."));
  }
  if (options_.verbose) {
    const bool ethernet = hardware->type == ethernet_hardware;
    err_.print("arp: device `{}' has HW address {} `{}'.\n", interface, ethernet ? "ether" : "unspec",
               ethernet ? to_string(mac_of(*hardware)) : unspecified_text(*hardware));
  }
  return *hardware;
}

std::expected<kernel::ArpHardwareAddress, int> NetArpEditor::hardware_of(const std::string& word, Ipv4Address host) {
  if (options_.use_device) return device_hardware(word);
  const std::uint16_t type = options_.hardware_type.value_or(ethernet_hardware);
  const auto read = read_net_arp_address(word, type, host);
  if (!read) return std::unexpected(fail("invalid hardware address"));
  const kernel::ArpHardwareAddress hardware{.type = type, .octets = read->octets};
  if (type == ethernet_hardware && read->given < 6) {
    err_.print("arp: warning: '{}' is too short, and was filled up to {}\n", word, to_string(mac_of(hardware)));
  } else if (read->surplus) {
    err_.print("arp: warning: of '{}' no more than {} was read\n", word, to_string(mac_of(hardware)));
  }
  return hardware;
}

int NetArpEditor::read_value(std::string_view key, const std::string& value, kernel::ArpTableEdit& edit) {
  if (key == "dev") {
    options_.interface = value.substr(0, 15);
    return 0;
  }
  if (value == "255.255.255.255") return 0;
  const auto mask = host(value);
  if (!mask) return mask.error();
  edit.netmask = *mask;
  return 0;
}

int NetArpEditor::read_qualities(std::span<const std::string> words, kernel::ArpTableEdit& edit,
                                 Publishing& publishing) {
  for (; !words.empty(); words = words.subspan(1)) {
    const std::string& word = words[0];
    if (options_.mode == NetArpMode::remove && options_.verbose) err_.print("args={}\n", word);
    if (word == "pub") {
      edit.published = publishing.named = true;
    } else if (word == "priv") {
      edit.published = false;
      publishing.forbidden = true;
    } else if (word == "temp") {
      edit.permanent = false;
    } else if (word == "trail") {
      edit.trailers = true;
    } else if (word == "dontpub") {
      edit.dont_publish = true;
    } else if (word == "dev" || word == "netmask") {
      if (words.size() < 2) return usage();
      words = words.subspan(1);
      if (const int status = read_value(word, words[0], edit); status != 0) return status;
    } else if (word != "auto") {
      return usage();
    }
  }
  edit.interface = options_.interface;
  return 0;
}

int NetArpEditor::set(std::span<const std::string> words) {
  if (words.empty()) return fail("need host name");
  const auto address = host(words[0]);
  if (!address) return address.error();
  if (words.size() < 2) return fail("need hardware address");
  const auto hardware = hardware_of(words[1], *address);
  if (!hardware) return hardware.error();
  kernel::ArpTableEdit edit{.address = *address, .hardware = *hardware};
  Publishing publishing;
  if (const int status = read_qualities(words.subspan(2), edit, publishing); status != 0) return status;
  if (options_.verbose) err_.print("arp: SIOCSARP()\n");
  if (const auto done = kernel::set_arp_entry(edit); !done) return refused("SIOCSARP", done.error());
  warn_of_entry(edit);
  return NetArpStatus::done;
}

void NetArpEditor::warn_of_entry(const kernel::ArpTableEdit& edit) {
  const MacAddress mac = mac_of(edit.hardware);
  if (edit.published && edit.netmask) {
    err_.print("arp: warning: this switched proxy ARP on as a whole{}{}\n", edit.interface.empty() ? "" : " for ",
               edit.interface);
  } else if (edit.published) {
    err_.print("arp: warning: a published entry keeps no address: answers bear the interface's own, not {}\n",
               to_string(mac));
  } else {
    if (!mac.is_unicast()) err_.print("arp: warning: {} is no station's address\n", to_string(mac));
    warn_off_link(edit);
  }
}

// With an interface the kernel takes any address for it, and then looks elsewhere.
void NetArpEditor::warn_off_link(const kernel::ArpTableEdit& edit) {
  auto netlink = kernel::Netlink::open();
  const auto link = netlink ? netlink->find_link(edit.interface) : std::unexpected(netlink.error());
  if (!link) return;
  const auto route = netlink->route_get(edit.address);
  if (route && route->kind == kernel::RouteKind::on_link && route->interface == link->index) return;
  err_.print("arp: warning: nothing for {} leaves by {}, so this entry is of no use\n", to_string(edit.address),
             edit.interface);
}

int NetArpEditor::remove(std::span<const std::string> words) {
  if (words.empty()) return fail("need host name");
  const auto address = host(words[0]);
  if (!address) return address.error();
  kernel::ArpTableEdit edit{.address = *address};
  Publishing publishing;
  if (const int status = read_qualities(words.subspan(1), edit, publishing); status != 0) return status;
  return remove_entry(edit, words[0], publishing);
}

// Both tables are tried, unless pub or priv names one of them.
int NetArpEditor::remove_entry(const kernel::ArpTableEdit& edit, const std::string& host, Publishing publishing) {
  for (const bool published : {false, true}) {
    if (published ? publishing.forbidden && !publishing.named : publishing.named && !publishing.forbidden) continue;
    const std::string_view operation = published ? "SIOCDARP(pub)" : "SIOCDARP(dontpub)";
    if (options_.verbose) err_.print("arp: {}\n", operation);
    kernel::ArpTableEdit one = edit;
    one.published = published;
    const auto done = kernel::delete_arp_entry(one);
    if (done) return NetArpStatus::done;
    if (done.error().sys_errno != ENXIO && done.error().sys_errno != ENOENT) return refused(operation, done.error());
  }
  out_.print("No ARP entry for {}\n", host);
  return NetArpStatus::refused;
}

}  // namespace onlink::inline v0::cli::compat
