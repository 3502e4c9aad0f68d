// SPDX-License-Identifier: Apache-2.0
// An /etc of a process's own: what name lookups and tables of tools depend on is the same on every machine.
#pragma once

#include <filesystem>
#include <map>
#include <string>

namespace onlink::compat_diff {

// Gives the calling process a mount namespace in which /etc has `files` in place of its own; the rest is the system's.
// `scratch` is an empty directory for the mounts. Throws std::runtime_error. REQUIRES: CAP_SYS_ADMIN over the process's
// user namespace.
void replace_etc(const std::map<std::string, std::string>& files, const std::filesystem::path& scratch);

}  // namespace onlink::compat_diff
