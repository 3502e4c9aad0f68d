#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Scans the bad link of faulty_crowd.toml again and again, with onlink and arp-scan in turns, and prints how many of the
4,096 hosts and of the conflicts were found each time.

    faulty_scan.py --onlink build/bench/onlink/cli/onlink --impostors build/bench/bench/lab_impostors
"""
import argparse
import os
import statistics
import subprocess
import sys

import measuring

LAB = os.path.join(os.path.dirname(os.path.abspath(__file__)), "faulty_crowd.toml")
CROWD = "crowd"
NETWORK = "10.7.0.0/20"
HOSTS = 4096
INTERFACE = "eth0"


def enter_lab(onlink):
    """Starts the script again on the asking host of the lab; the lab ends with it."""
    if "ONLINK_BENCH_LAB" in os.environ:
        return
    os.environ["ONLINK_BENCH_LAB"] = "1"
    os.execv(onlink, [onlink, "lab", "run", LAB, "--", sys.executable, *sys.argv])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--onlink", required=True, help="the program")
    parser.add_argument("--impostors", required=True, help="bench/lab_impostors")
    parser.add_argument("--runs", type=int, default=10)
    arguments = parser.parse_args()
    onlink = os.path.abspath(arguments.onlink)
    impostors = os.path.abspath(arguments.impostors)
    enter_lab(onlink)

    true_conflicts = set(subprocess.run([impostors, LAB, CROWD], capture_output=True, text=True, check=True).stdout.split())
    print(f"\n/20 with faults, defaults  ({HOSTS} hosts, {len(true_conflicts)} conflicts; onlink: all in each run, "
          "within 6 s)", flush=True)
    arp_scan = ["arp-scan", "-I", INTERFACE, "-x", "-N"]
    commands = {
        "onlink": [onlink, "scan", "-i", INTERFACE, "--json", NETWORK],
        "arp-scan, 4 tries": arp_scan + ["--retry=4", "--interval=100u", "--timeout=100", NETWORK],
        "arp-scan, defaults": arp_scan + [NETWORK],
    }
    results = measuring.run_in_turns(commands, arguments.runs)
    table = []
    for name, rows in results.items():
        found = [run.found() for run in rows]
        seconds = [run.seconds for run in rows]
        wrong = sum(len(one.conflicts - true_conflicts) for one in found)
        table.append([name, f"{statistics.median(seconds):.2f} s", f"{min(seconds):.2f}", f"{max(seconds):.2f}",
                      f"{sum(len(one.addresses) == HOSTS for one in found)} of {len(found)}",
                      measuring.spread([len(one.addresses) for one in found]),
                      measuring.spread([len(one.conflicts & true_conflicts) for one in found]), str(wrong),
                      f"{max(one.peak_rate for one in found):,.0f}/s" if found[0].peak_rate else ""])
    measuring.print_table(["", "median", "best", "worst", "complete", "found", "conflicts", "false ones", "peak rate"],
                          table)


if __name__ == "__main__":
    main()
