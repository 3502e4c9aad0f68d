// SPDX-License-Identifier: Apache-2.0
// The directory in which a user's labs are known: $XDG_RUNTIME_DIR/onlink-lab, else /tmp/onlink-lab-UID. Each lab has
// one state file, which every process of the lab keeps open and locked (flock(2)): a file that can be locked belongs to
// a lab that is dead, whatever killed it, and is a leftover to remove.
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "onlink/base/error.hpp"
#include "onlink/kernel/namespaces.hpp"
#include "onlink/lab/running_lab.hpp"

namespace onlink::inline v0::lab {

[[nodiscard]] std::expected<void, Error> write_state(int fd, const RunningLab& lab);
[[nodiscard]] std::expected<RunningLab, Error> read_state(int fd);

class StateDirectory {
 public:
  // Made when it is not there. Errors: permission when it is another user's or open to others; system.
  [[nodiscard]] static std::expected<StateDirectory, Error> open();

  // Whoever reads or changes what is here holds this. Waits for it.
  [[nodiscard]] std::expected<kernel::FileDescriptor, Error> lock() const;

  struct Opened {
    kernel::FileDescriptor file;
    bool in_use = false;  // by a lab that is up; else the file is ours, locked
  };
  [[nodiscard]] std::expected<Opened, Error> open_state(const std::string& lab) const;
  void remove(const std::string& lab) const noexcept;

  // Names of all state files, sorted.
  [[nodiscard]] std::vector<std::string> names() const;
  // The file that the lab's commands see as /etc/hosts.
  [[nodiscard]] std::string hosts_path(const std::string& lab) const { return path_ + "/" + lab + ".hosts"; }

 private:
  StateDirectory(std::string path, kernel::FileDescriptor directory)
      : path_(std::move(path)), directory_(std::move(directory)) {}

  std::string path_;
  kernel::FileDescriptor directory_;
};

}  // namespace onlink::inline v0::lab
