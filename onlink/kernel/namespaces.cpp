// SPDX-License-Identifier: Apache-2.0
#include "onlink/kernel/namespaces.hpp"

#include <fcntl.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <thread>

#include "onlink/kernel/link_setup.hpp"
#include "onlink/kernel/netlink.hpp"
#include "onlink/kernel/privileges.hpp"
#include "onlink/kernel/sysctl.hpp"
#include "onlink/kernel/system_error.hpp"

namespace onlink::inline v0::kernel {
namespace {

constexpr int loopback_index = 1;  // every network namespace is born with lo as its first interface

std::expected<void, Error> write_file(const std::string& path, const std::string& text) {
  const FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (!file || ::write(file.fd(), text.data(), text.size()) < 0)
    return std::unexpected(system_error(errno, "write " + path));
  return {};
}

bool is_switched_off(const char* key) {
  const auto value = read_sysctl(key);
  return value && *value == "0";
}

// Which of the usual obstacles it is, and what removes it.
Error no_user_namespace(int sys_errno) {
  std::string what = "create user namespace: " + std::generic_category().message(sys_errno);
  if (is_switched_off("kernel/unprivileged_userns_clone")) {
    what += " (run as root, or allow it: sysctl kernel.unprivileged_userns_clone=1)";
  } else if (is_switched_off("user/max_user_namespaces")) {
    what += " (run as root, or allow it: sysctl user.max_user_namespaces=10000)";
  } else if (const auto restricted = read_sysctl("kernel/apparmor_restrict_unprivileged_userns");
             restricted && *restricted == "1") {
    what += " (run as root, or allow it: sysctl kernel.apparmor_restrict_unprivileged_userns=0)";
  } else {
    what += " (run as root; a container must allow unshare)";
  }
  return {ErrorCode::permission, sys_errno, std::move(what)};
}

// Our user and group become root inside. Groups of ours that the map leaves out are kept from being dropped: that would
// get round a file that a group is forbidden to read (user_namespaces(7)).
std::expected<void, Error> map_us_to_root(uid_t user, gid_t group) {
  if (auto done = write_file("/proc/self/setgroups", "deny"); !done && done.error().sys_errno != ENOENT) return done;
  if (auto done = write_file("/proc/self/uid_map", "0 " + std::to_string(user) + " 1\n"); !done) return done;
  return write_file("/proc/self/gid_map", "0 " + std::to_string(group) + " 1\n");
}

std::expected<void, Error> enter_new_users() {
  const uid_t user = ::geteuid();
  const gid_t group = ::getegid();
  if (::unshare(CLONE_NEWUSER) != 0) return std::unexpected(no_user_namespace(errno));
  // A program that got capabilities from its file is shielded from its own user, and with it /proc/self's files; in the
  // new namespace those capabilities are gone.
  ::prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
  auto mapped = map_us_to_root(user, group);
  // AppArmor lets the namespace be made and takes every right in it.
  if (!mapped) return std::unexpected(no_user_namespace(mapped.error().sys_errno));
  return {};
}

std::expected<void, Error> bring_loopback_up() {
  auto netlink = Netlink::open();
  if (!netlink) return std::unexpected(netlink.error());
  return change_link(*netlink, loopback_index, {.up = true});
}

std::expected<FileDescriptor, Error> open_namespace(const std::string& path) {
  FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return std::unexpected(system_error(errno, "open " + path, "it belongs to another user"));
  return file;
}

bool same_file(int a, int b) {
  struct stat first{};
  struct stat second{};
  return ::fstat(a, &first) == 0 && ::fstat(b, &second) == 0 && first.st_dev == second.st_dev &&
         first.st_ino == second.st_ino;
}

std::expected<void, Error> enter_users_of(const std::string& process) {
  const auto ours = open_namespace("/proc/self/ns/user");
  if (!ours) return std::unexpected(ours.error());
  const auto theirs = open_namespace(process + "/ns/user");
  if (!theirs) return std::unexpected(theirs.error());
  if (same_file(ours->fd(), theirs->fd())) return {};
  if (::setns(theirs->fd(), CLONE_NEWUSER) != 0) return std::unexpected(system_error(errno, "enter user namespace"));
  return {};
}

}  // namespace

void FileDescriptor::reset(int fd) noexcept {
  if (fd_ >= 0) ::close(fd_);
  fd_ = fd;
}

std::expected<void, Error> enter_new_network() {
  if (::unshare(CLONE_NEWNET) != 0) {
    if (errno != EPERM) return std::unexpected(system_error(errno, "create network namespace"));
    if (auto done = enter_new_users(); !done) return done;
    if (::unshare(CLONE_NEWNET) != 0) return std::unexpected(no_user_namespace(errno));
  }
  return bring_loopback_up();
}

std::expected<FileDescriptor, Error> current_network() { return open_namespace("/proc/thread-self/ns/net"); }

std::expected<FileDescriptor, Error> network_of(pid_t process) {
  return open_namespace("/proc/" + std::to_string(process) + "/ns/net");
}

std::expected<FileDescriptor, Error> new_network() {
  std::expected<FileDescriptor, Error> made;
  std::thread([&made] {
    if (::unshare(CLONE_NEWNET) != 0) {
      made = std::unexpected(system_error(errno, "create network namespace", "needs CAP_SYS_ADMIN"));
    } else if (auto up = bring_loopback_up(); !up) {
      made = std::unexpected(up.error());
    } else {
      made = current_network();
    }
  }).join();
  return made;
}

std::expected<void, Error> enter_network(int namespace_fd) {
  if (::setns(namespace_fd, CLONE_NEWNET) == 0) return {};
  return std::unexpected(system_error(errno, "enter network namespace", "needs CAP_SYS_ADMIN"));
}

std::expected<void, Error> join_process(pid_t process) {
  const std::string directory = "/proc/" + std::to_string(process);
  const auto network = open_namespace(directory + "/ns/net");
  if (!network) return std::unexpected(network.error());
  if (auto done = enter_users_of(directory); !done) return done;
  return enter_network(network->fd());
}

std::expected<void, Error> run_in_network(int namespace_fd, const std::function<void()>& work) {
  std::expected<void, Error> entered;
  std::thread([&] {
    entered = enter_network(namespace_fd);
    if (entered) work();
  }).join();
  return entered;
}

}  // namespace onlink::inline v0::kernel
