// SPDX-License-Identifier: Apache-2.0
// Asks the servers of /etc/resolv.conf for the PTR records of many addresses, some at a time. Non-blocking: the caller
// waits on poll_fds() for at most wait_time() and calls work().
#pragma once

#include <poll.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "onlink/base/ip_address.hpp"
#include "onlink/base/time.hpp"
#include "onlink/engine/name_query.hpp"

namespace onlink::inline v0::cli {

struct PtrChannel;

class PtrLookup {
 public:
  static constexpr std::size_t at_once = 64;                     // questions on the way
  static constexpr Duration patience = std::chrono::seconds{1};  // for a server's answer
  static constexpr int tries = 2;                                // of each server

  // `servers`: instead of those of /etc/resolv.conf, "192.0.2.53,[2001:db8::53]:5300".
  explicit PtrLookup(const std::string& servers = {});
  PtrLookup(const PtrLookup&) = delete;
  PtrLookup& operator=(const PtrLookup&) = delete;
  ~PtrLookup();

  // False: the resolver could not be set up, and nothing will be found.
  [[nodiscard]] bool is_ready() const noexcept;
  void ask(const IpAddress& address);
  void append_poll_fds(std::vector<pollfd>& fds) const;
  // Until work() has something to do although no descriptor is ready; at most `limit`.
  [[nodiscard]] Duration wait_time(Duration limit) const;
  void work(const std::vector<pollfd>& ready, std::vector<NameFound>& found);
  [[nodiscard]] bool is_done() const noexcept;
  // Whether any server answered anything; when none does for long, asking on is in vain.
  [[nodiscard]] bool heard_a_server() const noexcept;

 private:
  std::unique_ptr<PtrChannel> channel_;
};

// The name in an answer to the question for `address`: its PTR record, also where the name asked for is an alias of
// another (RFC 2317). Nothing when it has none.
[[nodiscard]] std::optional<NameFound> ptr_name(const IpAddress& address, Bytes message);

}  // namespace onlink::inline v0::cli
