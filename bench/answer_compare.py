#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Who answers an unpaced burst of 65,536 ARP requests, and how fast: the kernel by a local route, or onlink answer. The asker
(bench/arp_flood_limit) sends each request once, as fast as it can; both answerers sit at the far end of the same veth, in
turns. Prints the time from the asker's start to the last answer, its ratio to the kernel's, and how many were answered.

    answer_compare.py --onlink build/bench/onlink/cli/onlink --limit build/bench/bench/arp_flood_limit
"""
import argparse
import os
import re
import signal
import statistics
import subprocess
import sys
import time

import measuring
import veth
from veth import INTERFACE, NETWORK, OWN_ADDRESS

ADDRESSES = 65536


class Answerer:
    """onlink answer at the far end, until it is stopped."""

    def __init__(self, link, command):
        far = ["nsenter", f"--net=/proc/{link.peer.pid}/ns/net"]
        self.process = subprocess.Popen(far + command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        # It is ready once its packet socket listens there.
        while "\n" not in open_sockets(link):
            if self.process.poll() is not None:
                sys.exit(f"{' '.join(command)}: {self.process.stderr.read()}")
            time.sleep(0.01)
        time.sleep(0.05)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        peak = peak_memory(self.process.pid)
        self.process.wait()
        return peak, self.process.stderr.read().strip()


def open_sockets(link):
    with open(f"/proc/{link.peer.pid}/net/packet", encoding="ascii") as table:
        return table.read().partition("\n")[2]


def peak_memory(pid):
    """MiB."""
    try:
        with open(f"/proc/{pid}/status", encoding="ascii") as status:
            line = next((line for line in status if line.startswith("VmHWM:")), None)
    except FileNotFoundError:
        return 0
    return int(line.split()[1]) / 1024 if line else 0


def ask(limit):
    output = subprocess.run([limit, INTERFACE, OWN_ADDRESS, NETWORK, "16"], check=True, capture_output=True, text=True).stdout
    match = re.match(r"([\d.]+) s, (\d+) of \d+ answered", output)
    return float(match[1]), int(match[2])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--onlink", required=True, help="the program")
    parser.add_argument("--limit", required=True, help="bench/arp_flood_limit")
    parser.add_argument("--runs", type=int, default=7)
    arguments = parser.parse_args()
    network = f"{NETWORK}/16"
    answer = [os.path.abspath(arguments.onlink), "answer", "-i", "far", "--no-check"]
    cases = {
        "kernel, local route": None,
        "onlink answer -q": answer + ["-q", network],
        "onlink answer, a row each": answer + [network],
        "onlink answer --mac-per-address -q": answer + ["-q", "--mac-per-address", network],
    }
    times = {name: [] for name in cases}
    answered = {name: [] for name in cases}
    memory = {name: 0.0 for name in cases}
    with veth.Link() as link:
        for _ in range(arguments.runs):
            for name, command in cases.items():
                link.populate([network] if command is None else [])
                answerer = Answerer(link, command) if command else None
                seconds, count = ask(os.path.abspath(arguments.limit))
                if answerer:
                    memory[name] = max(memory[name], answerer.stop()[0])
                times[name].append(seconds)
                answered[name].append(count)
    print(f"an unpaced burst of {ADDRESSES:,} ARP requests ({arguments.runs} runs in turns; goal: all answered, at most 1.5 x the "
          "kernel's time)")
    base = times["kernel, local route"]
    table = []
    for name, seconds in times.items():
        ratio = statistics.median(mine / other for mine, other in zip(seconds, base))
        table.append([name, f"{statistics.median(seconds):.3f} s", f"{min(seconds):.3f}", f"{max(seconds):.3f}", f"{ratio:.2f}",
                      measuring.spread(answered[name], "{:,}"), f"{memory[name]:.1f} MiB" if memory[name] else ""])
    measuring.print_table(["", "median", "best", "worst", "ratio", "answered", "memory"], table)


if __name__ == "__main__":
    veth.enter_namespace()
    main()
