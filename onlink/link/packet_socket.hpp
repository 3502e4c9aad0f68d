// SPDX-License-Identifier: Apache-2.0
// The AF_PACKET socket beneath a packet port: opening, options, the interface's state and the kernel's counters.
// Internal to link.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <utility>

#include "onlink/base/error.hpp"
#include "onlink/link/packet_port.hpp"
#include "onlink/link/unique_fd.hpp"

namespace onlink::inline v0 {

class PacketSocket {
 public:
  // Not yet bound: rings and options are set first, so that no frame of another interface can get in, and so that the
  // kernel need not take a running socket apart (which would cost RCU grace periods of milliseconds).
  [[nodiscard]] static std::expected<PacketSocket, Error> open(const PacketPortOptions& options);
  // From here on frames come in. Errors: as open_packet_port().
  [[nodiscard]] std::expected<void, Error> bind(const PacketPortOptions& options);

  // Sends and hears nothing.
  [[nodiscard]] std::expected<void, Error> bind_to_send();

  [[nodiscard]] int fd() const noexcept { return fd_.value(); }
  [[nodiscard]] const std::string& interface() const noexcept { return interface_; }

  template <class T>
  [[nodiscard]] std::expected<void, Error> set(int level, int option, const T& value, std::string_view operation) {
    return set_bytes(level, option, &value, sizeof value, operation);
  }
  [[nodiscard]] Error error(std::string_view operation, int sys_errno) const;
  // Of a call on the open port: the interface is gone or down, or the call itself failed.
  [[nodiscard]] Error runtime_error(std::string_view operation, int sys_errno) const;

  // Errors: link_down when the interface went down or lost its carrier, no_interface when it is gone.
  [[nodiscard]] std::expected<void, Error> check_link();
  // The error that the kernel left on the socket, cleared by asking; 0: none.
  [[nodiscard]] int pending_error() const noexcept;
  // Frames dropped since the last call.
  [[nodiscard]] std::uint64_t take_drops(bool ring) const noexcept;

 private:
  PacketSocket(UniqueFd fd, std::string interface) : fd_(std::move(fd)), interface_(std::move(interface)) {}
  [[nodiscard]] std::expected<void, Error> set_bytes(int level, int option, const void* value, unsigned size,
                                                     std::string_view operation);
  [[nodiscard]] std::expected<void, Error> find_interface(int known_index);
  [[nodiscard]] std::expected<void, Error> require_ethernet() const;
  [[nodiscard]] std::expected<void, Error> require_link(const PacketPortOptions& options);
  [[nodiscard]] std::expected<unsigned, Error> read_flags();
  [[nodiscard]] bool has_carrier() const noexcept;
  [[nodiscard]] std::expected<void, Error> bind_protocol(std::uint16_t protocol);
  [[nodiscard]] std::expected<void, Error> join(int membership);
  [[nodiscard]] std::expected<void, Error> attach_filter(const PacketFilter& filter);

  UniqueFd fd_;
  std::string interface_;
  int index_ = 0;
};

}  // namespace onlink::inline v0
