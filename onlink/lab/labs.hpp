// SPDX-License-Identifier: Apache-2.0
// The labs of this user: put one up, take it down, see which are there, run a command on one of their hosts. Several
// programs may do so at once.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "onlink/base/error.hpp"
#include "onlink/lab/holder.hpp"
#include "onlink/lab/lab_plan.hpp"
#include "onlink/lab/running_lab.hpp"
#include "onlink/lab/state_file.hpp"

namespace onlink::inline v0::lab {

// A ready-made lab by its name, or a file: what holds a '/' or ends in .toml. Errors: usage (no such lab; what is wrong
// with the file), system (the file cannot be read).
[[nodiscard]] std::expected<LabPlan, Error> load_plan(std::string_view name_or_file);

class Labs {
 public:
  // Removes what dead labs have left; `removed()` names them.
  [[nodiscard]] static std::expected<Labs, Error> open();
  [[nodiscard]] const std::vector<std::string>& removed() const noexcept { return removed_; }

  [[nodiscard]] std::expected<std::vector<RunningLab>, Error> list() const;

  struct Up {
    RunningLab lab;
    bool was_up = false;  // the same lab, since before
  };
  // Under the plan's name unless `name` says otherwise. Errors: usage when another lab of that name is up; permission
  // when the system allows no namespaces; what the kernel refused.
  [[nodiscard]] std::expected<Up, Error> up(const LabPlan& plan, const std::string& name, Lifetime lifetime) const;

  struct Down {
    RunningLab lab;
    std::size_t ended_commands = 0;  // that still ran on its hosts
  };
  // Error: usage when no such lab is up.
  [[nodiscard]] std::expected<Down, Error> down(const std::string& name) const;

  // The running lab of that name. Error: usage when there is none.
  [[nodiscard]] std::expected<RunningLab, Error> find(const std::string& name) const;

  [[nodiscard]] std::string hosts_path(const RunningLab& lab) const { return directory_.hosts_path(lab.name); }

 private:
  explicit Labs(StateDirectory directory) : directory_(std::move(directory)) {}
  [[nodiscard]] std::vector<RunningLab> read_all() const;
  [[nodiscard]] std::expected<void, Error> remove_leftovers();

  StateDirectory directory_;
  std::vector<std::string> removed_;
};

}  // namespace onlink::inline v0::lab
