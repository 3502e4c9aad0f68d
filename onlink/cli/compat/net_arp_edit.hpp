// SPDX-License-Identifier: Apache-2.0
// arp -s, -d and -f: the words of a command line, or of a file's line, to an entry made or removed, in net-tools'
// words. The kernel is asked through its old ioctl (kernel/arp_ioctl.hpp): its choice of interface, its checks and its
// error numbers are what scripts see.
#pragma once

#include <expected>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "onlink/cli/compat/host_names.hpp"
#include "onlink/cli/compat/net_arp_options.hpp"
#include "onlink/kernel/arp_ioctl.hpp"

namespace onlink::inline v0::cli::compat {

// Words of a file's line: parted by blanks; quotes of either kind hold a word together.
[[nodiscard]] std::vector<std::string> split_ethers_line(std::string_view line);

class NetArpEditor {
 public:
  NetArpEditor(NetArpOptions options, HostNames& names, TextWriter& out, TextWriter& err)
      : options_(std::move(options)), names_(names), out_(out), err_(err) {}

  // Each returns the status.
  [[nodiscard]] int set(std::span<const std::string> words);
  [[nodiscard]] int remove(std::span<const std::string> words);
  [[nodiscard]] int load(const std::string& file);

  // For a listing, too: the host's address, or the original's complaint and its status.
  [[nodiscard]] std::expected<Ipv4Address, int> host(const std::string& word);

 private:
  struct Publishing {
    bool named = false;      // pub
    bool forbidden = false;  // priv
  };

  [[nodiscard]] int fail(std::string_view text);
  [[nodiscard]] int usage();
  [[nodiscard]] int refused(std::string_view operation, const Error& error);
  [[nodiscard]] std::expected<kernel::ArpHardwareAddress, int> hardware_of(const std::string& word, Ipv4Address host);
  [[nodiscard]] std::expected<kernel::ArpHardwareAddress, int> device_hardware(const std::string& interface);
  // The words behind host and address: 0, or the status to end with.
  [[nodiscard]] int read_qualities(std::span<const std::string> words, kernel::ArpTableEdit& edit,
                                   Publishing& publishing);
  [[nodiscard]] int read_value(std::string_view key, const std::string& value, kernel::ArpTableEdit& edit);
  [[nodiscard]] int remove_entry(const kernel::ArpTableEdit& edit, const std::string& host, Publishing publishing);
  void warn_of_entry(const kernel::ArpTableEdit& edit);
  void warn_off_link(const kernel::ArpTableEdit& edit);

  NetArpOptions options_;
  HostNames& names_;
  TextWriter& out_;
  TextWriter& err_;
};

}  // namespace onlink::inline v0::cli::compat
