// SPDX-License-Identifier: Apache-2.0
// arp-scan's command line.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "onlink/base/ip_address.hpp"
#include "onlink/base/mac_address.hpp"
#include "onlink/cli/compat/arp_scan_format.hpp"
#include "onlink/cli/compat/arp_scan_request.hpp"
#include "onlink/print/text_writer.hpp"

namespace onlink::inline v0::cli::compat {

// What the request takes from the interface, unless an option says otherwise.
struct ArpScanOverrides {
  std::optional<MacAddress> frame_source{};
  std::optional<MacAddress> sender_mac{};
  std::optional<Ipv4Address> sender_address{};
  bool sender_is_target = false;  // --arpspa=dest, and no later --arpspa takes that back
};

struct ArpScanOptions {
  std::vector<std::string> targets{};
  std::optional<std::string> target_file{};  // "-": standard input
  bool localnet = false;
  bool numeric = false;
  bool random = false;
  std::optional<std::uint32_t> seed{};

  std::optional<std::string> interface{};
  std::optional<std::string> write_file{};  // frames go here, and not out
  std::optional<std::string> read_file{};   // frames come from here
  std::optional<std::string> save_file{};   // frames that came in go here
  int snap_size = 64;

  ArpScanRequest request{};
  ArpScanOverrides overrides{};

  std::uint32_t tries = 2;
  std::int32_t timeout = 500;  // milliseconds
  double backoff = 1.5;
  std::int32_t interval = 0;                 // microseconds; 0: by bandwidth
  std::optional<std::uint32_t> bandwidth{};  // bits per second
  std::uint32_t send_tries = 20;
  std::int32_t send_interval = 5000;  // microseconds
  std::uint32_t limit = 0;

  int verbose = 0;
  bool quiet = false;
  bool plain = false;
  bool ignore_duplicates = false;
  bool rtt = false;
  bool resolve = false;
  std::optional<ArpScanFormat> format{};
  std::optional<std::string> oui_file{};
  std::optional<std::string> mac_file{};
};

struct ArpScanCommandLine {
  ArpScanOptions options{};
  std::optional<int> status{};  // all is said already: end with it
};

[[nodiscard]] ArpScanCommandLine read_arp_scan_command_line(int argc, char** argv, TextWriter& out, TextWriter& err);

}  // namespace onlink::inline v0::cli::compat
