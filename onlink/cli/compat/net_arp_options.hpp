// SPDX-License-Identifier: Apache-2.0
// net-tools' arp: its options, of which the last of -a, -e, -d, -s and -f decides what is done.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "onlink/print/text_writer.hpp"

namespace onlink::inline v0::cli::compat {

struct NetArpStatus {
  static constexpr int done = 0, usage = 3, refused = 255;
};

enum class NetArpMode : std::uint8_t { list, set, remove, load };

struct NetArpOptions {
  NetArpMode mode = NetArpMode::list;
  bool table = false;                            // -e, which wins over -a
  bool bsd_lines = false;                        // -a
  bool numeric = false;                          // -n
  bool verbose = false;                          // -v
  bool use_device = false;                       // -D: hardware addresses are those of interfaces
  std::string interface{};                       // -i
  std::optional<std::uint16_t> hardware_type{};  // -H; else Ethernet is set and all are listed
  std::vector<std::string> words{};
  std::optional<int> status{};  // set: that was all, the program ends with it
};

// What the original says of unknown types and families is said here; getopt's own complaints go to standard error.
[[nodiscard]] NetArpOptions read_net_arp_options(int argc, char** argv, TextWriter& out, TextWriter& err);

void print_net_arp_usage(TextWriter& to);

}  // namespace onlink::inline v0::cli::compat
