// SPDX-License-Identifier: Apache-2.0
#include "onlink/print/oui_image.hpp"

#include <algorithm>
#include <cstring>
#include <map>
#include <unordered_map>
#include <utility>

namespace onlink::inline v0 {
namespace {

constexpr std::uint32_t image_magic = 0x4f554931;  // "OUI1"

struct Header {
  std::uint32_t magic;
  std::uint32_t sections;
  std::uint32_t pool;
};

struct Section {
  std::uint32_t bits;
  std::uint32_t count;
  std::uint32_t keys;
  std::uint32_t names;
};

constexpr std::size_t key_size(unsigned bits) noexcept { return bits <= 32 ? 4 : 8; }

// The image may lie at any address (a file mapped, a vector): loads go through memcpy, which costs nothing.
template <class T>
T load_at(Bytes image, std::size_t offset) noexcept {
  T value;
  std::memcpy(&value, image.data() + offset, sizeof value);
  return value;
}

template <class T>
void append(std::vector<std::byte>& out, const T& value) {
  const auto* first = reinterpret_cast<const std::byte*>(&value);
  out.insert(out.end(), first, first + sizeof value);
}

std::uint64_t key_at(Bytes image, const Section& section, std::size_t index) noexcept {
  if (key_size(section.bits) == 4) return load_at<std::uint32_t>(image, section.keys + index * 4);
  return load_at<std::uint64_t>(image, section.keys + index * 8);
}

std::string_view name_at(Bytes image, const Section& section, std::size_t index) noexcept {
  const auto offset = load_at<std::uint32_t>(image, section.names + index * 4);
  const auto pool = load_at<Header>(image, 0).pool;
  return reinterpret_cast<const char*>(image.data()) + pool + offset;
}

Section section_at(Bytes image, std::size_t index) noexcept {
  return load_at<Section>(image, sizeof(Header) + index * sizeof(Section));
}

// The keys of one section, ascending: halving a range whose start moves without a branch.
template <class Key>
std::optional<std::size_t> find_key(Bytes image, const Section& section, std::uint64_t wanted) noexcept {
  std::size_t first = 0;
  for (std::size_t count = section.count; count > 1;) {
    const std::size_t half = count / 2;
    first += load_at<Key>(image, section.keys + (first + half) * sizeof(Key)) <= wanted ? half : 0;
    count -= half;
  }
  if (section.count == 0 || load_at<Key>(image, section.keys + first * sizeof(Key)) != wanted) return std::nullopt;
  return first;
}

// Names of one prefix joined, each once; keyed so that the longest prefixes come first.
using Sorted = std::map<unsigned, std::map<std::uint64_t, std::string>, std::greater<>>;

Sorted merge(std::vector<OuiEntry> entries) {
  std::ranges::sort(entries);
  entries.erase(std::ranges::unique(entries).begin(), entries.end());
  Sorted sorted;
  for (const OuiEntry& entry : entries) {
    std::string& name = sorted[entry.bits][entry.prefix];
    if (!name.empty()) name += " / ";
    name += entry.name;
  }
  return sorted;
}

class Pool {
 public:
  std::uint32_t add(const std::string& name) {
    const auto [place, added] = offsets_.try_emplace(name, static_cast<std::uint32_t>(text_.size()));
    if (added) text_.append(name).push_back('\0');
    return place->second;
  }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::unordered_map<std::string, std::uint32_t> offsets_;
  std::string text_;
};

std::size_t put_sections(std::vector<std::byte>& image, const Sorted& sorted) {
  std::size_t offset = sizeof(Header) + sorted.size() * sizeof(Section);
  for (const auto& [bits, rows] : sorted) {
    offset = (offset + 7) / 8 * 8;
    const std::size_t names = offset + rows.size() * key_size(bits);
    append(image, Section{.bits = bits,
                          .count = static_cast<std::uint32_t>(rows.size()),
                          .keys = static_cast<std::uint32_t>(offset),
                          .names = static_cast<std::uint32_t>(names)});
    offset = names + rows.size() * 4;
  }
  return offset;
}

}  // namespace

std::vector<std::byte> pack_oui_image(std::vector<OuiEntry> entries) {
  const Sorted sorted = merge(std::move(entries));
  std::vector<std::byte> image(sizeof(Header));
  const std::size_t pool_offset = put_sections(image, sorted);
  Pool pool;
  for (const auto& [bits, rows] : sorted) {
    image.resize((image.size() + 7) / 8 * 8);
    for (const auto& [key, name] : rows) {
      key_size(bits) == 4 ? append(image, static_cast<std::uint32_t>(key)) : append(image, key);
    }
    for (const auto& [key, name] : rows) append(image, pool.add(name));
  }
  const Header header{.magic = image_magic,
                      .sections = static_cast<std::uint32_t>(sorted.size()),
                      .pool = static_cast<std::uint32_t>(pool_offset)};
  std::memcpy(image.data(), &header, sizeof header);
  const auto text = std::as_bytes(std::span(pool.text()));
  image.insert(image.end(), text.begin(), text.end());
  return image;
}

std::optional<OuiRow> find_in_oui_image(Bytes image, std::uint64_t mac) noexcept {
  const auto sections = load_at<Header>(image, 0).sections;
  for (std::size_t i = 0; i < sections; ++i) {
    const Section section = section_at(image, i);
    const std::uint64_t wanted = mac >> (48 - section.bits);
    const auto found = key_size(section.bits) == 4 ? find_key<std::uint32_t>(image, section, wanted)
                                                   : find_key<std::uint64_t>(image, section, wanted);
    if (found) return OuiRow{wanted, static_cast<std::uint8_t>(section.bits), name_at(image, section, *found)};
  }
  return std::nullopt;
}

void for_each_in_oui_image(Bytes image, const std::function<void(const OuiRow&)>& visit) {
  const auto sections = load_at<Header>(image, 0).sections;
  for (std::size_t i = 0; i < sections; ++i) {
    const Section section = section_at(image, i);
    for (std::size_t row = 0; row < section.count; ++row) {
      visit({key_at(image, section, row), static_cast<std::uint8_t>(section.bits), name_at(image, section, row)});
    }
  }
}

std::size_t count_oui_image(Bytes image) noexcept {
  std::size_t count = 0;
  const auto sections = load_at<Header>(image, 0).sections;
  for (std::size_t i = 0; i < sections; ++i) count += section_at(image, i).count;
  return count;
}

}  // namespace onlink::inline v0
