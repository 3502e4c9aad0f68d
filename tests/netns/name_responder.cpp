// SPDX-License-Identifier: Apache-2.0
#include "tests/netns/name_responder.hpp"

#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <span>
#include <stdexcept>

namespace onlink::inline v0::test {
namespace {

using namespace std::string_literals;

void must(int result, std::string_view what) {
  if (result < 0) throw std::runtime_error(std::string{what} + ": " + std::strerror(errno));
}

template <class Value>
void set(const kernel::FileDescriptor& socket, int level, int option, const Value& value) {
  must(::setsockopt(socket.fd(), level, option, &value, sizeof value), "name responder: set an option");
}

template <class Address>
void bind_to(const kernel::FileDescriptor& socket, const Address& address) {
  sockaddr_storage storage{};
  std::memcpy(&storage, &address, sizeof address);
  must(::bind(socket.fd(), reinterpret_cast<const sockaddr*>(&storage), sizeof address), "name responder: bind");
}

kernel::FileDescriptor open_ipv4(std::uint16_t port, int interface, std::optional<Ipv4Address> group) {
  kernel::FileDescriptor socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  must(socket.fd(), "name responder: open a socket");
  set(socket, IPPROTO_IP, IP_PKTINFO, 1);
  set(socket, IPPROTO_IP, IP_RECVTTL, 1);
  bind_to(socket, sockaddr_in{.sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {}, .sin_zero = {}});
  if (group)
    set(socket, IPPROTO_IP, IP_ADD_MEMBERSHIP,
        ip_mreqn{.imr_multiaddr = {htonl(group->value)}, .imr_address = {}, .imr_ifindex = interface});
  return socket;
}

kernel::FileDescriptor open_ipv6(std::uint16_t port, int interface, std::optional<Ipv6Address> group) {
  kernel::FileDescriptor socket(::socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  must(socket.fd(), "name responder: open a socket");
  set(socket, IPPROTO_IPV6, IPV6_V6ONLY, 1);
  set(socket, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1);
  set(socket, IPPROTO_IPV6, IPV6_RECVHOPLIMIT, 1);
  bind_to(
      socket,
      sockaddr_in6{
          .sin6_family = AF_INET6, .sin6_port = htons(port), .sin6_flowinfo = 0, .sin6_addr = {}, .sin6_scope_id = 0});
  if (group) {
    ipv6_mreq membership{};
    std::ranges::copy(group->octets, std::begin(membership.ipv6mr_multiaddr.s6_addr));
    membership.ipv6mr_interface = static_cast<unsigned>(interface);
    set(socket, IPPROTO_IPV6, IPV6_JOIN_GROUP, membership);
  }
  return socket;
}

template <class Value>
Value data_of(const cmsghdr& header) {
  Value value{};
  std::memcpy(&value, CMSG_DATA(&header), sizeof value);
  return value;
}

// One datagram, with what is needed to send the answer back from where it arrived.
struct Datagram {
  std::array<char, 2048> payload{};
  sockaddr_storage from{};
  alignas(cmsghdr) std::array<char, 256> control{};
  iovec part{};
  msghdr message{};

  bool receive(int fd) {
    part = {payload.data(), payload.size()};
    message = {.msg_name = &from,
               .msg_namelen = sizeof from,
               .msg_iov = &part,
               .msg_iovlen = 1,
               .msg_control = control.data(),
               .msg_controllen = control.size(),
               .msg_flags = 0};
    const ssize_t size = ::recvmsg(fd, &message, 0);
    if (size < 0) return false;
    part.iov_len = static_cast<std::size_t>(size);
    return true;
  }
  [[nodiscard]] HeardQuestion heard() {
    HeardQuestion heard{.destination = {}, .payload = {payload.data(), part.iov_len}};
    std::uint16_t port = 0;  // at the same place in either family's address
    std::memcpy(&port, reinterpret_cast<const char*>(&from) + offsetof(sockaddr_in, sin_port), sizeof port);
    heard.source_port = ntohs(port);
    for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr; header = CMSG_NXTHDR(&message, header)) {
      if (header->cmsg_level == IPPROTO_IP && header->cmsg_type == IP_PKTINFO)
        heard.destination = Ipv4Address{ntohl(data_of<in_pktinfo>(*header).ipi_addr.s_addr)};
      if (header->cmsg_level == IPPROTO_IPV6 && header->cmsg_type == IPV6_PKTINFO)
        heard.destination = Ipv6Address{std::to_array(data_of<in6_pktinfo>(*header).ipi6_addr.s6_addr)};
      const bool hops = (header->cmsg_level == IPPROTO_IP && header->cmsg_type == IP_TTL) ||
                        (header->cmsg_level == IPPROTO_IPV6 && header->cmsg_type == IPV6_HOPLIMIT);
      if (hops) heard.hops = data_of<int>(*header);
    }
    return heard;
  }
  void send(int fd, std::string& answer, const HeardQuestion& heard) {
    part = {answer.data(), answer.size()};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(in6_pktinfo))> source{};
    message.msg_control = nullptr;
    message.msg_controllen = 0;
    if (!heard.destination.is_multicast()) write_source(heard.destination, source);
    must(static_cast<int>(::sendmsg(fd, &message, 0)), "name responder: answer");
  }

