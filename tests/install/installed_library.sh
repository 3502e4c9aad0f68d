#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs the library of a build, and builds examples with it: by find_package, and by pkg-config.
#   installed_library.sh BUILD CXX
set -euo pipefail
build=$1
cxx=$2
here=$(dirname "$(readlink -f "$0")")
examples=$here/../../examples
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT

cmake --install "$build" --component library --prefix "$place/prefix" >"$place/log" || { cat "$place/log"; exit 1; }

cmake -S "$here/consumer" -B "$place/consumer" -D CMAKE_PREFIX_PATH="$place/prefix" -D CMAKE_CXX_COMPILER="$cxx" \
  -D EXAMPLES="$examples" >"$place/log"
cmake --build "$place/consumer" >"$place/log" || { cat "$place/log"; exit 1; }
"$place/consumer/c_cache" >"$place/by_cmake"

PKG_CONFIG_PATH=$(dirname "$(find "$place/prefix" -name onlink.pc)")
export PKG_CONFIG_PATH
# shellcheck disable=SC2046 # several words
cc "$examples/c_cache.c" -o "$place/c_cache" $(pkg-config --cflags --libs onlink-engine)
# shellcheck disable=SC2046 # several words
"$cxx" -std=c++23 "$examples/resolver.cpp" -o "$place/resolver" $(pkg-config --cflags --libs onlink)
"$place/c_cache" >"$place/by_pkg_config"

cmp "$place/by_cmake" "$place/by_pkg_config"
grep -q reachable "$place/by_cmake"
for resolver in "$place/consumer/resolver" "$place/resolver"; do
  "$resolver" 2>"$place/usage" && exit 1
  grep -q usage "$place/usage"
done
echo "1 passed, 0 failed"
