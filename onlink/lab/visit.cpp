// SPDX-License-Identifier: Apache-2.0
#include "onlink/lab/visit.hpp"

#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string_view>

#include "onlink/base/text.hpp"
#include "onlink/kernel/namespaces.hpp"
#include "onlink/kernel/system_error.hpp"

namespace onlink::inline v0::lab {
namespace {

// Field 4 of /proc/PID/stat (proc(5)); the name in field 2 may hold blanks and parentheses.
pid_t parent_of(pid_t process) {
  std::ifstream file("/proc/" + std::to_string(process) + "/stat");
  const std::string all{std::istreambuf_iterator<char>(file), {}};
  const std::size_t name_end = all.rfind(") ");
  if (name_end == std::string::npos) return 0;
  std::string_view rest = std::string_view(all).substr(name_end + 2);
  (void)take_until(rest, ' ');
  return static_cast<pid_t>(parse_decimal(take_until(rest, ' '), 0x7fffffff).value_or(0));
}

// /sys shows the interfaces of the namespace in which it was mounted. Some containers forbid mounts: the host then
// keeps the machine's view, and everything that asks the kernel by sockets still works.
void show_own_files(const std::string& hosts_path) {
  if (::mount("none", "/", nullptr, MS_REC | MS_SLAVE, nullptr) != 0) return;
  (void)::mount("sysfs", "/sys", "sysfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr);
  (void)::mount(hosts_path.c_str(), "/etc/hosts", nullptr, MS_BIND, nullptr);
}

}  // namespace

std::expected<void, Error> become_host(const RunningLab& lab, const RunningHost& host, const std::string& hosts_path) {
  const std::string shown = lab.name + ":" + host.name;
  if (host.by_engine) {
    return std::unexpected(usage_error(shown + ": a virtual host runs no commands; hosts with a kernel do"));
  }
  const auto gone =
      std::unexpected(Error{ErrorCode::system, ESRCH, shown + ": its process is gone; take the lab down and up again"});
  if (parent_of(host.process) != lab.holder) return gone;
  if (auto joined = kernel::join_process(host.process); !joined) {
    if (joined.error().sys_errno == ENOENT) return gone;
    joined.error().context.insert(0, shown + ": ");
    return joined;
  }
  if (::unshare(CLONE_NEWNS) == 0) show_own_files(hosts_path);
  if (::unshare(CLONE_NEWUTS) == 0) (void)::sethostname(host.name.data(), host.name.size());
  ::setenv("ONLINK_LAB", lab.name.c_str(), 1);
  ::setenv("ONLINK_LAB_HOST", host.name.c_str(), 1);
  return {};
}

}  // namespace onlink::inline v0::lab
