// SPDX-License-Identifier: Apache-2.0
#include "onlink/print/vendor_report.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <utility>

#include "onlink/base/ip_address.hpp"
#include "onlink/print/mac_kind.hpp"
#include "onlink/print/printable.hpp"

namespace onlink::inline v0 {
namespace {

std::string colon_octets(const std::array<std::uint8_t, 8>& octets) {
  return fmt::format("{:02x}", fmt::join(octets, ":"));
}

std::vector<Note> notes_of(const MacClass& found) {
  switch (found.kind) {
    case MacKind::random:
      return {{.kind = NoteKind::random_mac}};
    case MacKind::virtual_router:
      return {{.kind = NoteKind::virtual_router, .detail = found.detail}};
    case MacKind::group:
    case MacKind::broadcast:
      return {{.kind = NoteKind::group_mac, .detail = found.detail}};
    case MacKind::universal:
    case MacKind::zero:
    case MacKind::virtual_host:
    case MacKind::local:
      return {};
  }
  return {};
}

struct KindWords {
  std::string_view name;
  std::string_view meaning;
};

KindWords words(MacKind kind) noexcept {
  switch (kind) {
    case MacKind::universal:
      return {"universal", "its maker assigned it"};
    case MacKind::zero:
      return {"all zero", "nobody's address"};
    case MacKind::broadcast:
      return {"broadcast", "every station on the link"};
    case MacKind::group:
      return {"group", "many stations listen to it, none owns it"};
    case MacKind::virtual_router:
      return {"virtual router", "routers share it"};
    case MacKind::virtual_host:
      return {"virtual machine or container", "its software made it up"};
    case MacKind::random:
      return {"random", "locally administered, drawn at random as phones do for privacy"};
    case MacKind::local:
      return {"local", "locally administered, chosen by hand or by a driver"};
  }
  return {};
}

std::string kind_text(const MacClass& found) {
  const auto [name, meaning] = words(found.kind);
  return found.detail.empty() ? fmt::format("{}: {}", name, meaning)
                              : fmt::format("{} ({}): {}", name, found.detail, meaning);
}

void add_registration(Row& row, const VendorMatch& match) {
  row.vendor = match.name;
  row.fields.push_back({"prefix", to_string(match.prefix.address)});
  row.fields.push_back({"prefix_bits", std::uint64_t{match.prefix.bits}});
  const std::string_view registry = registry_name(match.prefix);
  if (!registry.empty()) row.fields.push_back({"registry", std::string(registry)});
}

class Block {
 public:
  explicit Block(const MacAddress& mac) : text_(to_string(mac) + "\n") {}
  void line(std::string_view label, std::string_view value) {
    fmt::format_to(std::back_inserter(text_), "  {:<15} {}\n", label, value);
  }
  [[nodiscard]] std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

std::string registration_text(const VendorMatch& match) {
  const std::string_view registry = registry_name(match.prefix);
  std::string text = fmt::format("{}, {} bits", to_string(match.prefix), match.prefix.bits);
  if (!registry.empty()) text += fmt::format(" ({})", registry);
  if (match.name == "IEEE Registration Authority")
    text += ", handed out in smaller blocks: this one is in none of them";
  return text;
}

void add_vendor(Block& block, const MacAddress& mac, const VendorRegistry& registry) {
  const auto match = registry.find(mac);
  block.line("vendor", match ? printable(match->name) : "none: it is not in a registered block");
  if (match) block.line("registered as", registration_text(*match));
}

void add_ipv6(Block& block, const MacAddress& mac) {
  const Ipv6Address address = link_local_address(mac);
  const Ipv6Address group = solicited_node_address(address);
  block.line("modified EUI-64", colon_octets(modified_eui64(mac)));
  block.line("link-local", to_string(address));
  block.line("solicited-node", fmt::format("{} at {}", to_string(group), to_string(multicast_mac(group))));
}

}  // namespace

Row vendor_row(const MacAddress& mac, const VendorRegistry& registry) {
  const MacClass found = classify(mac);
  Row row{.kind = RowKind::vendor, .mac = mac, .notes = notes_of(found)};
  if (const auto match = registry.find(mac)) add_registration(row, *match);
  row.fields.push_back({"mac_kind", std::string(to_string(found.kind))});
  if (!found.detail.empty()) row.fields.push_back({"mac_detail", found.detail});
  const std::string_view quadrant = slap_quadrant(mac);
  if (!quadrant.empty() && !mac.is_group()) row.fields.push_back({"slap_quadrant", std::string(quadrant)});
  row.fields.push_back(
      {"notations", std::vector<std::string>{to_string(mac), to_string(mac, MacNotation::dash),
                                             to_string(mac, MacNotation::dot), to_string(mac, MacNotation::bare)}});
  if (mac.is_unicast()) {
    row.fields.push_back({"eui64", colon_octets(modified_eui64(mac))});
    row.fields.push_back({"link_local", IpAddress(link_local_address(mac))});
  }
  return row;
}

Row registration_row(const VendorMatch& match) {
  Row row{.kind = RowKind::vendor};
  add_registration(row, match);
  return row;
}

std::vector<std::string_view> vendor_fields() {
  return {"prefix",        "prefix_bits", "registry", "mac_kind",  "mac_detail",
          "slap_quadrant", "notations",   "eui64",    "link_local"};
}

bool is_known(const MacAddress& mac, const VendorRegistry& registry) {
  const MacClass found = classify(mac);
  const bool anonymous = found.kind == MacKind::universal || found.kind == MacKind::random ||
                         found.kind == MacKind::local || (found.kind == MacKind::group && found.detail.empty());
  return !anonymous || registry.find(mac).has_value();
}

std::string vendor_block(const MacAddress& mac, const VendorRegistry& registry) {
  const MacClass found = classify(mac);
  Block block(mac);
  add_vendor(block, mac, registry);
  block.line("kind", kind_text(found));
  const std::string_view quadrant = slap_quadrant(mac);
  if (!quadrant.empty() && !mac.is_group()) block.line("SLAP quadrant", fmt::format("{} (IEEE 802c)", quadrant));
  block.line("notations", fmt::format("{}  {}  {}  {}", to_string(mac), to_string(mac, MacNotation::dash),
                                      to_string(mac, MacNotation::dot), to_string(mac, MacNotation::bare)));
  if (mac.is_unicast()) add_ipv6(block, mac);
  return block.take();
}

std::string vendor_line(const MacAddress& mac, const VendorRegistry& registry) {
  const MacClass found = classify(mac);
  const std::string vendor = printable(registry.name(mac));
  const std::string& known = found.detail.empty() ? vendor : found.detail;
  const bool both = !found.detail.empty() && !vendor.empty() && found.kind != MacKind::group;
  return fmt::format("{}  {:<14}  {}{}", to_string(mac), to_string(found.kind), known.empty() ? "-" : known,
                     both ? fmt::format(" ({})", vendor) : "");
}

std::string registration_line(const VendorMatch& match) {
  return fmt::format("{:<17}  {:<4}  {}", to_string(match.prefix), registry_name(match.prefix), printable(match.name));
}

}  // namespace onlink::inline v0
