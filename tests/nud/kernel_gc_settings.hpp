// SPDX-License-Identifier: Apache-2.0
// What a scenario that runs alone writes to is shared by every namespace of this system: the thresholds of garbage
// collection and the other values of neigh/default. Whatever becomes of the program, also by SIGKILL, they are put
// back: a process of its own waits for the guard's end.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>

#include "onlink/kernel/namespaces.hpp"

namespace onlink::differential {

struct Scenario;

// Keeps runs that are alone apart from all others, those of other programs like this one included; waits for them.
// Where there is no place for the lock, nobody waits.
class TableLock {
 public:
  explicit TableLock(bool alone);

 private:
  kernel::FileDescriptor gate_;
  kernel::FileDescriptor file_;
};

class GcSettingsGuard {
 public:
  // Remembers every setting. Throws std::runtime_error when it cannot.
  GcSettingsGuard();
  GcSettingsGuard(const GcSettingsGuard&) = delete;
  GcSettingsGuard& operator=(const GcSettingsGuard&) = delete;
  // Puts them back, and returns when that is done.
  ~GcSettingsGuard();

 private:
  kernel::FileDescriptor lifeline_;
  pid_t keeper_ = -1;
};

class KernelLan;

// The table is every namespace's, and its limits count entries of others, too. A scenario's limits are for its own
// entries alone, so those of the others are added.
class GcThresholds {
 public:
  // Waits until runs that ended have taken their entries with them, and 5 s have passed since the last forced
  // collection, which puts off the next one. Throws std::runtime_error when the table does not come to rest.
  GcThresholds(KernelLan& lan, const Scenario& scenario);
  // What to write to the sysctl.
  [[nodiscard]] std::string value_for(const std::string& path, const std::string& value) const;

 private:
  std::uint64_t others_ipv4_ = 0;
  std::uint64_t others_ipv6_ = 0;
};

// Whether a step of it sets the mean reachable time, by which a new one is drawn.
[[nodiscard]] bool writes_reachable_time(const Scenario& scenario);

}  // namespace onlink::differential
