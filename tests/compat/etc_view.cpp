// SPDX-License-Identifier: Apache-2.0
#include "tests/compat/etc_view.hpp"

#include <sched.h>
#include <sys/mount.h>

#include <cerrno>
#include <fstream>
#include <stdexcept>
#include <system_error>

namespace onlink::compat_diff {
namespace {

namespace fs = std::filesystem;

void check(int result, const std::string& what) {
  if (result != 0) throw std::runtime_error(what + ": " + std::system_category().message(errno));
}

void bind(const fs::path& from, const fs::path& to) {
  check(::mount(from.c_str(), to.c_str(), nullptr, MS_BIND | MS_REC, nullptr), "mount " + to.string());
}

}  // namespace

void replace_etc(const std::map<std::string, std::string>& files, const fs::path& scratch) {
  check(::unshare(CLONE_NEWNS), "mount namespace");
  check(::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr), "mount namespace of our own");
  check(::mount("none", scratch.c_str(), "tmpfs", 0, "mode=755"), "mount " + scratch.string());
  const fs::path original = scratch / "original";
  const fs::path ours = scratch / "etc";
  fs::create_directory(original);
  fs::create_directory(ours);
  bind("/etc", original);
  for (const auto& entry : fs::directory_iterator(original)) {
    const std::string name = entry.path().filename().string();
    if (!files.contains(name)) fs::create_symlink(entry.path(), ours / name);
  }
  for (const auto& [name, content] : files) std::ofstream(ours / name) << content;
  bind(ours, "/etc");
}

}  // namespace onlink::compat_diff
