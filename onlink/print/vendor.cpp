// SPDX-License-Identifier: Apache-2.0
#include "onlink/print/vendor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <span>

#include "onlink/print/oui_image.hpp"
#include "onlink/print/oui_text.hpp"

extern "C" const std::byte onlink_oui_image[];
extern "C" const std::byte onlink_oui_image_end[];

namespace onlink::inline v0 {
namespace {

constexpr std::size_t most_file_bytes = 64U << 20;  // the IEEE's own files are 9 MB together
constexpr std::uint64_t group_bit = std::uint64_t{1} << 40;

// The blocks that the IEEE handed out as Individual Address Blocks before MA-S took their place.
constexpr std::uint64_t iab_blocks[] = {0x0050c2, 0x40d855};

VendorMatch match_of(const OuiRow& row) noexcept {
  return {row.name, {MacAddress::from_value(row.prefix << (48 - row.bits)), row.bits}};
}

bool same_letter(char a, char b) noexcept {
  return std::tolower(static_cast<unsigned char>(a)) == std::tolower(static_cast<unsigned char>(b));
}

std::expected<std::string, Error> read_all(const std::string& path) {
  const auto system_error = [&path](std::string_view operation) {
    const int reason = errno;
    return std::unexpected(
        Error{ErrorCode::system, reason, fmt::format("{}: {}: {}", path, operation, std::strerror(reason))});
  };
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rbe"), &std::fclose);
  if (!file) return system_error("open vendor registry");
  std::string text;
  char block[65536];
  while (const std::size_t count = std::fread(block, 1, sizeof block, file.get())) {
    text.append(block, count);
    if (text.size() > most_file_bytes) {
      return std::unexpected(usage_error(fmt::format("{}: larger than any vendor registry (64 MiB)", path)));
    }
  }
  if (std::ferror(file.get()) != 0) return system_error("read vendor registry");
  return text;
}

}  // namespace

std::string_view registry_name(const MacPrefix& prefix) noexcept {
  const std::uint64_t oui = prefix.address.value() >> 24;
  switch (prefix.bits) {
    case 24:
      // A Company ID has the X and Y bits 0 and 1 like an ELI address (IEEE 802c): it makes no universal addresses.
      return (prefix.address.octets[0] & 0x0f) == 0x0a ? "CID" : "MA-L";
    case 28:
      return "MA-M";
    case 36:
      return std::ranges::find(iab_blocks, oui) != std::end(iab_blocks) ? "IAB" : "MA-S";
    default:
      return {};
  }
}

const VendorRegistry& VendorRegistry::builtin() noexcept {
  static const VendorRegistry registry(Bytes(onlink_oui_image, onlink_oui_image_end));
  return registry;
}

std::expected<VendorRegistry, Error> VendorRegistry::load(const std::string& path) {
  const auto text = read_all(path);
  if (!text) return std::unexpected(text.error());
  return parse(*text, path);
}

std::expected<VendorRegistry, Error> VendorRegistry::parse(std::string_view text, std::string_view source) {
  auto entries = parse_oui_text(text, source);
  if (!entries) return std::unexpected(std::move(entries.error()));
  return VendorRegistry(pack_oui_image(*std::move(entries)));
}

std::optional<VendorMatch> VendorRegistry::find(const MacAddress& mac) const noexcept {
  auto row = find_in_oui_image(image_, mac.value());
  if (!row && mac.is_group()) row = find_in_oui_image(image_, mac.value() & ~group_bit);
  if (!row) return std::nullopt;
  return match_of(*row);
}

std::string_view VendorRegistry::name(const MacAddress& mac) const noexcept {
  const auto found = find(mac);
  return found ? found->name : std::string_view{};
}

std::vector<VendorMatch> VendorRegistry::search_name(std::string_view part) const {
  std::vector<VendorMatch> found;
  for_each_in_oui_image(image_, [&](const OuiRow& row) {
    if (!std::ranges::search(row.name, part, same_letter).empty() || part.empty()) found.push_back(match_of(row));
  });
  std::ranges::sort(found, {}, &VendorMatch::prefix);
  return found;
}

std::vector<VendorMatch> VendorRegistry::search_prefix(const MacPrefix& prefix) const {
  std::vector<VendorMatch> found;
  for_each_in_oui_image(image_, [&](const OuiRow& row) {
    const VendorMatch match = match_of(row);
    const bool related = prefix.bits <= match.prefix.bits ? prefix.contains(match.prefix.address)
                                                          : match.prefix.contains(prefix.address);
    if (related) found.push_back(match);
  });
  std::ranges::sort(found, {}, &VendorMatch::prefix);
  return found;
}

std::size_t VendorRegistry::size() const noexcept { return count_oui_image(image_); }

std::string_view vendor_name(const MacAddress& mac) noexcept { return VendorRegistry::builtin().name(mac); }

}  // namespace onlink::inline v0
