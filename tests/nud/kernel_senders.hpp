// SPDX-License-Identifier: Apache-2.0
// The programs on host A: UDP sockets whose errors are heard of one by one (IP_RECVERR), and TCP connections under way.
#pragma once

#include <poll.h>

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "onlink/base/ip_address.hpp"
#include "onlink/kernel/namespaces.hpp"
#include "tests/nud/scenario.hpp"

namespace onlink::differential {

// The name of an errno: "EHOSTUNREACH".
[[nodiscard]] std::string errno_name(int sys_errno);

struct SocketError {
  IpAddress to;
  int sys_errno = 0;
  bool tcp = false;
};
using SocketErrorSink = std::function<void(const SocketError&)>;

class KernelSenders {
 public:
  // `interface` is the scope of link-local destinations. REQUIRES: the process is on host A.
  explicit KernelSenders(int interface) noexcept : interface_(interface) {}

  // Sends all of the step's datagrams; refusals of the call itself are errors too.
  void send(const SendStep& step, const SocketErrorSink& sink);
  // The sockets that may have errors to tell.
  void add_to(std::vector<pollfd>& sockets) const;
  // Every error that came since.
  void collect(const SocketErrorSink& sink);

 private:
  using Key = std::pair<IpAddress, std::optional<IpAddress>>;  // destination, source
  kernel::FileDescriptor* socket_for(const SendStep& step, const IpAddress& to, const SocketErrorSink& sink);
  void send_datagrams(const SendStep& step, const IpAddress& to, const SocketErrorSink& sink);
  void connect(const SendStep& step, const IpAddress& to, const SocketErrorSink& sink);

  int interface_;
  std::map<Key, kernel::FileDescriptor> datagrams_;
  std::vector<std::pair<IpAddress, kernel::FileDescriptor>> connections_;
};

}  // namespace onlink::differential
