// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/compat/net_arp_options.hpp"

#include <getopt.h>

#include "onlink/cli/compat/net_arp_hardware.hpp"

namespace onlink::inline v0::cli::compat {
namespace {

constexpr option long_options[] = {
    {"all", 0, nullptr, 'a'},     {"delete", 0, nullptr, 'd'},   {"file", 0, nullptr, 'f'},
    {"set", 0, nullptr, 's'},     {"protocol", 1, nullptr, 'A'}, {"hw-type", 1, nullptr, 'H'},
    {"device", 1, nullptr, 'i'},  {"numeric", 0, nullptr, 'n'},  {"use-device", 0, nullptr, 'D'},
    {"verbose", 0, nullptr, 'v'}, {"version", 0, nullptr, 'V'},  {"help", 0, nullptr, 'h'},
    {nullptr, 0, nullptr, 0},
};

class Reader {
 public:
  Reader(TextWriter& out, TextWriter& err) : out_(out), err_(err) {}

  NetArpOptions read(int argc, char** argv) {
    optind = 0;
    for (int letter = 0; !options_.status && letter != -1;) {
      letter = ::getopt_long(argc, argv, "A:H:adfp:nsei:t:vh?DNV", long_options, nullptr);
      if (letter != -1) take(letter);
    }
    if (!options_.status) check();
    if (!options_.status) options_.words.assign(argv + optind, argv + argc);
    return std::move(options_);
  }

 private:
  void take(int letter);
  bool take_switch(int letter);
  void take_hardware();
  void take_family();
  void check();
  void refuse(std::string_view what, std::string_view why) {
    err_.print("arp: {}: {}.\n", what, why);
    options_.status = NetArpStatus::refused;
  }

  TextWriter& out_;
  TextWriter& err_;
  NetArpOptions options_;
  std::string family_ = "inet";
  const NetArpHardware* hardware_ = nullptr;
};

// What needs no more than to be noted; false: it is another.
bool Reader::take_switch(int letter) {
  switch (letter) {
    case 'a':
      options_.bsd_lines = true;
      options_.mode = NetArpMode::list;
      return true;
    case 'd':
      options_.mode = NetArpMode::remove;
      return true;
    case 's':
      options_.mode = NetArpMode::set;
      return true;
    case 'f':
      options_.mode = NetArpMode::load;
      return true;
    case 'e':
      return options_.table = true;
    case 'n':
      return options_.numeric = true;
    case 'v':
      return options_.verbose = true;
    case 'D':
      return options_.use_device = true;
    default:
      return false;
  }
}

void Reader::take(int letter) {
  if (take_switch(letter)) return;
  switch (letter) {
    case 'N':
      err_.print("arp: -N not yet supported.\n");
      return;
    case 'i':
      options_.interface = std::string_view(optarg).substr(0, 15);  // as long as a name can be
      return;
    case 'A':
    case 'p':
      return take_family();
    case 'H':
    case 't':
      return take_hardware();
    case 'V':
      out_.print("arp: in the manner of net-tools 2.10; this is onlink\n");
      options_.status = NetArpStatus::done;
      return;
    case 'h':
      print_net_arp_usage(out_);
      options_.status = NetArpStatus::done;
      return;
    default:
      print_net_arp_usage(err_);
      options_.status = NetArpStatus::usage;
  }
}

void Reader::take_family() {
  family_ = optarg;
  if (!is_net_arp_family(family_)) refuse(family_, "unknown address family");
}

void Reader::take_hardware() {
  hardware_ = find_net_arp_hardware(optarg);
  if (hardware_ == nullptr) return refuse(optarg, "unknown hardware type");
  options_.hardware_type = hardware_->type;
}

void Reader::check() {
  if (family_ != "inet") return refuse(family_, "kernel only supports 'inet'");
  if (hardware_ != nullptr && !hardware_->resolves) refuse(hardware_->name, "hardware type without ARP support");
}

}  // namespace

NetArpOptions read_net_arp_options(int argc, char** argv, TextWriter& out, TextWriter& err) {
  return Reader(out, err).read(argc, argv);
}

void print_net_arp_usage(TextWriter& to) {
  to.write(
      "Usage: arp [-venD] [-H TYPE] [-i INTERFACE] [HOST]              list the cache, or one host's entries\n"
      "       arp -a [-vn] [-H TYPE] [-i INTERFACE] [HOST]             the same in BSD's words\n"
      "       arp -s [-v] [-i INTERFACE] HOST MAC [temp]               make an entry\n"
      "       arp -Ds [-v] [-i INTERFACE] HOST INTERFACE [pub]         with the address of an interface; answer for "
      "it\n"
      "       arp -d [-v] [-i INTERFACE] HOST [pub]                    remove an entry\n"
      "       arp -f [-vD] [-i INTERFACE] [FILE]                       make those of a file (/etc/ethers)\n"
      "       arp --style bsd|macos ...                                FreeBSD's or macOS's options and lines instead\n"
      "\n"
      "Behind HOST MAC: temp, pub, priv, dontpub, trail, auto, netmask MASK, dev INTERFACE. -n: no host names.\n"
      "TYPE: ether (else nothing has ARP here). Ends with 0, 3: not understood, 255: refused.\n");
}

}  // namespace onlink::inline v0::cli::compat
