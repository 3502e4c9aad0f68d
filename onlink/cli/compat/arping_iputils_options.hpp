// SPDX-License-Identifier: Apache-2.0
// The command line of iputils' arping.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "onlink/base/time.hpp"

namespace onlink::inline v0::cli::compat {

struct ArpingLine {
  enum class Wanted : std::uint8_t { run, usage, version, refusal };
  Wanted wanted = Wanted::run;
  std::string complaint{};  // refusal: what is wrong with a number

  bool detect_duplicate = false;       // -D
  bool unsolicited = false;            // -U, -A
  bool as_reply = false;               // -A
  bool broadcast_only = false;         // -b
  bool first_reply_ends = false;       // -f, -D
  bool quiet = false;                  // -q
  std::optional<std::uint32_t> count;  // -c
  Duration limit{};                    // -w; zero: none
  Duration interval = std::chrono::seconds{1};
  std::string interface{};  // -I; empty: by the route
  std::optional<std::string> source{};
  std::string target{};
};

// getopt's own complaints go to standard error, under argv[0].
[[nodiscard]] ArpingLine read_arping_line(int argc, char** argv);

}  // namespace onlink::inline v0::cli::compat
