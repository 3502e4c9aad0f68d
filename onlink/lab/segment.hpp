// SPDX-License-Identifier: Apache-2.0
// The Ethernet segment of a lab, and the processes of its hosts.
#pragma once

#include <sys/types.h>

#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "onlink/base/error.hpp"
#include "onlink/kernel/netlink.hpp"
#include "onlink/lab/channel.hpp"
#include "onlink/lab/lab_plan.hpp"
#include "onlink/lab/running_lab.hpp"

namespace onlink::inline v0::lab {

class Segment {
 public:
  explicit Segment(const LabPlan& plan) : plan_(plan) {}

  // Puts the calling process in the segment's namespace and builds it; hosts are set up at the same time, each by its
  // own process, a child of this one. The children never return from here.
  [[nodiscard]] std::expected<std::vector<RunningHost>, Error> build();

 private:
  struct Member {
    const PlannedHost* host;
    pid_t process;
    Channel channel;
    int port = 0;
  };

  [[nodiscard]] std::expected<void, Error> make_bridge();
  [[nodiscard]] std::expected<void, Error> start(const PlannedHost& host);
  [[nodiscard]] std::expected<void, Error> connect(Member& member, std::size_t number);
  [[nodiscard]] std::expected<void, Error> await(Member& member);

  const LabPlan& plan_;
  std::optional<kernel::Netlink> netlink_;
  int bridge_ = 0;
  std::vector<Member> members_;
};

}  // namespace onlink::inline v0::lab
