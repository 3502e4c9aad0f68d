// SPDX-License-Identifier: Apache-2.0
#include "onlink/kernel/sysctl.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "onlink/kernel/namespaces.hpp"
#include "onlink/kernel/system_error.hpp"

namespace onlink::inline v0::kernel {
namespace {

std::string path_of(std::string_view key) { return "/proc/sys/" + std::string(key); }

}  // namespace

std::expected<std::string, Error> read_sysctl(std::string_view key) {
  const std::string path = path_of(key);
  const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  std::array<char, 4096> buffer{};
  const auto size = file ? ::read(file.fd(), buffer.data(), buffer.size()) : -1;
  if (size < 0) return std::unexpected(system_error(errno, "read " + path));
  std::string value(buffer.data(), static_cast<std::size_t>(size));
  while (!value.empty() && value.back() == '\n') value.pop_back();
  return value;
}

std::expected<void, Error> write_sysctl(std::string_view key, std::string_view value) {
  const std::string path = path_of(key);
  const FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (!file || ::write(file.fd(), value.data(), value.size()) < 0) {
    return std::unexpected(system_error(errno, "write " + path));
  }
  return {};
}

}  // namespace onlink::inline v0::kernel
