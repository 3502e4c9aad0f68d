// SPDX-License-Identifier: Apache-2.0
// What `onlink claim` prints, and the exit code that comes of it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "onlink/base/bytes.hpp"
#include "onlink/cli/context.hpp"
#include "onlink/cli/exit_code.hpp"
#include "onlink/engine/claim_event.hpp"
#include "onlink/print/row.hpp"
#include "onlink/run/driver.hpp"

namespace onlink::inline v0::cli {

class ClaimReport {
 public:
  struct Setting {
    std::string interface{};
    MacAddress mac{};
    VlanStack vlans{};
    std::size_t addresses = 0;     // how many are claimed
    std::vector<IpAddress> own{};  // of them: this host's kernel has them
    bool probe_only = false;
    bool dump = false;
  };
  ClaimReport(Context& context, Setting setting);

  // Maps the engine's time to the wall's. REQUIRES: called before the first event.
  void start(const ClockPair& clock) { clock_ = clock; }

  // `configured`: the length of the network with which it is on the interface now.
  void on_ready(const ClaimReady& ready, std::uint32_t probes, std::optional<std::uint8_t> configured);
  void on_conflict(const ClaimConflict& conflict);
  void on_defended(const ClaimDefended& defended);
  void on_lost(const ClaimLost& lost);
  // This host's own kernel has it with another MAC address.
  void on_contradicted(const IpAddress& address);
  void on_frame_sent(Bytes frame);
  // Lines that no terminal waits for are written now and then.
  void flush() { context_.out.flush(); }

  // `well`: the run came to its end and the link stayed up, so that what was found free is free.
  void finish(const RunResult& result, bool well);
  // Without errors: by what became of the addresses.
  [[nodiscard]] ExitCode exit_code() const;

 private:
  // What became of an address.
  enum class Fate : std::uint8_t { held, optimistic, free, refused, lost, unplugged };
  struct Free {
    Instant time;
    std::uint32_t probes = 0;
  };

  void print(Row row, Instant time);
  [[nodiscard]] Row free_row(const IpAddress& address, const Free& found) const;
  void print_free(bool well);
  void print_summary(const RunResult& result);
  [[nodiscard]] std::size_t count(Fate fate) const;

  Context& context_;
  Setting setting_;
  RowPrinter rows_;
  ClockPair clock_;
  std::map<IpAddress, Fate> fates_;
  std::map<IpAddress, Free> free_;  // told when the run has ended well: the link may yet turn out to be gone
  std::uint64_t defended_ = 0;
  std::uint64_t lost_ = 0;
  std::uint64_t frames_sent_ = 0;
};

}  // namespace onlink::inline v0::cli
