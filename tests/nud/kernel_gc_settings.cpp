// SPDX-License-Identifier: Apache-2.0
#include "tests/nud/kernel_gc_settings.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "onlink/kernel/sysctl.hpp"
#include "tests/nud/kernel_lan.hpp"

namespace onlink::differential {
namespace {

using Settings = std::vector<std::pair<std::string, std::string>>;

Settings remember() {
  constexpr std::array deprecated{"base_reachable_time", "retrans_time", "unres_qlen"};  // other rows are the same
  Settings settings;
  for (const std::string folder : {"net/ipv4/neigh/default", "net/ipv6/neigh/default"}) {
    std::error_code none;
    for (const auto& file : std::filesystem::directory_iterator("/proc/sys/" + folder, none)) {
      const std::string name = file.path().filename();
      if (std::ranges::find(deprecated, name) != deprecated.end()) continue;
      const std::string key = folder + "/" + name;
      settings.emplace_back(key, must(kernel::read_sysctl(key)));
    }
  }
  return settings;
}

// gc_thresh3 and its like are no more than numbers to the kernel: the order does not matter.
[[noreturn]] void keep(int lifeline, const Settings& settings) {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE}) ::signal(signal, SIG_IGN);
  char end = 0;
  while (::read(lifeline, &end, 1) < 0 && errno == EINTR) {
  }
  bool restored = true;
  for (const auto& [key, value] : settings) {
    if (kernel::read_sysctl(key) == value) continue;
    restored = kernel::write_sysctl(key, value).has_value() && restored;
  }
  ::_exit(restored ? 0 : 1);
}

}  // namespace

GcSettingsGuard::GcSettingsGuard() {
  const Settings settings = remember();
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("create pipe");
  const kernel::FileDescriptor lifeline(ends[0]);
  lifeline_.reset(ends[1]);
  keeper_ = ::fork();
  if (keeper_ < 0) throw std::runtime_error("create process");
  if (keeper_ > 0) return;
  lifeline_.reset();
  ::setsid();
  keep(lifeline.fd(), settings);
}

GcSettingsGuard::~GcSettingsGuard() {
  lifeline_.reset();
  int status = 0;
  while (::waitpid(keeper_, &status, 0) < 0 && errno == EINTR) {
  }
}

bool writes_reachable_time(const Scenario& scenario) {
  return std::ranges::any_of(scenario.steps, [](const Step& step) {
    const auto* sysctl = std::get_if<SysctlStep>(&step.action);
    return sysctl != nullptr && sysctl->path.find("base_reachable_time") != sysctl->path.npos;
  });
}

}  // namespace onlink::differential
