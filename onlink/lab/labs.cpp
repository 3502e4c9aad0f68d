// SPDX-License-Identifier: Apache-2.0
#include "onlink/lab/labs.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <utility>

#include "onlink/kernel/system_error.hpp"
#include "onlink/lab/ending.hpp"
#include "onlink/lab/lab_file.hpp"
#include "onlink/lab/ready_made.hpp"

namespace onlink::inline v0::lab {
namespace {

Error no_such_lab(std::string_view name) {
  std::string text = "'" + std::string(name) + "': no such lab; ready-made:";
  for (const ReadyMade& lab : ready_made_labs()) text.append(" ").append(lab.name);
  return usage_error(text + "; a file is named with a '/' or ends in .toml");
}

std::expected<std::string, Error> read_file(const std::string& path) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  if (!file && text.empty()) return std::unexpected(kernel::system_error(errno != 0 ? errno : EIO, path + ": read"));
  return text;
}

// What a command on a host sees as /etc/hosts: every name, so that `ping printer` works.
void write_hosts(const std::string& path, const LabPlan& plan) {
  std::ofstream file(path, std::ios::trunc);
  file << "127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost\n";
  for (const PlannedHost& host : plan.hosts) {
    for (const Prefix& prefix : host.addresses) file << to_string(prefix.address) << "\t" << host.name << "\n";
  }
  file.close();
  ::chmod(path.c_str(), S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH);  // also for a command that changes its user
}

}  // namespace

std::expected<LabPlan, Error> load_plan(std::string_view name_or_file) {
  const bool is_file = name_or_file.find('/') != std::string_view::npos || name_or_file.ends_with(".toml");
  if (is_file) {
    const std::string path(name_or_file);
    const auto text = read_file(path);
    if (!text) return std::unexpected(text.error());
    return parse_lab(*text, path);
  }
  const ReadyMade* const ready_made = find_ready_made(name_or_file);
  if (ready_made == nullptr) return std::unexpected(no_such_lab(name_or_file));
  return parse_lab(ready_made->text, std::string(name_or_file));
}

std::expected<Labs, Error> Labs::open() {
  auto directory = StateDirectory::open();
  if (!directory) return std::unexpected(directory.error());
  Labs labs(std::move(*directory));
  if (auto done = labs.remove_leftovers(); !done) return std::unexpected(done.error());
  return labs;
}

std::expected<void, Error> Labs::remove_leftovers() {
  const auto lock = directory_.lock();
  if (!lock) return std::unexpected(lock.error());
  for (const std::string& name : directory_.names()) {
    const auto state = directory_.open_state(name);
    if (!state || state->in_use) continue;
    directory_.remove(name);
    removed_.push_back(name);
  }
  return {};
}

// A lab whose state cannot be read was put up by another version: it is left alone.
std::vector<RunningLab> Labs::read_all() const {
  std::vector<RunningLab> labs;
  for (const std::string& name : directory_.names()) {
    const auto state = directory_.open_state(name);
    if (!state || !state->in_use) continue;
    if (auto lab = read_state(state->file.fd())) labs.push_back(std::move(*lab));
  }
  return labs;
}

std::expected<std::vector<RunningLab>, Error> Labs::list() const {
  const auto lock = directory_.lock();
  if (!lock) return std::unexpected(lock.error());
  return read_all();
}

std::expected<RunningLab, Error> Labs::find(const std::string& name) const {
  const auto labs = list();
  if (!labs) return std::unexpected(labs.error());
  const auto found = std::ranges::find(*labs, name, &RunningLab::name);
  if (found != labs->end()) return *found;
  return std::unexpected(usage_error("lab '" + name + "' is not up"));
}

std::expected<Labs::Up, Error> Labs::up(const LabPlan& plan, const std::string& name, Lifetime lifetime) const {
  const auto lock = directory_.lock();
  if (!lock) return std::unexpected(lock.error());
  const auto state = directory_.open_state(name);
  if (!state) return std::unexpected(state.error());
  if (state->in_use) {
    auto lab = read_state(state->file.fd());
    if (lab && lab->fingerprint == plan.fingerprint) return Up{.lab = std::move(*lab), .was_up = true};
    return std::unexpected(
        usage_error("another lab named '" + name + "' is up; take it down first: onlink lab down " + name));
  }
  write_hosts(directory_.hosts_path(name), plan);
  auto lab = start_holder(plan, {.name = name, .state_fd = state->file.fd(), .lifetime = lifetime});
  if (lab) return Up{.lab = std::move(*lab)};
  directory_.remove(name);
  return std::unexpected(lab.error());
}

std::expected<Labs::Down, Error> Labs::down(const std::string& name) const {
  const auto lock = directory_.lock();
  if (!lock) return std::unexpected(lock.error());
  auto labs = read_all();
  const auto found = std::ranges::find(labs, name, &RunningLab::name);
  if (found == labs.end()) return std::unexpected(usage_error("lab '" + name + "' is not up"));
  Down down{.lab = std::move(*found), .ended_commands = 0};
  down.ended_commands = end_commands(down.lab);
  if (auto done = end_holder(down.lab); !done) return std::unexpected(done.error());
  directory_.remove(name);
  return down;
}

}  // namespace onlink::inline v0::lab
