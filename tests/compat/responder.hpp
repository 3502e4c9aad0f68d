// SPDX-License-Identifier: Apache-2.0
// The scripted hosts at work: frames of the tool in, their answers out, without sockets or clocks of its own.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <vector>

#include "onlink/base/bytes.hpp"
#include "onlink/base/ip_address.hpp"
#include "onlink/base/time.hpp"
#include "onlink/engine/virtual_host.hpp"
#include "tests/compat/scripted_host.hpp"

namespace onlink::compat_diff {

using Frame = std::vector<std::byte>;

// Whoever asks for `address` is answered with exactly `frame`.
struct RawAnswer {
  Ipv4Address address{};
  Frame frame{};
};

class Responder {
 public:
  Responder(const std::vector<ScriptedHost>& hosts, std::vector<RawAnswer> answers);

  void hear(Instant now, Bytes frame);
  // Answers whose time has come, in order.
  [[nodiscard]] std::vector<Frame> take(Instant now);
  [[nodiscard]] std::optional<Instant> next() const;

 private:
  struct Station {
    ScriptedHost plan;
    VirtualHost host;
    std::size_t heard = 0;
  };
  void ask(Station& station, Instant now, Bytes frame);

  std::vector<Station> stations_;
  std::vector<RawAnswer> answers_;
  std::multimap<Instant, Frame> waiting_;  // equal times keep their order
};

}  // namespace onlink::compat_diff
