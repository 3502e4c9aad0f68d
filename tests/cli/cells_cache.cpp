// SPDX-License-Identifier: Apache-2.0
// onlink cache list, get, add, change, replace, delete, flush and watch, on our end of a LAN of their own.
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>

#include "onlink/kernel/link_setup.hpp"
#include "onlink/kernel/neighbor_edit.hpp"
#include "tests/cli/cells.hpp"
#include "tests/netns/small_lan.hpp"
#include "tests/netns/waiting_program.hpp"

namespace onlink::inline v0::test {

using cli::ExitCode;

namespace {

using Words = std::vector<std::string>;

const MacAddress known_mac = mac("02:00:00:00:00:09");

struct Scene {
  Words words{};
  std::function<void()> before_exec{};
  std::function<void(KernelHost& ours, int pid)> while_running{};
};

// eth0 is 192.0.2.1/24, and its kernel knows 192.0.2.9.
std::function<ProgramResult()> run(Scene scene) {
  return [scene = std::move(scene)] {
    SmallLan lan{{.addresses = {prefix("192.0.2.1/24")}}};
    KernelHost& ours = lan.ours();
    if (!kernel::add_neighbor(
            ours.netlink(),
            {.interface = ours.link().index, .address = ip("192.0.2.9"), .mac = known_mac, .state = NudState::stale})) {
      return ProgramResult{};
    }
    Words words{"cache"};
    words.insert(words.end(), scene.words.begin(), scene.words.end());
    ProgramRun program{.words = words, .before_exec = scene.before_exec};
    if (scene.while_running) program.while_running = [&](int pid) { scene.while_running(ours, pid); };
    return run_onlink(program);
  };
}
std::function<ProgramResult()> run(Words words) { return run(Scene{.words = std::move(words)}); }

// In the child: no socket can be opened, as if the process had too many files.
void give_up_sockets() {
  std::array<sock_filter, 4> program{
      sock_filter BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      sock_filter BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_socket, 0, 1),
      sock_filter BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EMFILE),
      sock_filter BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  sock_fprog filter{.len = program.size(), .filter = program.data()};
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) != 0) {
    ::_exit(126);
  }
}

void delete_the_entry(KernelHost& ours, int pid) {
  wait_until_it_waits(pid);
  (void)kernel::delete_neighbor(ours.netlink(), ours.link().index, ip("192.0.2.9"));
}

void delete_the_interface(KernelHost& ours, int pid) {
  wait_until_it_waits(pid);
  (void)kernel::delete_link(ours.netlink(), ours.link().index);
}

// Every subcommand's cells that are alike.
std::vector<Cell> usual_cells(const std::string& name, const Words& arguments) {
  const auto with = [&](Words more) {
    more.insert(more.begin(), name);
    more.insert(more.end(), arguments.begin(), arguments.end());
    return more;
  };
  const std::string command = "cache " + name;
  return {
      {command, ExitCode::yes, "IsDone", run(with({"-i", "eth0"}))},
      {command, ExitCode::usage, "NoSuchOption", run(with({"--nonsense"}))},
      {command, ExitCode::interface_lost, "InterfaceIsAbsent", run(with({"-i", "nope0"}))},
      {command, ExitCode::system, "NoSocketCanBeOpened",
       run(Scene{.words = with({"-i", "eth0"}), .before_exec = give_up_sockets})},
  };
}

void append_cells(std::vector<Cell>& all, std::vector<Cell> more) { all.insert(all.end(), more.begin(), more.end()); }

// Those of the verbs that make or change an entry.
std::vector<Cell> edit_cells(const std::string& verb, const std::string& address) {
  const std::string command = "cache " + verb;
  const std::string other_mac = "02:00:00:00:00:0a";
  std::vector<Cell> cells = usual_cells(verb, {address, other_mac});
  cells.push_back({command, ExitCode::conflict, "StrictlyNotOurOwnAddress",
                   run({verb, "-i", "eth0", "--strict", "192.0.2.1", other_mac})});
  cells.push_back({command, ExitCode::off_link, "StrictlyNotOffLink",
                   run({verb, "-i", "eth0", "--strict", "203.0.113.9", other_mac})});
  cells.push_back(
      {command, ExitCode::permission, "WithoutCapNetAdmin",
       run(Scene{.words = {verb, "-i", "eth0", address, other_mac}, .before_exec = give_up_all_capabilities})});
  return cells;
}

}  // namespace

std::vector<Cell> cache_cells() {
  std::vector<Cell> all = usual_cells("list", {"192.0.2.0/24"});
  all.push_back({"cache list", ExitCode::no, "NothingIsKnownThere", run({"list", "198.51.100.0/24"})});

  append_cells(all, usual_cells("get", {"192.0.2.9"}));
  all.push_back({"cache get", ExitCode::no, "NoEntry", run({"get", "192.0.2.77"})});
  all.push_back({"cache get", ExitCode::partial, "OneOfTwo", run({"get", "192.0.2.9", "192.0.2.77"})});

  append_cells(all, edit_cells("add", "192.0.2.10"));
  all.push_back({"cache add", ExitCode::no, "ThereIsOneAlready", run({"add", "192.0.2.9", "02:00:00:00:00:0a"})});
  append_cells(all, edit_cells("change", "192.0.2.9"));
  all.push_back({"cache change", ExitCode::no, "ThereIsNone", run({"change", "192.0.2.77", "02:00:00:00:00:0a"})});
  append_cells(all, edit_cells("replace", "192.0.2.9"));

  append_cells(all, usual_cells("delete", {"192.0.2.9"}));
  all.push_back({"cache delete", ExitCode::no, "ThereIsNone", run({"delete", "192.0.2.77"})});
  all.push_back({"cache delete", ExitCode::partial, "OneOfTwo", run({"delete", "192.0.2.9", "192.0.2.77"})});
  all.push_back({"cache delete", ExitCode::permission, "WithoutCapNetAdmin",
                 run(Scene{.words = {"delete", "192.0.2.9"}, .before_exec = give_up_all_capabilities})});

  append_cells(all, usual_cells("flush", {}));
  all.push_back({"cache flush", ExitCode::no, "NothingIsThere", run({"flush", "198.51.100.0/24"})});
  all.push_back({"cache flush", ExitCode::usage, "WhichOnes", run({"flush"})});
  all.push_back({"cache flush", ExitCode::permission, "WithoutCapNetAdmin",
                 run(Scene{.words = {"flush", "-i", "eth0"}, .before_exec = give_up_all_capabilities})});

  all.push_back({"cache watch", ExitCode::yes, "AnEntryIsDeleted",
                 run(Scene{.words = {"watch", "-c1", "-w30"}, .while_running = delete_the_entry})});
  all.push_back({"cache watch", ExitCode::no, "NothingChanges", run({"watch", "-w0.1", "198.51.100.0/24"})});
  all.push_back({"cache watch", ExitCode::usage, "CountIsNoNumber", run({"watch", "-c", "many"})});
  all.push_back({"cache watch", ExitCode::interface_lost, "InterfaceGoes",
                 run(Scene{.words = {"watch", "-i", "eth0", "-w30"}, .while_running = delete_the_interface})});
  all.push_back({"cache watch", ExitCode::system, "NoSocketCanBeOpened",
                 run(Scene{.words = {"watch"}, .before_exec = give_up_sockets})});
  return all;
}

}  // namespace onlink::inline v0::test
