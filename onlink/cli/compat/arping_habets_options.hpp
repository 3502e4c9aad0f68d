// SPDX-License-Identifier: Apache-2.0
// The command line of Thomas Habets' arping.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "onlink/base/ip_address.hpp"
#include "onlink/base/mac_address.hpp"
#include "onlink/cli/compat/arping_habets_dialogue.hpp"

namespace onlink::inline v0::cli::compat {

struct HabetsLine {
  enum class Wanted : std::uint8_t { run, help, long_help, usage, refusal };
  Wanted wanted = Wanted::run;
  std::string complaint{};  // refusal: the whole line, with its end where it has one

  HabetsPlan plan{};                            // as far as the options tell; addresses come later
  std::optional<std::string> interface{};       // -i, -I
  bool no_guessing = false;                     // -F
  bool promiscuous = false;                     // -p
  unsigned verbose = 0;                         // -v
  std::optional<std::string> timestamp{};       // -m
  std::optional<std::string> group{};           // -g
  std::optional<MacAddress> source_mac{};       // -s
  std::optional<MacAddress> target_mac{};       // -t
  std::optional<std::string> source_host{};     // -S, a host yet to be found
  std::optional<Ipv4Address> source_address{};  // -0, -b
  std::optional<std::string> ping_host{};       // -T, likewise
  bool everybody = false;                       // -B
  std::optional<std::string> target{};
};

// getopt's own complaints go to standard error, under argv[0].
[[nodiscard]] HabetsLine read_habets_line(int argc, char** argv);

// Six hexadecimal numbers with colons, of which the last eight bits count and behind which anything may stand; two
// digits with dashes; four with dots.
[[nodiscard]] std::optional<MacAddress> read_habets_mac(const std::string& text);

}  // namespace onlink::inline v0::cli::compat
