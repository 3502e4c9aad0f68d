// SPDX-License-Identifier: Apache-2.0
#include "onlink/kernel/netlink.hpp"

#include <libmnl/libmnl.h>
#include <linux/netlink.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "onlink/kernel/netlink_message.hpp"
#include "onlink/kernel/system_error.hpp"

namespace onlink::inline v0::kernel {
namespace {

// The kernel fills a dump's messages up to 32 KiB when the reader's buffer has room for it.
constexpr std::size_t receive_buffer_size = 32768;

enum class Progress : std::uint8_t { more, finished };

// The kernel's explanation (NLMSGERR_ATTR_MSG), which stands behind what it echoes of our request.
std::string explanation(const nlmsghdr& message, std::size_t fixed_size) {
  if ((message.nlmsg_flags & NLM_F_ACK_TLVS) == 0 || mnl_nlmsg_get_payload_len(&message) < fixed_size) return {};
  return Attributes<NLMSGERR_ATTR_MAX>(message, fixed_size).text(NLMSGERR_ATTR_MSG);
}

Error refusal(int sys_errno, const std::string& what, const std::string& why) {
  Error error = system_error(sys_errno, what, "needs CAP_NET_ADMIN");
  if (!why.empty()) error.context += ": " + why;
  return error;
}

std::size_t echoed_size(const nlmsghdr& message) {
  const auto& echo = payload_of<nlmsgerr>(message);
  if ((message.nlmsg_flags & NLM_F_CAPPED) != 0) return sizeof(nlmsgerr);
  return sizeof(nlmsgerr) - sizeof(nlmsghdr) + MNL_ALIGN(echo.msg.nlmsg_len);
}

std::expected<Progress, Error> acknowledged(const nlmsghdr& message, const std::string& what) {
  if (mnl_nlmsg_get_payload_len(&message) < sizeof(nlmsgerr)) return std::unexpected(refusal(EBADMSG, what, {}));
  const int status = payload_of<nlmsgerr>(message).error;
  if (status == 0) return Progress::finished;
  return std::unexpected(refusal(-status, what, explanation(message, echoed_size(message))));
}

std::expected<Progress, Error> dump_ended(const nlmsghdr& message, const std::string& what) {
  if (mnl_nlmsg_get_payload_len(&message) < sizeof(int)) return Progress::finished;
  const int status = payload_of<int>(message);
  if (status >= 0) return Progress::finished;
  return std::unexpected(refusal(-status, what, explanation(message, sizeof(int))));
}

}  // namespace

struct Netlink::Socket {
  Socket() = default;
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  ~Socket() {
    if (socket != nullptr) mnl_socket_close(socket);
  }

  std::expected<Progress, Error> read(std::size_t size, const std::string& what, const MessageSink& sink) {
    const nlmsghdr* message = buffer.data();
    bool interrupted = false;
    for (int left = static_cast<int>(size); mnl_nlmsg_ok(message, left); message = mnl_nlmsg_next(message, &left)) {
      if (message->nlmsg_seq != sequence) continue;  // of an earlier request that was given up
      interrupted = interrupted || (message->nlmsg_flags & NLM_F_DUMP_INTR) != 0;
      if (interrupted) changed_while_read = true;
      if (message->nlmsg_type == NLMSG_ERROR) return acknowledged(*message, what);
      if (message->nlmsg_type == NLMSG_DONE) return dump_ended(*message, what);
      sink(*message);
    }
    return Progress::more;
  }

  mnl_socket* socket = nullptr;
  std::uint32_t sequence = 0;
  bool changed_while_read = false;
  std::vector<nlmsghdr> buffer = std::vector<nlmsghdr>(receive_buffer_size / sizeof(nlmsghdr));
};

Netlink::Netlink(std::unique_ptr<Socket> socket) noexcept : socket_(std::move(socket)) {}
Netlink::Netlink(Netlink&&) noexcept = default;
Netlink& Netlink::operator=(Netlink&&) noexcept = default;
Netlink::~Netlink() = default;

std::expected<Netlink, Error> Netlink::open() {
  auto socket = std::make_unique<Socket>();
  socket->socket = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
  if (socket->socket == nullptr || mnl_socket_bind(socket->socket, 0, MNL_SOCKET_AUTOPID) < 0) {
    return std::unexpected(system_error(errno, "open rtnetlink socket"));
  }
  // A kernel too old for one of these (before 4.12, 4.3, 4.20) answers all the same, with fewer words or more rows.
  int on = 1;
  mnl_socket_setsockopt(socket->socket, NETLINK_EXT_ACK, &on, sizeof on);
  mnl_socket_setsockopt(socket->socket, NETLINK_CAP_ACK, &on, sizeof on);
  mnl_socket_setsockopt(socket->socket, NETLINK_GET_STRICT_CHK, &on, sizeof on);
  return Netlink(std::move(socket));
}

std::expected<void, Error> Netlink::transact(nlmsghdr& request, const std::string& what, const MessageSink& sink) {
  Socket& socket = *socket_;
  const bool is_dump = (request.nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP;
  if (!is_dump) request.nlmsg_flags |= NLM_F_ACK;
  request.nlmsg_seq = ++socket.sequence;
  socket.changed_while_read = false;
  if (mnl_socket_sendto(socket.socket, &request, request.nlmsg_len) < 0) {
    return std::unexpected(system_error(errno, what));
  }
  while (true) {
    const auto size = mnl_socket_recvfrom(socket.socket, socket.buffer.data(), receive_buffer_size);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return std::unexpected(system_error(errno, what));
    const auto progress = socket.read(static_cast<std::size_t>(size), what, sink);
    if (!progress) return std::unexpected(progress.error());
    if (*progress == Progress::finished) break;
  }
  if (socket.changed_while_read)
    return std::unexpected(system_error(EINTR, what + ": the table changed while it was read"));
  return {};
}

}  // namespace onlink::inline v0::kernel
