// SPDX-License-Identifier: Apache-2.0
// The far end of the wires while a tool runs: it writes down every frame that comes, answers as the scripted hosts do,
// and lets happen what the case wants to happen.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "onlink/link/port.hpp"
#include "tests/compat/happening.hpp"
#include "tests/compat/world.hpp"

namespace onlink::compat_diff {

class FarEnd {
 public:
  // Listens from now on. Throws std::runtime_error.
  FarEnd(World& world, std::vector<Happening> happenings);
  ~FarEnd();

  // The tool runs as process `tool`: the far end answers on a thread of its own until finish().
  void start(pid_t tool);
  void on_output(std::string_view out);
  // The tool has ended: hears the last of its frames and gives back all that came, as "eth0 HEX", without what the
  // kernel says on its own (MLD).
  [[nodiscard]] std::vector<std::string> finish();

 private:
  struct Wire {
    std::string name;
    std::unique_ptr<Port> port;
    std::size_t heard = 0;
  };
  void work();
  void listen(Wire& wire);
  void send(const std::vector<Frame>& frames);
  void let_happen();
  void happen(const Happening& happening);
  [[nodiscard]] bool is_due(const Happening& happening) const;
  [[nodiscard]] bool all_heard() const;

  World& world_;
  std::vector<Happening> happenings_;  // those still to come
  std::vector<Wire> wires_;
  std::vector<std::string> frames_;
  std::atomic<std::size_t> lines_ = 0;
  std::atomic<bool> ended_ = false;
  Instant start_{};
  pid_t tool_ = 0;
  std::jthread thread_;
};

}  // namespace onlink::compat_diff
