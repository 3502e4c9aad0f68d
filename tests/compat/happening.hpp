// SPDX-License-Identifier: Apache-2.0
// What befalls a tool while it runs: @then='INT after 3 frames'.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "onlink/base/time.hpp"

namespace onlink::compat_diff {

struct Happening {
  enum class What { signal, down, unplug, send };
  enum class When { frames, lines, time };

  What what = What::signal;
  int signal = 0;
  std::vector<std::byte> frame{};  // that the far end of eth0 sends
  When when = When::frames;
  std::size_t count = 0;  // of frames that the tool sent, or of its lines on standard output
  Duration time{};        // since its start
};

// "EVENT after N frames|lines|ms", EVENT one of INT, TERM, HUP, QUIT, ALRM, USR1, down, unplug, send HEX. Throws
// std::runtime_error.
[[nodiscard]] Happening parse_happening(std::string_view text);

}  // namespace onlink::compat_diff
