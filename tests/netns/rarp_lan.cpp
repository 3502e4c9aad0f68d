// SPDX-License-Identifier: Apache-2.0
#include "tests/netns/rarp_lan.hpp"

#include <poll.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "onlink/link/packet_port.hpp"
#include "onlink/wire/decode.hpp"
#include "tests/compat/oracle.hpp"
#include "tests/support/hex.hpp"

namespace onlink::inline v0::test {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view sign_of_life =
    "ffffffffffff 0200000000aa 8035 0001 0800 06 04 0003 0200000000aa 00000000 0200000000aa 00000000";
constexpr std::string_view signs_entry = "02:00:00:00:00:aa 10.0.0.170\n";
constexpr int patience_ms = 100;
constexpr int most_waits = 200;

std::string new_folder() {
  std::string pattern = (fs::temp_directory_path() / "onlink-rarp-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp");
  fs::permissions(pattern, fs::perms::owner_all | fs::perms::others_read | fs::perms::others_exec);
  return pattern;
}

void write_file(const fs::path& path, std::string_view text) {
  std::ofstream out{path};
  out << text;
  if (!out.flush()) throw std::runtime_error(path.string());
}

// In the child: /etc is this folder, for nobody else.
void replace_etc(const std::string& folder) {
  if (::unshare(CLONE_NEWNS) != 0 || ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
      ::mount(folder.c_str(), "/etc", nullptr, MS_BIND, nullptr) != 0) {
    ::_exit(126);
  }
}

bool is_sign(const Packet& packet) {
  const auto* arp = std::get_if<ArpPacket>(&packet.payload);
  return arp != nullptr && packet.ethernet.type == EtherType::rarp &&
         arp->target_hardware_addr == mac("02:00:00:00:00:aa");
}

bool is_of_interest(const Packet& packet) {
  if (packet.ethernet.type == EtherType::rarp) return true;
  const auto* arp = std::get_if<ArpPacket>(&packet.payload);
  return arp != nullptr && arp->operation != ArpOperation::request && arp->operation != ArpOperation::reply;
}

std::unique_ptr<Port> open_port() {
  auto port =
      open_packet_port({.interface = "eth0", .filter = {.everything = true}, .promiscuous = true, .ring_bytes = 0});
  if (!port) throw std::runtime_error(port.error().context);
  return *std::move(port);
}

void send(Port& port, std::string_view hex) {
  const std::vector<std::vector<std::byte>> frames{from_hex(hex)};
  if (!port.send(FrameList{frames})) throw std::runtime_error("send");
}

}  // namespace

RarpLan::RarpLan()
    : folder_(new_folder()),
      ethers_(folder_ + "/ethers"),
      lan_({.mac = mac("02:00:00:00:00:01"), .addresses = {prefix("10.0.0.1/24")}}),
      asker_(lan_.add_host({.mac = mac("02:00:00:00:00:0d"), .addresses = {}})) {
  write_file(folder_ + "/hosts", "127.0.0.1 localhost\n10.0.0.15 sparky\n");
}

RarpLan::~RarpLan() { fs::remove_all(folder_); }

ProgramResult RarpLan::serve_ours(std::string_view ethers, const std::function<void()>& work,
                                  std::vector<std::string> words) {
  write_file(ethers_, std::string{ethers} + std::string{signs_entry});
  words.insert(words.begin(), {"answer", "-i", "eth0", "--no-check", "--ethers", ethers_});
  return run_onlink({.words = std::move(words),
                     .before_exec = [this] { replace_etc(folder_); },
                     .while_running =
                         [&](int pid) {
                           await_server();
                           work();
                           ::kill(pid, SIGTERM);
                         }});
}

std::optional<ProgramResult> RarpLan::serve_rarpd(std::string_view ethers, const std::function<void()>& work) {
  const auto rarpd = find_oracle("rarpd");
  if (!rarpd) return std::nullopt;
  write_file(ethers_, std::string{ethers} + std::string{signs_entry});
  return run_program(rarpd->path, {.words = {"-d", "-e", "eth0"},
                                   .environment = rarpd->environment,
                                   .before_exec = [this] { replace_etc(folder_); },
                                   .while_running =
                                       [&](int pid) {
                                         await_server();
                                         work();
                                         ::kill(pid, SIGTERM);
                                       }});
}

ProgramResult RarpLan::client(const std::vector<std::string>& words) {
  ProgramResult result;
  asker_.run([&] { result = run_onlink({.words = words}); });
  return result;
}

std::vector<std::string> RarpLan::answers_to(std::string_view hex) {
  std::vector<std::string> frames;
  asker_.run([&] {
    const auto port = open_port();
    send(*port, hex);
    send(*port, sign_of_life);
    frames = frames_until_sign(*port, false);
  });
  return frames;
}

void RarpLan::await_server() {
  asker_.run([&] {
    const auto port = open_port();
    send(*port, sign_of_life);
    (void)frames_until_sign(*port, true);
  });
}

std::vector<std::string> RarpLan::frames_until_sign(Port& port, bool again) {
  std::vector<std::string> frames;
  bool seen = false;
  auto sink = [&](const ReceivedFrame& frame) {
    const auto packet = decode(frame.bytes);
    if (!packet || !is_of_interest(*packet)) return;
    if (is_sign(*packet)) {
      seen = true;
    } else if (!seen) {
      frames.push_back(to_hex(frame.bytes));
    }
  };
  for (int waits = 0; waits < most_waits; ++waits) {
    pollfd waited{port.poll_fd(), POLLIN, 0};
    if (::poll(&waited, 1, patience_ms) == 0 && again) send(port, sign_of_life);
    if (!port.receive(sink)) throw std::runtime_error("receive");
    if (seen) return frames;
  }
  throw std::runtime_error("the server does not answer");
}

}  // namespace onlink::inline v0::test
