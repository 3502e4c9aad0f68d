// SPDX-License-Identifier: Apache-2.0
#include "onlink/cli/claim_state.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <system_error>

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
  {
    std::ofstream out{fresh};
    out << fmt::format("{}\n", address) << std::flush;
    if (!out) return std::unexpected(file_error(file_, "write", last_error()));
  }
  std::error_code failed;
  std::filesystem::rename(fresh, file_, failed);
  if (!failed) return {};
  std::error_code ignored;
  std::filesystem::remove(fresh, ignored);
  return std::unexpected(file_error(file_, "rename", failed));
}

}  // namespace onlink::inline v0::cli
