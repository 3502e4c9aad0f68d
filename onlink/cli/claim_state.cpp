// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/claim_state.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <system_error>

#include "onlink/link/unique_fd.hpp"
#include "onlink/print/format.hpp"
#include "onlink/print/printable.hpp"

namespace onlink::inline v0::cli {
namespace {

std::optional<std::filesystem::path> usual_directory() {
  const auto variable = [](const char* name) -> std::string_view {
    const char* value = std::getenv(name);
    return value == nullptr ? "" : value;
  };
  const std::string_view state = variable("XDG_STATE_HOME");
  if (state.starts_with('/')) return std::filesystem::path{state} / "onlink";
  if (::geteuid() == 0) return "/var/lib/onlink";
  const std::string_view home = variable("HOME");
  if (home.starts_with('/')) return std::filesystem::path{home} / ".local/state/onlink";
  return std::nullopt;
}

Error file_error(const std::filesystem::path& file, std::string_view operation, const std::error_code& why) {
  return {ErrorCode::system, why.value(),
          fmt::format("{}: {}: {}", printable(file.string()), operation, why.message())};
}

std::error_code last_error() { return {errno, std::generic_category()}; }

// Never through a link that somebody else has put there: in a directory that all may write, root would write where it
// points. On the disk before it takes the old one's place, or a crash leaves an empty file.
std::error_code write_new(const std::filesystem::path& file, std::string_view text) {
  const UniqueFd fd{::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644)};
  if (!fd) return last_error();
  const ssize_t written = ::write(fd.value(), text.data(), text.size());
  if (written < 0 || ::fsync(fd.value()) != 0) return last_error();
  return static_cast<std::size_t>(written) == text.size() ? std::error_code{}
                                                          : std::make_error_code(std::errc::no_space_on_device);
}

}  // namespace

std::expected<std::optional<Ipv4Address>, Error> LinkLocalMemory::open(const MacAddress& mac) {
  if (file_.empty()) {
    const auto directory = usual_directory();
    if (!directory) return std::unexpected(Error{ErrorCode::system, 0, "no home directory to keep the address in"});
    std::error_code failed;
    std::filesystem::create_directories(*directory, failed);
    if (failed) return std::unexpected(file_error(*directory, "create", failed));
    file_ = *directory / fmt::format("link-local-{}", mac);
  }
  errno = 0;
  std::ifstream in{file_};
  if (!in && errno == ENOENT) return std::nullopt;
  std::string line;
  if (!std::getline(in, line) && in.bad()) return std::unexpected(file_error(file_, "read", last_error()));
  if (!in.is_open()) return std::unexpected(file_error(file_, "read", last_error()));
  const auto address = parse_ipv4(line);
  return address ? std::optional{*address} : std::nullopt;
}

std::expected<void, Error> LinkLocalMemory::save(Ipv4Address address) const {
  std::filesystem::path fresh = file_;
  fresh += fmt::format(".{}", ::getpid());
  std::error_code ignored;
  std::filesystem::remove(fresh, ignored);  // of a process that had this number and did not end well
  if (const auto failed = write_new(fresh, fmt::format("{}\n", address))) {
    return std::unexpected(file_error(file_, "write", failed));
  }
  std::error_code failed;
  std::filesystem::rename(fresh, file_, failed);
  if (!failed) return {};
  std::filesystem::remove(fresh, ignored);
  return std::unexpected(file_error(file_, "rename", failed));
}

}  // namespace onlink::inline v0::cli
