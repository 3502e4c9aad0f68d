// SPDX-License-Identifier: Apache-2.0
// One line that says how far a run is and how long it will take: drawn over itself on a terminal, not at all elsewhere.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "onlink/base/time.hpp"
#include "onlink/print/text_writer.hpp"

namespace onlink::inline v0 {

struct ProgressState {
  std::uint64_t done = 0;
  std::uint64_t total = 0;              // 0: unknown
  std::uint64_t found = 0;              // hosts that answered
  double rate = 0;                      // per second, now
  std::optional<Duration> remaining{};  // the caller's estimate
};

// "[=====>              ]  27%  17,694/65,536  412 found  20,000/s  about 3 s left", cut to `width` columns.
[[nodiscard]] std::string progress_line(const ProgressState& state, unsigned width);
// "about 3 s", "about 2 min", "about 4.6 h", "about 3 days".
[[nodiscard]] std::string estimate(Duration duration);
// 65536 -> "65,536".
[[nodiscard]] std::string grouped(std::uint64_t number);

class Progress {
 public:
  // Draws on `terminal`, or nowhere when `enabled` is false (no terminal, -q, JSON on the same one).
  Progress(TextWriter& terminal, bool enabled, unsigned width)
      : terminal_(terminal), enabled_(enabled), width_(width) {}
  ~Progress() { clear(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // At most ten times a second; the rest is ignored.
  void update(Instant now, const ProgressState& state);
  // Takes the line away, before other text goes to the terminal and at the end.
  void clear();

 private:
  TextWriter& terminal_;
  bool enabled_;
  unsigned width_;
  bool drawn_ = false;
  std::optional<Instant> last_;
};

}  // namespace onlink::inline v0
