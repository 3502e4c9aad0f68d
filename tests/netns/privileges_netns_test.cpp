// SPDX-License-Identifier: Apache-2.0
// Giving up privileges, each time in a child: it cannot be taken back.
#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <functional>
#include <string>

#include "onlink/kernel/namespaces.hpp"
#include "onlink/kernel/privileges.hpp"

namespace onlink::inline v0::test {
namespace {

using kernel::Capability;
using kernel::drop_privileges;
using kernel::has_capability;

// What the child found: bit i for the i-th question that it answers yes.
int in_child(const std::function<int()>& questions) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(questions());
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

std::string status_line(const std::string& key) {
  std::ifstream file("/proc/thread-self/status");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(key + ":\t")) return line.substr(key.size() + 2);
  }
  return {};
}

constexpr const char* none = "0000000000000000";
constexpr const char* only_net_raw = "0000000000002000";  // bit 13

bool can_open_packet_socket() {
  return static_cast<bool>(kernel::FileDescriptor(::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0)));
}

TEST(Privileges, AreThereBefore) {
  EXPECT_TRUE(has_capability(Capability::net_raw));
  EXPECT_TRUE(has_capability(Capability::net_admin));
  EXPECT_TRUE(can_open_packet_socket());
}

TEST(Privileges, NoneAreLeftWhenNoneAreKept) {
  EXPECT_EQ(in_child([] {
              if (!drop_privileges()) return 100;
              return (has_capability(Capability::net_raw) ? 1 : 0) | (can_open_packet_socket() ? 2 : 0) |
                     (status_line("CapPrm") != none ? 4 : 0) | (status_line("CapInh") != none ? 8 : 0) |
                     (status_line("CapAmb") != none ? 16 : 0) | (status_line("CapBnd") != none ? 32 : 0);
            }),
            0);
}

TEST(Privileges, KeptOnesAreTheOnlyOnesLeft) {
  EXPECT_EQ(in_child([] {
              if (!drop_privileges({Capability::net_raw})) return 100;
              return (can_open_packet_socket() ? 0 : 1) | (has_capability(Capability::net_admin) ? 2 : 0) |
                     (status_line("CapEff") != only_net_raw ? 4 : 0) | (status_line("CapPrm") != only_net_raw ? 8 : 0);
            }),
            0);
}

TEST(Privileges, KeepingWhatIsNotHeldIsNoError) {
  EXPECT_EQ(in_child([] {
              if (!drop_privileges({Capability::net_admin})) return 100;
              if (!drop_privileges({Capability::net_raw, Capability::net_admin})) return 101;
              return (has_capability(Capability::net_raw) ? 1 : 0) | (has_capability(Capability::net_admin) ? 0 : 2);
            }),
            0);
}

TEST(Privileges, NothingExecutedLaterGainsAny) {
  EXPECT_EQ(in_child([] {
              if (!drop_privileges()) return 100;
              return ::prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 ? 0 : 1;
            }),
            0);
}

TEST(Privileges, SocketsOpenBeforeGoOnWorking) {
  EXPECT_EQ(in_child([] {
              const kernel::FileDescriptor socket(::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0));
              if (!drop_privileges()) return 100;
              const int size = 65536;
              return ::setsockopt(socket.fd(), SOL_SOCKET, SO_RCVBUF, &size, sizeof size) == 0 ? 0 : 1;
            }),
            0);
}

}  // namespace
}  // namespace onlink::inline v0::test
