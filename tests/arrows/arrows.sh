#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Holds every #include under onlink/ against the plan (docs/architecture.md): which folder may use which, and where the
# system and each library may be seen. Also the few words that no source may lack, and the size of files.
#   arrows.sh ROOT [COMPILE_COMMANDS]     with the latter: every test and fuzzer on disk is built, too
set -euo pipefail
cd "$1"
compile_commands=${2-}
wrong=0

# folder -> folders that it may include
declare -A uses=(
  [base]="base"
  [wire]="wire base"
  [engine]="engine wire base"
  [c]="c engine wire base"
  [print]="print engine wire base"
  [link]="link wire base"
  [kernel]="kernel base"
  [run]="run kernel link print engine wire base"
  [lab]="lab run kernel link print engine wire base"
  [cli]="cli lab run kernel link print engine wire base"
  [watch]="watch lab run kernel link print engine wire base"
)

# header (a regular expression) -> folders that may include it, and in how many files at most (- is any number)
rules=(
  '(sys|linux|net|netpacket|asm)/        - link kernel run lab watch'
  '(unistd|fcntl|poll|sched|signal|termios|dirent|ifaddrs|spawn|netdb|syslog|pwd|grp)\.h$|(netinet|arpa)/
                                         - link kernel run lab cli watch'
  'fmt/                                  - print link kernel run lab cli watch'
  'boost/json                            1 print'
  'boost/(asio|beast)                    - watch'
  'CLI/                                  1 cli'
  'toml\+\+/                             1 lab'
  '(libmnl/|cap-ng\.h|seccomp\.h)        - kernel'
  'pcap(/|\.h)                           - link'
  'ares\.h                               - cli'
  'sqlite3\.h                            - watch'
  '(thread|mutex|condition_variable|atomic|future|random|iostream|fstream|filesystem|cstdio|ctime|syncstream)$
                                         - print link kernel run lab cli watch'
)

complain() {
  printf '%s\n' "$*"
  wrong=1
}

folder_of() { # onlink/wire/arp.hpp -> wire
  local rest=${1#*/}
  printf '%s' "${rest%%/*}"
}
contains() { [[ " $1 " == *" $2 "* ]]; }

# file:line:header of every include under onlink/; tests and fuzzers may use what they like from outside
includes() { grep -rnoE --include='*.?pp' "^#include $1" onlink | sed -E 's/:#include [<"]([^>"]+)[>"]/:\1/'; }

check_folders() {
  local file line header from to
  while IFS=: read -r file line header; do
    from=$(folder_of "$file")
    to=$(folder_of "$header")
    contains "${uses[$from]-}" "$to" || complain "$file:$line: $from must not use $to (\"$header\")"
  done < <(includes '"onlink/[^"]+"')
  while IFS=: read -r file line header; do
    complain "$file:$line: \"$header\" is not named by its folder: \"onlink/<folder>/<file>\""
  done < <(includes '"[^"]+"' | grep -vE ':[0-9]+:(onlink|tests)/')
}

check_rule() { # PATTERN LIMIT FOLDER...
  local pattern=$1 limit=$2 file line header count
  shift 2
  local hits
  hits=$(includes '<[^>]+>' | grep -vE '_(test|fuzz)\.cpp:' | grep -E "^[^:]+:[0-9]+:($pattern)" || true)
  [[ -z $hits ]] && return
  while IFS=: read -r file line header; do
    contains "$*" "$(folder_of "$file")" || complain "$file:$line: <$header> may be seen only in: $*"
  done <<<"$hits"
  count=$(cut -d: -f1 <<<"$hits" | sort -u | wc -l)
  [[ $limit == - ]] || ((count <= limit)) || complain "<$pattern> is included by $count files, $limit may"
}

# An engine is told the time and given its jitter; it asks nobody.
check_purity() {
  local hit
  while read -r hit; do
    complain "$hit: base, wire and engine have no clock, exceptions or RTTI"
  done < <(grep -rnoE --include='*.?pp' '_clock::now|clock_gettime|std::random_device|\bthrow\b |\bdynamic_cast<|\btypeid\(' \
    onlink/base onlink/wire onlink/engine | grep -vE '_(test|fuzz)\.cpp:' || true)
}

# shellcheck disable=SC2016 # awk's own
words='
    function finish() {
      if (file ~ /\.hpp$/ && !guarded) print file ": no #pragma once"
      if (lines > 400) printf "warning: %s has %d lines; above 400 it asks to be two files\n", file, lines
    }
    FNR == 1 {
      if (file) finish()
      file = FILENAME; guarded = 0
      if ($0 != "// SPDX-License-Identifier: Apache-2.0") print file ":1: no licence line"
    }
    /^#pragma once$/ { guarded = 1 }
    { lines = FNR }
    END { if (file) finish() }'

check_words() {
  local line
  while read -r line; do
    case $line in
      warning:*) printf '%s\n' "$line" ;;
      *) complain "$line" ;;
    esac
  done < <(find onlink tests bench examples -name '*.?pp' -print0 2>/dev/null | sort -z | xargs -0 -r awk "$words")
}

check_built() {
  [[ -n $compile_commands ]] || return 0
  local file
  while read -r file; do
    complain "$file: on disk, but in no target"
  done < <(find onlink tests -name '*_test.cpp' -o -name '*_fuzz.cpp' | sort |
    grep -vFxf <(grep -oE '"file": "[^"]+"' "$compile_commands" | sed -E 's|.*"(.*)"|\1|; s|^'"$PWD"'/||'))
}

check_folders
for rule in "${rules[@]}"; do
  read -r -d '' pattern limit folders <<<"$rule" || true
  # shellcheck disable=SC2086 # several folders
  check_rule "$pattern" "$limit" $folders
done
check_purity
check_words
check_built
exit $wrong
