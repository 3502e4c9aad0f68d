// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/console.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>

namespace onlink::inline v0::cli {
namespace {

constexpr std::size_t buffer_limit = std::size_t{64} * 1024;

std::string_view environment(const char* name) noexcept {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view{} : std::string_view{value};
}

}  // namespace

void FileWriter::write(std::string_view text) {
  if (closed_ || error_) return;
  waiting_ += text;
  if (buffering_ == Buffering::none || waiting_.size() >= buffer_limit) drain();
}

void FileWriter::drain() {
  std::string_view rest = waiting_;
  while (!rest.empty() && !closed_ && !error_) {
    const ssize_t written = ::write(fd_, rest.data(), rest.size());
    if (written >= 0) {
      rest.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno == EPIPE) {
      closed_ = true;
    } else if (errno != EINTR) {
      error_ = Error{ErrorCode::system, errno, fmt::format("{}: write: {}", name_, std::strerror(errno))};
    }
  }
  waiting_.clear();
}

bool is_terminal(int fd) noexcept { return ::isatty(fd) == 1; }

bool wants_color(int fd) noexcept {
  return is_terminal(fd) && environment("NO_COLOR").empty() && environment("TERM") != "dumb";
}

unsigned terminal_width() noexcept {
  const std::string_view columns = environment("COLUMNS");
  unsigned width = 0;
  std::from_chars(columns.data(), columns.data() + columns.size(), width);
  return width >= 20 && width <= 1000 ? width : 80;
}

}  // namespace onlink::inline v0::cli
