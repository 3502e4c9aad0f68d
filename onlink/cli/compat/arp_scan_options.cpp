// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/compat/arp_scan_options.hpp"

#include <fmt/format.h>
#include <getopt.h>

#include <cstdlib>
#include <string_view>
#include <utility>

#include "onlink/cli/compat/arp_scan_help.hpp"
#include "onlink/cli/compat/arp_scan_number.hpp"

namespace onlink::inline v0::cli::compat {
namespace {

// Options that have no letter.
constexpr int write_file_option = 256, read_file_option = 257, seed_option = 258;

// getopt names them in this order where an abbreviation fits several.
constexpr option long_options[] = {
    {"file", 1, nullptr, 'f'},
    {"help", 0, nullptr, 'h'},
    {"retry", 1, nullptr, 'r'},
    {"timeout", 1, nullptr, 't'},
    {"interval", 1, nullptr, 'i'},
    {"backoff", 1, nullptr, 'b'},
    {"verbose", 0, nullptr, 'v'},
    {"version", 0, nullptr, 'V'},
    {"snap", 1, nullptr, 'n'},
    {"interface", 1, nullptr, 'I'},
    {"quiet", 0, nullptr, 'q'},
    {"ignoredups", 0, nullptr, 'g'},
    {"random", 0, nullptr, 'R'},
    {"numeric", 0, nullptr, 'N'},
    {"bandwidth", 1, nullptr, 'B'},
    {"ouifile", 1, nullptr, 'O'},
    {"macfile", 1, nullptr, 'm'},
    {"arpspa", 1, nullptr, 's'},
    {"arpop", 1, nullptr, 'o'},
    {"arphrd", 1, nullptr, 'H'},
    {"arppro", 1, nullptr, 'p'},
    {"destaddr", 1, nullptr, 'T'},
    {"arppln", 1, nullptr, 'P'},
    {"arphln", 1, nullptr, 'a'},
    {"padding", 1, nullptr, 'A'},
    {"prototype", 1, nullptr, 'y'},
    {"arpsha", 1, nullptr, 'u'},
    {"arptha", 1, nullptr, 'w'},
    {"srcaddr", 1, nullptr, 'S'},
    {"localnet", 0, nullptr, 'l'},
    {"llc", 0, nullptr, 'L'},
    {"vlan", 1, nullptr, 'Q'},
    {"pcapsavefile", 1, nullptr, 'W'},
    {"writepkttofile", 1, nullptr, write_file_option},
    {"retry-send", 1, nullptr, 'Y'},
    {"retry-send-interval", 1, nullptr, 'E'},
    {"readpktfromfile", 1, nullptr, read_file_option},
    {"rtt", 0, nullptr, 'D'},
    {"plain", 0, nullptr, 'x'},
    {"randomseed", 1, nullptr, seed_option},
    {"limit", 1, nullptr, 'M'},
    {"resolve", 0, nullptr, 'd'},
    {"format", 1, nullptr, 'F'},
    {nullptr, 0, nullptr, 0},
};
// What -k once was it no longer is, and getopt still knows it.
constexpr const char* letters = "k:f:hr:t:i:b:vVn:I:qgRNB:O:m:s:o:H:p:T:P:a:A:y:u:w:S:lLQ:W:Y:E:DxM:dF:";

// Ends the reading of the command line, everything said.
struct Stop {
  int status;
};
using Read = std::expected<void, Stop>;

class CommandLineReader {
 public:
  CommandLineReader(TextWriter& out, TextWriter& err) : out_(out), err_(err) {}

  Read read(int letter) {
    if (read_switch(letter)) return {};
    if (auto text = read_text(letter)) return *text;
    if (auto number = read_number(letter)) return *number;
    if (auto address = read_address(letter)) return *address;
    return read_last_words(letter);
  }

  ArpScanOptions options{};

 private:
  // True: that was one.
  bool read_switch(int letter) {
    switch (letter) {
      case 'l':
        return options.localnet = true;
      case 'N':
        return options.numeric = true;
      case 'R':
        return options.random = true;
      case 'q':
        return options.quiet = true;
      case 'x':
        return options.plain = true;
      case 'g':
        return options.ignore_duplicates = true;
      case 'D':
        return options.rtt = true;
      case 'd':
        return options.resolve = true;
      case 'L':
        return options.request.llc_snap = true;
      case 'v':
        ++options.verbose;
        return true;
      default:
        return false;
    }
  }

  std::optional<Read> read_text(int letter);
  std::optional<Read> read_number(int letter);
  std::optional<Read> read_address(int letter);
  Read read_last_words(int letter);

  Read fail(std::string_view line) {
    err_.print("{}\n", line);
    return std::unexpected(Stop{1});
  }

