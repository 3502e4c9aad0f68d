// SPDX-License-Identifier: Apache-2.0
// How a row of the table of sysctls is put together: where its value lies in LinkParameters, and in which unit the file
// has it. For neighbor_parameters.cpp alone.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>

#include "onlink/engine/neighbor_parameters.hpp"

namespace onlink::inline v0::parameter_rows {

// A string as a template argument.
template <std::size_t Size>
struct Text {
  char characters[Size]{};
  consteval Text(const char (&text)[Size]) { std::copy_n(text, Size, characters); }  // NOLINT: a literal is meant
};

template <Text First, Text Second>
inline constexpr auto joined = [] {
  std::array<char, sizeof(First.characters) + sizeof(Second.characters) - 2> characters{};
  const auto middle = std::copy_n(First.characters, sizeof(First.characters) - 1, characters.begin());
  std::copy_n(Second.characters, sizeof(Second.characters) - 1, middle);
  return characters;
}();

template <Text First, Text Second>
constexpr std::string_view path() noexcept {
  return {joined<First, Second>.data(), joined<First, Second>.size()};
}

// The kernel keeps these as int.
inline constexpr std::uint64_t int_max = std::numeric_limits<std::int32_t>::max();
// IPv6's old retrans_time alone counts the kernel's own ticks; 250 a second is what distributions build.
inline constexpr std::int64_t jiffies_per_second = 250;
// What unres_qlen takes a packet for: the true size of a full Ethernet frame.
inline constexpr std::uint32_t packet_truesize = 2090;

// Fields: how a value is read and written as the file has it. `Group` is a member of LinkParameters, `Member` one of
// its members.
template <auto Group, auto Member, std::int64_t UnitNanoseconds, std::uint64_t Least = 0>
struct TimeField {
  static constexpr Duration unit{UnitNanoseconds};
  static std::string read(const LinkParameters& parameters) {
    return std::to_string((parameters.*Group.*Member) / unit);
  }
  static bool write(LinkParameters& parameters, std::uint64_t value) {
    if (value < Least || value > int_max || Duration{longest_duration} / unit < static_cast<std::int64_t>(value)) {
      return false;
    }
    parameters.*Group.*Member = static_cast<std::int64_t>(value) * unit;
    return true;
  }
};

template <auto Group, auto Member, std::uint64_t Most = int_max>
struct NumberField {
  static std::string read(const LinkParameters& parameters) { return std::to_string(+(parameters.*Group.*Member)); }
  static bool write(LinkParameters& parameters, std::uint64_t value) {
    if (value > Most) return false;
    using Value = std::remove_reference_t<decltype(parameters.*Group.*Member)>;
    parameters.*Group.*Member = static_cast<Value>(value);
    return true;
  }
};

// unres_qlen is a view of unres_qlen_bytes, as in Linux.
template <auto Group>
struct PacketsField {
  static std::string read(const LinkParameters& parameters) {
    return std::to_string((parameters.*Group).unres_qlen_bytes / packet_truesize);
  }
  static bool write(LinkParameters& parameters, std::uint64_t value) {
    if (value > int_max / packet_truesize) return false;
    (parameters.*Group).unres_qlen_bytes = static_cast<std::uint32_t>(value) * packet_truesize;
    return true;
  }
};

struct Words {
  std::string_view fallback{};
  std::string_view meaning{};
  bool deprecated = false;
};

template <class Field>
constexpr ParameterInfo row(std::string_view path, ParameterUnit unit, ParameterScope scope, const Words& words) {
  ParameterInfo info{.path = path, .unit = unit, .scope = scope, .fallback = words.fallback, .meaning = words.meaning};
  info.family = path.starts_with("net/ipv4/") ? Family::ipv4 : Family::ipv6;
  info.deprecated = words.deprecated;
  if constexpr (!std::is_void_v<Field>) {
    info.read = Field::read;
    info.write = Field::write;
  }
  return info;
}

inline constexpr std::int64_t one_millisecond = 1'000'000;
inline constexpr std::int64_t one_hundredth = 10'000'000;
inline constexpr std::int64_t one_second = 1'000'000'000;

}  // namespace onlink::inline v0::parameter_rows
