// SPDX-License-Identifier: Apache-2.0
// The table of a RARP server, out of an ethers file and what is known of its own link.
#pragma once

#include <cstddef>
#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "onlink/base/error.hpp"
#include "onlink/base/prefix.hpp"
#include "onlink/cli/cache_import_file.hpp"
#include "onlink/engine/rarp.hpp"

namespace onlink::inline v0::cli {

// An IPv4 network on the server's link.
struct ServedNetwork {
  Prefix network{};
  Ipv4Address server{};  // the server's own address in it; 0.0.0.0: ReverseServerConfig::ipv4
};

// Where a server stands: a client can use only an address of its own link.
struct ServerPlace {
  std::string interface{};  // lines for another are passed over
  std::vector<ServedNetwork> networks{};
  bool serves_other_networks = false;  // --force
};

struct ReverseTableReading {
  ReverseTable table{};
  std::vector<LineError> errors{};  // every one, in the order of the file; with any the table is not to be used
  std::size_t passed_over = 0;      // lines of another link, and IPv6
};

// A host name stands for its IPv4 address in `hosts`; of several, for the one on this link.
[[nodiscard]] ReverseTableReading make_reverse_table(const EthersFile& file, const HostAddresses& hosts,
                                                     const ServerPlace& place);

// The table's files, read again when they change.
class ReverseTableFile {
 public:
  // `path`: an ethers file, - for standard input, or nothing. `pairs`: lines besides, before those of the file.
  ReverseTableFile(std::string path, std::string pairs, ServerPlace place);

  [[nodiscard]] const std::string& name() const noexcept { return path_; }
  // Errors: system, when it cannot be read. The numbers of lines are those of the file; pairs have none.
  [[nodiscard]] std::expected<ReverseTableReading, Error> read();
  // Whether read() would read something else than it did. Never of standard input.
  [[nodiscard]] bool has_changed() const;

 private:
  struct Stamp {
    std::filesystem::file_time_type time{};
    std::uintmax_t size = 0;
    bool operator==(const Stamp&) const = default;
  };
  [[nodiscard]] static std::optional<Stamp> stamp_of(const std::string& path);

  std::string path_;  // empty: only pairs
  std::string pairs_;
  ServerPlace place_;
  std::optional<Stamp> file_stamp_, hosts_stamp_;
};

}  // namespace onlink::inline v0::cli
