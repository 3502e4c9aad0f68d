// SPDX-License-Identifier: Apache-2.0
#include "onlink/link/byte_source.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

namespace onlink::inline v0 {
namespace {

constexpr std::size_t read_size = std::size_t{1} << 20;

Error file_error(const std::string& name, const char* operation, int sys_errno) {
  return {ErrorCode::system, sys_errno, name + ": " + operation + ": " + std::generic_category().message(sys_errno)};
}

}  // namespace

ByteSource::ByteSource(UniqueFd fd, std::string name)
    : fd_(std::move(fd)), name_(std::move(name)), buffer_(read_size) {}

ByteSource::ByteSource(Bytes memory) : name_("memory"), buffer_(memory.begin(), memory.end()), end_(memory.size()) {}

std::expected<Bytes, Error> ByteSource::peek(std::size_t count) {
  if (end_ - begin_ < count) {
    if (auto filled = fill(count); !filled) return std::unexpected{filled.error()};
  }
  return Bytes{buffer_}.subspan(begin_, std::min(count, end_ - begin_));
}

void ByteSource::take(std::size_t count) noexcept {
  begin_ += count;
  offset_ += count;
}

std::expected<void, Error> ByteSource::fill(std::size_t wanted) {
  if (!fd_) return {};
  std::copy(buffer_.begin() + static_cast<std::ptrdiff_t>(begin_), buffer_.begin() + static_cast<std::ptrdiff_t>(end_),
            buffer_.begin());
  end_ -= begin_;
  begin_ = 0;
  while (end_ < std::min(wanted, buffer_.size())) {
    const ssize_t got = ::read(fd_.value(), buffer_.data() + end_, buffer_.size() - end_);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return std::unexpected{file_error(name_, "read", errno)};
    if (got == 0) {
      fd_.reset();
      return {};
    }
    end_ += static_cast<std::size_t>(got);
  }
  return {};
}

std::expected<ByteSource, Error> open_byte_source(const std::string& path) {
  if (path == "-") {
    UniqueFd fd{::dup(STDIN_FILENO)};
    if (!fd) return std::unexpected{file_error("standard input", "open", errno)};
    return ByteSource{std::move(fd), "standard input"};
  }
  UniqueFd fd{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (!fd) return std::unexpected{file_error(path, "open", errno)};
  return ByteSource{std::move(fd), path};
}

}  // namespace onlink::inline v0
