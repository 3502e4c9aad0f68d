// SPDX-License-Identifier: Apache-2.0
// Building and reading rtnetlink messages with libmnl; for this folder only.
#pragma once

#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "onlink/base/ip_address.hpp"
#include "onlink/base/mac_address.hpp"
#include "onlink/kernel/netlink.hpp"

namespace onlink::inline v0::kernel {

[[nodiscard]] inline std::uint8_t address_family(Family family) noexcept {
  return family == Family::ipv4 ? AF_INET : AF_INET6;
}
[[nodiscard]] inline std::uint8_t address_family(std::optional<Family> family) noexcept {
  return family ? address_family(*family) : std::uint8_t{AF_UNSPEC};
}

// One request under construction. Large enough for every request of ours (a veth pair with names is the longest).
class Request {
 public:
  Request(std::uint16_t type, std::uint16_t flags) : header_(mnl_nlmsg_put_header(buffer_.data())) {
    header_->nlmsg_type = type;
    header_->nlmsg_flags = static_cast<std::uint16_t>(NLM_F_REQUEST | flags);
  }
  Request(const Request&) = delete;
  Request& operator=(const Request&) = delete;

  [[nodiscard]] nlmsghdr& header() noexcept { return *header_; }

  template <class Payload>
  Payload& payload() {
    return *static_cast<Payload*>(mnl_nlmsg_put_extra_header(header_, sizeof(Payload)));
  }
  void put(std::uint16_t type, const void* data, std::size_t size) { mnl_attr_put(header_, type, size, data); }
  void put_u8(std::uint16_t type, std::uint8_t value) { mnl_attr_put_u8(header_, type, value); }
  void put_u32(std::uint16_t type, std::uint32_t value) { mnl_attr_put_u32(header_, type, value); }
  void put(std::uint16_t type, const std::string& text) { mnl_attr_put_strz(header_, type, text.c_str()); }
  void put(std::uint16_t type, const MacAddress& mac) { put(type, mac.octets.data(), mac.octets.size()); }
  void put(std::uint16_t type, const IpAddress& address) { put(type, address.octets().data(), address.size()); }

  // An attribute around others, open from here to the end of its scope.
  class Nest {
   public:
    Nest(Request& request, std::uint16_t type)
        : header_(request.header_), start_(mnl_attr_nest_start(request.header_, type)) {}
    Nest(const Nest&) = delete;
    Nest& operator=(const Nest&) = delete;
    ~Nest() { mnl_attr_nest_end(header_, start_); }

   private:
    nlmsghdr* header_;
    nlattr* start_;
  };

 private:
  alignas(nlmsghdr) std::array<char, 1024> buffer_{};
  nlmsghdr* header_;
};

// The attributes of a message or of a nest, found by type; types that we do not know are passed over.
template <std::size_t Max>
class Attributes {
 public:
  Attributes(const nlmsghdr& message, std::size_t payload_size) {
    mnl_attr_parse(&message, static_cast<unsigned>(payload_size), &Attributes::remember, this);
  }
  explicit Attributes(const nlattr* nest) {
    if (nest != nullptr) mnl_attr_parse_nested(nest, &Attributes::remember, this);
  }
  // Those in a bare stretch of memory.
  Attributes(const void* payload, std::size_t size) {
    mnl_attr_parse_payload(payload, size, &Attributes::remember, this);
  }
  [[nodiscard]] const nlattr* operator[](std::size_t type) const noexcept { return found_[type]; }

  template <class T>
  [[nodiscard]] std::optional<T> value(std::size_t type) const noexcept {
    static_assert(std::is_trivially_copyable_v<T>);
    if (found_[type] == nullptr || mnl_attr_get_payload_len(found_[type]) < sizeof(T)) return std::nullopt;
    T out;
    std::memcpy(&out, mnl_attr_get_payload(found_[type]), sizeof(T));
    return out;
  }
  [[nodiscard]] std::string text(std::size_t type) const {
    if (found_[type] == nullptr) return {};
    const auto* data = static_cast<const char*>(mnl_attr_get_payload(found_[type]));
    const std::string_view all(data, mnl_attr_get_payload_len(found_[type]));
    return std::string(all.substr(0, all.find('\0')));
  }
  [[nodiscard]] std::optional<MacAddress> mac(std::size_t type) const noexcept {
    if (found_[type] == nullptr || mnl_attr_get_payload_len(found_[type]) != 6) return std::nullopt;
    return value<MacAddress>(type);
  }
  [[nodiscard]] std::optional<IpAddress> ip(std::size_t type) const noexcept {
    if (found_[type] == nullptr) return std::nullopt;
    const std::size_t size = mnl_attr_get_payload_len(found_[type]);
    if (size != 4 && size != 16) return std::nullopt;
    std::array<std::uint8_t, 16> octets{};
    std::memcpy(octets.data(), mnl_attr_get_payload(found_[type]), size);
    return IpAddress::from_octets(size == 4 ? Family::ipv4 : Family::ipv6, octets);
  }

 private:
  static int remember(const nlattr* attribute, void* self) {
    const std::size_t type = mnl_attr_get_type(attribute);
    if (type <= Max) static_cast<Attributes*>(self)->found_[type] = attribute;
    return MNL_CB_OK;
  }
  std::array<const nlattr*, Max + 1> found_{};
};

template <class Payload>
[[nodiscard]] const Payload& payload_of(const nlmsghdr& message) noexcept {
  return *static_cast<const Payload*>(mnl_nlmsg_get_payload(&message));
}

// The whole of a table, each message turned into a value by `parse` (nothing: not one of those asked for). A table that
// changed while it was read is read again, so that no row is missed or seen twice.
template <class Value, class Parse>
[[nodiscard]] std::expected<std::vector<Value>, Error> dump(Netlink& netlink, Request& request, const std::string& what,
                                                            Parse parse) {
  constexpr int tries = 8;
  for (int left = tries;; --left) {
    std::vector<Value> rows;
    const auto done = netlink.transact(request.header(), what, [&](const nlmsghdr& message) {
      if (std::optional<Value> row = parse(message)) rows.push_back(std::move(*row));
    });
    if (done) return rows;
    if (done.error().sys_errno != EINTR || left == 0) return std::unexpected(done.error());
  }
}

}  // namespace onlink::inline v0::kernel