  template <class T>
  Read take(T& into, int base) {
    return take_as<T>(base, [&](T value) { into = value; });
  }
  template <class T>
  Read take_as(int base, const auto& use) {
    const auto value = read_scan_number(optarg, base);
    if (!value) return fail(value.error());
    use(static_cast<T>(*value));
    return {};
  }
  template <class T, class Value>
  Read take_value(T& into, const std::expected<Value, std::string>& value) {
    if (!value) return fail(value.error());
    into = *value;
    return {};
  }
  template <class T>
  Read take_mac(T& into, std::string_view which) {
    const auto mac = read_scan_mac(optarg);
    if (!mac) return fail(fmt::format("Invalid {} MAC address: {}", which, optarg));
    into = *mac;
    return {};
  }

  TextWriter& out_;
  TextWriter& err_;
};

std::optional<Read> CommandLineReader::read_text(int letter) {
  switch (letter) {
    case 'f':
      options.target_file = optarg;
      return Read{};
    case 'I':
      options.interface = optarg;
      return Read{};
    case 'O':
      options.oui_file = optarg;
      return Read{};
    case 'm':
      options.mac_file = optarg;
      return Read{};
    case 'W':
      options.save_file = optarg;
      return Read{};
    case write_file_option:
      options.write_file = optarg;
      return Read{};
    case read_file_option:
      options.read_file = optarg;
      return Read{};
    case 'b':
      options.backoff = std::atof(optarg);  // NOLINT(cert-err34-c): as the original reads it
      return Read{};
    default:
      return std::nullopt;
  }
}

std::optional<Read> CommandLineReader::read_number(int letter) {
  ArpScanRequest& request = options.request;
  switch (letter) {
    case 'r':
      return take(options.tries, 10);
    case 't':
      return take(options.timeout, 10);
    case 'M':
      return take(options.limit, 10);
    case 'Y':
      return take(options.send_tries, 10);
    case 'n':
      return take(options.snap_size, 0);
    case seed_option:
      return take_as<std::uint32_t>(0, [&](std::uint32_t seed) { options.seed = seed; });
    case 'i':
      return take_value(options.interval, read_scan_interval(optarg));
    case 'E':
      return take_value(options.send_interval, read_scan_interval(optarg));
    case 'B':
      return take_value(options.bandwidth, read_scan_bandwidth(optarg));
    case 'o':
      return take(request.operation, 0);
    case 'H':
      return take(request.hardware_type, 0);
    case 'p':
      return take(request.protocol_type, 0);
    case 'a':
      return take(request.hardware_len, 0);
    case 'P':
      return take(request.protocol_len, 0);
    case 'y':
      return take(request.type, 0);
    case 'Q':
      // -1 is how the original says that there is none.
      return take_as<int>(0, [&](int vlan) {
        request.vlan = vlan == -1 ? std::nullopt : std::optional{static_cast<std::uint16_t>(vlan)};
      });
    default:
      return std::nullopt;
  }
}

std::optional<Read> CommandLineReader::read_address(int letter) {
  switch (letter) {
    case 'u':
      return take_mac(options.overrides.sender_mac, "source");
    case 'w':
      return take_mac(options.request.target_hardware_addr, "target");
    case 'S':
      return take_mac(options.overrides.frame_source, "target");
    case 'T':
      return take_mac(options.request.destination, "target");
    case 's': {
      if (std::string_view{optarg} == "dest") {
        options.overrides.sender_is_target = true;
        return Read{};
      }
      const auto address = parse_ipv4(optarg);
      if (!address) return fail(fmt::format("inet_pton failed for {}: Success", optarg));
      options.overrides.sender_address = *address;
      return Read{};
    }
    case 'A':
      return take_value(options.request.padding, read_scan_padding(optarg));
    case 'F':
      return take_value(options.format, ArpScanFormat::compile(optarg));
    default:
      return std::nullopt;
  }
}

Read CommandLineReader::read_last_words(int letter) {
  switch (letter) {
    case 'h':
      write_arp_scan_help(out_);
      return std::unexpected(Stop{0});
    case 'V':
      write_arp_scan_version(out_);
      return std::unexpected(Stop{0});
    default:
      return fail(arp_scan_usage);
  }
}

}  // namespace

ArpScanCommandLine read_arp_scan_command_line(int argc, char** argv, TextWriter& out, TextWriter& err) {
  CommandLineReader reader(out, err);
  optind = 0;
  for (;;) {
    const int letter = ::getopt_long_only(argc, argv, letters, long_options, nullptr);
    if (letter == -1) break;
    if (const Read read = reader.read(letter); !read) return {.status = read.error().status};
  }
  ArpScanOptions& options = reader.options;
  options.targets.assign(argv + optind, argv + argc);
  if (options.targets.empty() && !options.target_file && !options.localnet) {
    err.print("ERROR: No target hosts on command line and neither --file or --localnet options given\n");
    return {.status = 1};
  }
  return {.options = std::move(options)};
}

}  // namespace onlink::inline v0::cli::compat
