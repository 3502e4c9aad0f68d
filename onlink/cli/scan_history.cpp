// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/scan_history.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
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

// Only a regular file has an end to set; a device or a pipe takes what comes.
bool empty_file(int fd) noexcept { return ::ftruncate(fd, 0) == 0 || errno == EINVAL; }

}  // namespace

std::expected<ScanHistory, Error> load_scan(const std::string& path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) {
    return std::unexpected(file_error(path, "read saved scan", EISDIR));
  }
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

void ScanFile::Closer::operator()(std::FILE* file) const noexcept {
  std::fclose(file);
  if (!unwritten.empty()) ::unlink(unwritten.c_str());
}

std::expected<ScanFile, Error> ScanFile::open(const std::string& path) {
  constexpr int flags = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC;
  int fd = ::open(path.c_str(), flags | O_EXCL, 0666);
  const bool created = fd >= 0;
  if (!created && errno == EEXIST) fd = ::open(path.c_str(), flags, 0666);
  std::FILE* const file = fd < 0 ? nullptr : ::fdopen(fd, "a");
  if (file == nullptr) return std::unexpected(file_error(path, "save the scan", errno));
  return ScanFile{path, file, created};
}

std::expected<void, Error> ScanFile::write() {
  const bool done = empty_file(::fileno(file_.get())) &&
                    std::fwrite(text_.data(), 1, text_.size(), file_.get()) == text_.size() &&
                    std::fflush(file_.get()) == 0;
  if (!done) return std::unexpected(file_error(path_, "save the scan", errno));
  file_.get_deleter().unwritten.clear();
  return {};
}

}  // namespace onlink::inline v0::cli
