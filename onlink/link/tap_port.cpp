// SPDX-License-Identifier: Apache-2.0
#include "onlink/link/tap_port.hpp"

#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <sys/ioctl.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <system_error>
#include <utility>
#include <vector>

#include "onlink/link/unique_fd.hpp"

namespace onlink::inline v0 {
namespace {

constexpr std::size_t max_frame_size = 65536 + 64;  // a merged super-frame and its header
constexpr std::size_t frames_per_receive = 64;

Error tap_error(const std::string& interface, std::string_view operation, int sys_errno) {
  const bool refused = sys_errno == EPERM || sys_errno == EACCES;
  std::string text = interface + ": ";
  text.append(operation).append(": ").append(std::generic_category().message(sys_errno));
  if (refused) text += " (needs CAP_NET_ADMIN, and access to /dev/net/tun)";
  return {refused ? ErrorCode::permission : ErrorCode::system, sys_errno, std::move(text)};
}

class TapPort final : public Port {
 public:
  TapPort(std::string interface, UniqueFd fd)
      : interface_(std::move(interface)), fd_(std::move(fd)), buffer_(max_frame_size) {}

  std::expected<std::size_t, Error> receive(FrameSink sink) override {
    std::size_t count = 0;
    while (count < frames_per_receive) {
      const ssize_t size = ::read(fd_.value(), buffer_.data(), buffer_.size());
      if (size < 0 && errno == EINTR) continue;
      if (size < 0 && (errno == EAGAIN || errno == EIO)) break;  // EIO: the interface is down
      if (size < 0) return std::unexpected{tap_error(interface_, "receive", errno)};
      const Bytes frame{buffer_.data(), static_cast<std::size_t>(size)};
      sink(ReceivedFrame{.bytes = frame, .original_size = static_cast<std::uint32_t>(size)});
      ++count;
      ++counters_.received;
    }
    return count;
  }

  std::expected<std::size_t, Error> send(const FrameList& frames) override {
    for (std::size_t i = 0; i < frames.size(); ++i) {
      ssize_t written = -1;
      do {
        written = ::write(fd_.value(), frames[i].data(), frames[i].size());
      } while (written < 0 && errno == EINTR);
      if (written < 0 && (errno == EAGAIN || errno == ENOBUFS)) {
        ++counters_.send_stalls;
        return i;
      }
      if (written < 0 && errno != EIO) return std::unexpected{tap_error(interface_, "send", errno)};
      ++counters_.sent;
    }
    return frames.size();
  }

  [[nodiscard]] int poll_fd() const noexcept override { return fd_.value(); }
  [[nodiscard]] PortCounters counters() override { return counters_; }

 private:
  std::string interface_;
  UniqueFd fd_;
  std::vector<std::byte> buffer_;
  PortCounters counters_;
};

}  // namespace

std::expected<std::unique_ptr<Port>, Error> open_tap_port(const std::string& interface) {
  ifreq request{};
  if (interface.empty() || interface.size() >= sizeof request.ifr_name || interface.contains('/')) {
    return std::unexpected{usage_error("'" + interface + "': no name for an interface (1 to 15 characters, no /)")};
  }
  UniqueFd fd{::open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC)};
  if (!fd) return std::unexpected{tap_error(interface, "open /dev/net/tun", errno)};
  std::ranges::copy(interface, request.ifr_name);
  request.ifr_flags = IFF_TAP | IFF_NO_PI;
  if (::ioctl(fd.value(), TUNSETIFF, &request) < 0) {
    return std::unexpected{tap_error(interface, "make a tap interface", errno)};
  }
  return std::make_unique<TapPort>(interface, std::move(fd));
}

}  // namespace onlink::inline v0
