// SPDX-License-Identifier: Apache-2.0
// A scan kept for later: --save writes its host rows as JSON lines, --diff compares a scan with such a file.
#pragma once

#include <cstdio>
#include <expected>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "onlink/base/error.hpp"
#include "onlink/base/ip_address.hpp"
#include "onlink/base/mac_address.hpp"
#include "onlink/print/row.hpp"

namespace onlink::inline v0::cli {

// Who had which address: the rows of kind host, answer or own of a JSON-lines file.
using ScanHistory = std::map<IpAddress, std::set<MacAddress>>;

// Errors: system (unreadable), usage (a line that is no row, with its number).
[[nodiscard]] std::expected<ScanHistory, Error> load_scan(const std::string& path);

// Opened before the scan, so that a place where nothing can be written is known at once, and written at its end: a scan
// that breaks off leaves the old file as it was, and no file where there was none.
class ScanFile {
 public:
  [[nodiscard]] static std::expected<ScanFile, Error> open(const std::string& path);

  void add(const Row& row) { text_ += to_json(row) + "\n"; }
  // Replaces the file's content by the rows added.
  [[nodiscard]] std::expected<void, Error> write();

 private:
  struct Closer {
    std::string unwritten;  // the path of a file that we made and that holds nothing yet
    void operator()(std::FILE* file) const noexcept;
  };
  ScanFile(const std::string& path, std::FILE* file, bool created)
      : path_(path), file_(file, Closer{created ? path : std::string{}}) {}

  std::string path_;
  std::unique_ptr<std::FILE, Closer> file_;
  std::string text_;
};

}  // namespace onlink::inline v0::cli
