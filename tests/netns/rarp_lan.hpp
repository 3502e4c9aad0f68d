// SPDX-License-Identifier: Apache-2.0
// A RARP server on our end of a LAN, ours or Debian's rarpd, and a client of hand-made frames on the other.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "onlink/link/port.hpp"
#include "tests/netns/small_lan.hpp"
#include "tests/support/run_program.hpp"

namespace onlink::inline v0::test {

// 10.0.0.1 at 02:00:00:00:00:01 serves; 02:00:00:00:00:0d asks.
class RarpLan {
 public:
  RarpLan();
  ~RarpLan();
  RarpLan(const RarpLan&) = delete;
  RarpLan& operator=(const RarpLan&) = delete;

  // Runs `work` while the server runs, and ends it. `ethers` is its table; 02:00:00:00:00:aa, by which the tests know
  // that it has come up and has seen what was sent before, is added. What it printed comes back.
  ProgramResult serve_ours(std::string_view ethers, const std::function<void()>& work,
                           std::vector<std::string> words = {});
  // With /etc/ethers and /etc/hosts of its own, so without boot files. Nothing: there is no rarpd.
  std::optional<ProgramResult> serve_rarpd(std::string_view ethers, const std::function<void()>& work);

  // Beside the server: `onlink WORDS` as a process on the asking host.
  ProgramResult client(const std::vector<std::string>& words);
  // What the server sends in answer to these octets, as hexadecimal text; the sign of life behind it is not in it.
  std::vector<std::string> answers_to(std::string_view hex);
  void await_server();

  [[nodiscard]] KernelHost& ours() noexcept { return lan_.ours(); }
  [[nodiscard]] KernelHost& asker() noexcept { return asker_; }
  [[nodiscard]] const std::string& ethers_path() const noexcept { return ethers_; }

 private:
  // All RARP frames and ARP operations of RARP and InARP, until the server has answered for 02:00:00:00:00:aa.
  std::vector<std::string> frames_until_sign(Port& port, bool again);

  std::string folder_;
  std::string ethers_;
  SmallLan lan_;
  KernelHost& asker_;
};

}  // namespace onlink::inline v0::test
