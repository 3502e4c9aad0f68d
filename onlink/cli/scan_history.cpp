// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/scan_history.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <string_view>
#include <system_error>

#include "onlink/print/printable.hpp"

namespace onlink::inline v0::cli {
namespace {

Error file_error(const std::string& path, std::string_view what, int why) {
  return {ErrorCode::system, why,
          fmt::format("{}: {}: {}", printable(path), what, std::generic_category().message(why))};
}

}  // namespace

std::expected<ScanHistory, Error> load_scan(const std::string& path) {
  errno = 0;
  std::ifstream file{path};
  if (!file) return std::unexpected(file_error(path, "read saved scan", errno));
  ScanHistory history;
  std::string line;
  for (std::size_t number = 1; std::getline(file, line); ++number) {
    if (line.empty()) continue;
    const auto row = parse_row(line);
    if (!row) {
      return std::unexpected(usage_error(
          fmt::format("{}:{}: not a row of a saved scan: {}", printable(path), number, row.error().context)));
    }
    const bool host = row->kind == RowKind::host || row->kind == RowKind::answer || row->kind == RowKind::own;
    if (host && row->ip && row->mac) history[*row->ip].insert(*row->mac);
  }
  if (file.bad()) return std::unexpected(file_error(path, "read saved scan", EIO));
  return history;
}

std::expected<ScanFile, Error> ScanFile::open(const std::string& path) {
  std::FILE* file = std::fopen(path.c_str(), "ae");
  if (file == nullptr) return std::unexpected(file_error(path, "save the scan", errno));
  return ScanFile{path, file};
}

std::expected<void, Error> ScanFile::write() {
  const bool done = ::ftruncate(::fileno(file_.get()), 0) == 0 &&
                    std::fwrite(text_.data(), 1, text_.size(), file_.get()) == text_.size() &&
                    std::fflush(file_.get()) == 0;
  if (!done) return std::unexpected(file_error(path_, "save the scan", errno));
  return {};
}

}  // namespace onlink::inline v0::cli
