# SPDX-License-Identifier: Apache-2.0
"""What the comparisons share: a program run from exec to exit, what a scanner found, how large it grew, and a table."""
import json
import os
import re
import shutil
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, field


@dataclass
class Found:
    """What a scanner's output says."""
    addresses: set = field(default_factory=set)
    conflicts: set = field(default_factory=set)  # addresses said to have two MACs
    peak_rate: float = 0  # requests a second, where it is told


@dataclass
class Run:
    seconds: float
    exit_code: int
    output: str

    def found(self):
        return parse(self.output)


def start(command, output):
    """Without a shell and, unlike subprocess, without work of Python's between fork and exec."""
    actions = [(os.POSIX_SPAWN_DUP2, output.fileno(), 1), (os.POSIX_SPAWN_DUP2, output.fileno(), 2)]
    return os.posix_spawnp(command[0], command, os.environ, file_actions=actions)


def run(command):
    with tempfile.TemporaryFile("w+") as output:
        begin = time.perf_counter()
        _, status = os.waitpid(start(command, output), 0)
        seconds = time.perf_counter() - begin
        output.seek(0)
        return Run(seconds, os.waitstatus_to_exitcode(status), output.read())


def run_in_turns(commands, runs, on_run=None):
    """name -> runs, one of each after the other, so that a slow moment of the machine meets all alike."""
    results = {name: [] for name, command in commands.items() if shutil.which(command[0])}
    for name in commands.keys() - results.keys():
        print(f"  {name} is not installed")
    for _ in range(runs):
        for name, rows in results.items():
            rows.append(run(commands[name]))
            if on_run:
                on_run(name, rows[-1])
    return results


def peak_memory(command):
    """MiB of the program at its largest, in a run that is not timed. (What wait4 tells counts this script's memory in,
    for the program begins as its copy.)"""
    peak = 0
    with tempfile.TemporaryFile("w+") as output:
        pid = start(command, output)
        while os.waitpid(pid, os.WNOHANG) == (0, 0):
            try:
                with open(f"/proc/{pid}/status", encoding="ascii") as status:
                    line = next((line for line in status if line.startswith("VmHWM:")), None)
            except ProcessLookupError:
                line = None
            peak = max(peak, int(line.split()[1])) if line else peak
            time.sleep(0.002)
    return peak / 1024


def parse_json_row(row, found):
    if row.get("kind") == "summary":
        found.peak_rate = row.get("peak_rate", 0)
    if row.get("kind") != "host" or not row.get("mac"):
        return
    found.addresses.add(row["ip"])
    if "conflict" in json.dumps(row.get("notes", [])):
        found.conflicts.add(row["ip"])


def parse(output):
    """Of onlink, arp-scan (with -x), nmap -oG and the limit program, which prints one line of its own."""
    found = Found()
    macs = {}
    for line in output.splitlines():
        if line.startswith("{"):
            parse_json_row(json.loads(line), found)
        elif line.startswith("Host: "):
            if "Status: Up" in line:
                found.addresses.add(line.split()[1])
        elif match := re.match(r"(\d+\.\d+\.\d+\.\d+)\s+([0-9a-f:]{17})", line):
            found.addresses.add(match[1])
            macs.setdefault(match[1], set()).add(match[2])
        elif match := re.search(r"(\d+) of \d+ answered", line):
            found.addresses = set(range(int(match[1])))
    found.conflicts |= {address for address, several in macs.items() if len(several) > 1}
    return found


def spread(numbers, form="{}"):
    least, most = min(numbers), max(numbers)
    return form.format(least) if least == most else f"{form.format(least)}-{form.format(most)}"


def ratio(rows, base):
    """The median of the ratios of runs that followed each other."""
    return statistics.median(mine.seconds / other.seconds for mine, other in zip(rows, base))


def print_table(headings, rows):
    cells = [headings, *rows]
    widths = [max(len(row[i]) for row in cells) for i in range(len(headings))]
    for row in cells:
        first, *others = (cell.ljust(width) if i == 0 else cell.rjust(width) for i, (cell, width) in
                          enumerate(zip(row, widths)))
        print("  " + "  ".join([first, *others]))
    sys.stdout.flush()