 private:
  void write_source(const IpAddress& address, std::span<char> memory) {
    message.msg_control = memory.data();
    message.msg_controllen = memory.size();
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    const auto write = [&](int level, int type, const auto& info) {
      *header = {.cmsg_len = CMSG_LEN(sizeof info), .cmsg_level = level, .cmsg_type = type};
      std::memcpy(CMSG_DATA(header), &info, sizeof info);
      message.msg_controllen = CMSG_SPACE(sizeof info);
    };
    if (address.is_ipv4()) {
      in_pktinfo info{};
      info.ipi_spec_dst.s_addr = htonl(address.ipv4().value);
      write(IPPROTO_IP, IP_PKTINFO, info);
    } else {
      in6_pktinfo info{};
      std::ranges::copy(address.octets(), std::begin(info.ipi6_addr.s6_addr));
      write(IPPROTO_IPV6, IPV6_PKTINFO, info);
    }
  }
};

std::string u16(std::size_t value) { return {static_cast<char>(value >> 8 & 0xff), static_cast<char>(value & 0xff)}; }

std::string reversed(const IpAddress& address) {
  std::string name;
  for (std::size_t i = address.size(); i-- > 0;) {
    const unsigned octet = address.octets()[i];
    constexpr std::string_view hex = "0123456789abcdef";
    name += address.is_ipv4() ? std::to_string(octet) : std::string{hex[octet & 15], '.', hex[octet >> 4]};
    name += '.';
  }
  return name + (address.is_ipv4() ? "in-addr.arpa" : "ip6.arpa");
}

constexpr std::size_t header_size = 12;
constexpr std::string_view ptr_in_internet{"\0\x0c\0\1", 4};

}  // namespace

NameResponder::NameResponder(const KernelHost& host, std::uint16_t port, Answer answer)
    : answer_(std::move(answer)), stop_(::eventfd(0, EFD_CLOEXEC)) {
  std::optional<Ipv4Address> ipv4_group;
  std::optional<Ipv6Address> ipv6_group;
  if (port == 5353) ipv4_group = ip("224.0.0.251").ipv4(), ipv6_group = ip("ff02::fb").ipv6();
  if (port == 5355) ipv4_group = ip("224.0.0.252").ipv4(), ipv6_group = ip("ff02::1:3").ipv6();
  host.run([&] {
    ipv4_ = open_ipv4(port, host.link().index, ipv4_group);
    ipv6_ = open_ipv6(port, host.link().index, ipv6_group);
  });
  thread_ = std::thread([this] { work(); });
}

NameResponder::~NameResponder() {
  (void)::eventfd_write(stop_.fd(), 1);
  thread_.join();
}

std::vector<HeardQuestion> NameResponder::heard() const {
  const std::scoped_lock lock{mutex_};
  return heard_;
}

void NameResponder::serve(int fd) {
  for (Datagram datagram; datagram.receive(fd);) {
    const HeardQuestion heard = datagram.heard();
    std::optional<std::string> answer = answer_(heard);
    {
      const std::scoped_lock lock{mutex_};
      heard_.push_back(heard);
    }
    if (answer) datagram.send(fd, *answer, heard);
  }
}

void NameResponder::work() {
  while (true) {
    std::array<pollfd, 3> fds{{{stop_.fd(), POLLIN, 0}, {ipv4_.fd(), POLLIN, 0}, {ipv6_.fd(), POLLIN, 0}}};
    (void)::poll(fds.data(), fds.size(), -1);
    if (fds[0].revents != 0) return;
    serve(ipv4_.fd());
    serve(ipv6_.fd());
  }
}

std::string wire_name(std::string_view name) {
  std::string wire;
  while (!name.empty()) {
    const std::string_view label = name.substr(0, name.find('.'));
    wire += static_cast<char>(label.size());
    wire += label;
    name.remove_prefix(std::min(name.size(), label.size() + 1));
  }
  return wire + '\0';
}

std::string ptr_question(const IpAddress& address) {
  return wire_name(reversed(address)) + std::string{ptr_in_internet};
}

bool asks_for(const HeardQuestion& heard, const IpAddress& address) {
  const std::string question = ptr_question(address);
  return heard.payload.size() >= header_size + question.size() && heard.payload.compare(4, 2, "\0\1"s) == 0 &&
         heard.payload.compare(header_size, question.size(), question) == 0;
}

std::string ptr_answer(const HeardQuestion& heard, std::string_view name, std::uint16_t flags) {
  const std::size_t name_end = heard.payload.find('\0', header_size) + 1;
  const std::string question = heard.payload.substr(header_size, name_end - header_size) + std::string{ptr_in_internet};
  const std::string data = wire_name(name);
  return heard.payload.substr(0, 2) + u16(flags) + "\0\1\0\1\0\0\0\0"s + question + "\xc0\x0c"s +
         std::string{ptr_in_internet} + "\0\0\0\x0a"s + u16(data.size()) + data;
}

std::string node_status_question() {
  return "\0\0\0\1\0\0\0\0\0\0"s + "\x20"s + "CKAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"s + "\0\0\x21\0\1"s;
}

std::string node_status_answer(const HeardQuestion& heard, std::string_view name) {
  const auto entry = [](std::string_view text, char suffix, std::string_view flags) {
    return std::string{text} + std::string(15 - text.size(), ' ') + suffix + std::string{flags};
  };
  const std::string names =
      entry("WORKGROUP", 0, {"\x84\0", 2}) + entry(name, 0, {"\4\0", 2}) + entry(name, '\x20', {"\4\0", 2});
  const std::string data = "\3"s + names + std::string(46, '\0');
  return heard.payload.substr(0, 2) + "\x84\0\0\0\0\1\0\0\0\0"s + "\x20"s + "CKAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"s +
         "\0\0\x21\0\1\0\0\0\0"s + u16(data.size()) + data;
}

}  // namespace onlink::inline v0::test
