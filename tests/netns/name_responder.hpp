// SPDX-License-Identifier: Apache-2.0
// Hosts that tell their names, as a test wants them: well-behaved, forgetful or lying. Their messages are written out
// octet by octet, so that an error in the project's own codecs cannot hide behind its like on the other side.
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "onlink/base/ip_address.hpp"
#include "onlink/kernel/namespaces.hpp"
#include "tests/netns/small_lan.hpp"

namespace onlink::inline v0::test {

struct HeardQuestion {
  IpAddress destination;
  std::uint16_t source_port = 0;
  int hops = 0;  // time to live or hop limit, as it arrived
  std::string payload;
};

// One UDP port of a host, both families, that answers by a function of the test's; it runs on a thread of its own. On
// ports 5353 and 5355 it is in the groups of mDNS and LLMNR. Answers leave from the address that was asked.
class NameResponder {
 public:
  using Answer = std::function<std::optional<std::string>(const HeardQuestion&)>;

  NameResponder(const KernelHost& host, std::uint16_t port, Answer answer);
  NameResponder(const NameResponder&) = delete;
  NameResponder& operator=(const NameResponder&) = delete;
  ~NameResponder();

  [[nodiscard]] std::vector<HeardQuestion> heard() const;

 private:
  void serve(int fd);
  void work();

  Answer answer_;
  kernel::FileDescriptor ipv4_, ipv6_, stop_;
  mutable std::mutex mutex_;
  std::vector<HeardQuestion> heard_;
  std::thread thread_;
};

// "\7example\0" of "example"; dots separate labels, everything else is taken as it is.
[[nodiscard]] std::string wire_name(std::string_view name);
// The question for an address's PTR record, from the name on.
[[nodiscard]] std::string ptr_question(const IpAddress& address);
// Whether the message asks exactly that.
[[nodiscard]] bool asks_for(const HeardQuestion& heard, const IpAddress& address);
// The answers: header, the question again, one record. `flags`: 0x8400 a positive answer with authority.
[[nodiscard]] std::string ptr_answer(const HeardQuestion& heard, std::string_view name, std::uint16_t flags = 0x8400);
// What nmblookup -A sends, behind the id.
[[nodiscard]] std::string node_status_question();
[[nodiscard]] std::string node_status_answer(const HeardQuestion& heard, std::string_view name);

}  // namespace onlink::inline v0::test
