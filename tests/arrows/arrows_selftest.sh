#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A tree with one mistake of each kind: arrows.sh must name every one of them, and nothing else.
set -euo pipefail
arrows=$(dirname "$(realpath "$0")")/arrows.sh
tree=$(mktemp -d)/onlink # as a clone is called
trap 'rm -rf "${tree%/onlink}"' EXIT
mkdir -p "$tree"/onlink/{base,wire,engine,print,link,kernel,run,lab,cli} "$tree"/{tests,bench,examples}

put() { # FILE LINE...: a source with its licence line, and a guard when it is a header
  local file=$tree/$1
  shift
  printf '// SPDX-License-Identifier: Apache-2.0\n' >"$file"
  [[ $file != *.hpp ]] || printf '#pragma once\n' >>"$file"
  printf '%s\n' "$@" >>"$file"
}

put onlink/base/good.hpp '#include <span>'
put onlink/link/good.cpp '#include <sys/socket.h>' '#include "onlink/wire/arp.hpp"' '#include <pcap/pcap.h>'
put onlink/cli/good_test.cpp '#include <linux/if.h>'
put onlink/cli/good.cpp '#include <CLI/CLI.hpp>' '#include <unistd.h>'
echo "[{\"file\": \"$tree/onlink/cli/good_test.cpp\"}]" >"$tree/compile_commands.json"
"$arrows" "$tree" "$tree/compile_commands.json" || { echo "the good tree was refused"; exit 1; }

failures=0
expect() { # MESSAGE: that, and a non-zero exit
  local out code=0
  out=$("$arrows" "$tree" "$tree/compile_commands.json") || code=$?
  if ((code == 0)) || ! grep -qF "$1" <<<"$out" || (($(wc -l <<<"$out") != 1)); then
    printf 'expected: %s\ngot (exit %d): %s\n' "$1" "$code" "$out"
    failures=$((failures + 1))
  fi
}
mistake() { # MESSAGE FILE LINE...
  local message=$1 file=$2
  shift
  put "$@"
  expect "$message"
  rm "$tree/$file"
}

mistake 'onlink/base/bad.hpp:3: base must not use wire' onlink/base/bad.hpp '#include "onlink/wire/arp.hpp"'
mistake 'engine must not use link' onlink/engine/bad.cpp '#include "onlink/link/port.hpp"'
mistake 'kernel must not use wire' onlink/kernel/bad.cpp '#include "onlink/wire/arp.hpp"'
mistake 'is not named by its folder' onlink/wire/bad.cpp '#include "arp.hpp"'
mistake '<sys/socket.h> may be seen only in' onlink/cli/bad.cpp '#include <sys/socket.h>'
mistake '<unistd.h> may be seen only in' onlink/print/bad.cpp '#include <unistd.h>'
mistake '<fmt/format.h> may be seen only in' onlink/engine/bad.cpp '#include <fmt/format.h>'
mistake '<fstream> may be seen only in' onlink/wire/bad.cpp '#include <fstream>'
mistake '<pcap.h> may be seen only in: link' onlink/run/bad.cpp '#include <pcap.h>'
mistake '<CLI/> is included by 2 files, 1 may' onlink/cli/bad.cpp '#include <CLI/App.hpp>'
mistake 'have no clock' onlink/engine/bad.cpp 'auto t = std::chrono::steady_clock::now();'
mistake 'in no target' tests/bad_test.cpp ''

printf '#pragma once\n' >"$tree/onlink/base/bad.hpp"
expect 'onlink/base/bad.hpp:1: no licence line'
printf '// SPDX-License-Identifier: Apache-2.0\n' >"$tree/onlink/base/bad.hpp"
expect 'onlink/base/bad.hpp: no #pragma once'

exit $failures
