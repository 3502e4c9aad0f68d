#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Scans the same veth link with onlink, the bare sendmmsg limit, arp-scan and nmap, in turns, and prints how long each took
from exec to exit, the ratio to the first, how many hosts it found and how large it grew.

    scan_compare.py --onlink build/bench/onlink/cli/onlink --limit build/bench/bench/arp_flood_limit
"""
import argparse
import os
import statistics
from dataclasses import dataclass, field

import measuring
import veth
from veth import INTERFACE, NETWORK, OWN_ADDRESS


@dataclass
class Case:
    name: str
    prefix_length: int
    live: int  # hosts; 0: every address
    goal: str
    scanners: dict = field(default_factory=dict)  # name -> command line
    runs: int = 0  # at most; 0: as asked for

    def destinations(self):
        """The live ones, spread evenly."""
        if self.live == 0:
            return [f"{NETWORK}/{self.prefix_length}"]
        step = 2 ** (32 - self.prefix_length) // self.live
        numbers = ((10 << 24 | 8 << 16) + 1 + i * step for i in range(self.live))
        return [".".join(str(n >> shift & 255) for shift in (24, 16, 8, 0)) for n in numbers]

    def expected(self):
        return self.live or 2 ** (32 - self.prefix_length)


def cases(onlink, limit):
    plain_scan = [onlink, "scan", "-i", INTERFACE]
    scan = plain_scan + ["--json"]
    arp_scan = ["arp-scan", "-I", INTERFACE, "-x", "-N", f"--arpspa={OWN_ADDRESS}"]
    nmap = ["nmap", "-sn", "-n", "-PR", "--send-eth", "-e", INTERFACE, "-oG", "-"]
    small, large = f"{NETWORK}/24", f"{NETWORK}/16"
    return [
        Case("full /16, as fast as it goes", 16, 0, "onlink at most 1.2 x the limit, all found, at most 32 MB", {
            "limit": [limit, INTERFACE, OWN_ADDRESS, NETWORK, "16"],
            "onlink --rate max": plain_scan + ["--rate", "max", large],
            "onlink --rate max --json": scan + ["--rate", "max", large],
            "arp-scan, fastest": arp_scan + ["--retry=1", "--interval=1u", "--timeout=100", large],
            "nmap, fastest": nmap + ["--min-rate", "1000000", "--max-retries", "1", large],
        }),
        Case("/24 with 20 hosts, defaults", 24, 20, "onlink at most 1.2 s", {
            "onlink": scan + [small],
            "arp-scan": arp_scan + [small],
            "nmap": nmap + [small],
        }),
        Case("full /16, defaults", 16, 0, "onlink at most 5 s", {"onlink": scan + [large], "nmap": nmap + [large]}),
        Case("/16 with 500 hosts, defaults", 16, 500, "onlink at most 10 s", {"onlink": scan + [large]}),
        # Minutes each: to be asked for with --slow.
        Case("full /16, defaults, the slow one", 16, 0, "", {"arp-scan": arp_scan + [large]}, 1),
        Case("/16 with 500 hosts, defaults, the slow ones", 16, 500, "", {"arp-scan": arp_scan + [large],
                                                                          "nmap": nmap + [large]}, 1),
    ]


def compare(link, case, runs, memory):
    print(f"\n{case.name}  ({case.expected()} hosts{'; ' + case.goal if case.goal else ''})", flush=True)
    link.populate(case.destinations())
    counts = {name: [] for name in case.scanners}
    rates = {name: [] for name in case.scanners}

    def count(name, run):
        found = run.found()
        counts[name].append(len(found.addresses))
        rates[name].append(found.peak_rate)
        run.output = ""

    results = measuring.run_in_turns(case.scanners, min(runs, case.runs or runs), count)
    base = next(iter(results.values()), [])
    table = []
    for name, rows in results.items():
        seconds = [run.seconds for run in rows]
        table.append([name, f"{statistics.median(seconds):.3f} s", f"{min(seconds):.3f}", f"{max(seconds):.3f}",
                      f"{measuring.ratio(rows, base):.2f}", measuring.spread(counts[name]),
                      f"{max(rates[name]):,.0f}/s" if any(rates[name]) else "",
                      f"{measuring.peak_memory(case.scanners[name]):.1f} MiB" if memory else "",
                      "/".join(sorted({str(run.exit_code) for run in rows}))])
    measuring.print_table(["", "median", "best", "worst", "ratio", "found", "peak rate", "memory", "exit"], table)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--onlink", required=True, help="the program")
    parser.add_argument("--limit", required=True, help="bench/arp_flood_limit")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--only", default="", help="part of the name of a case, or of a scanner after a colon")
    parser.add_argument("--slow", action="store_true", help="also what takes minutes")
    arguments = parser.parse_args()
    case_part, _, scanner_part = arguments.only.partition(":")
    with veth.Link() as link:
        for case in cases(os.path.abspath(arguments.onlink), os.path.abspath(arguments.limit)):
            case.scanners = {n: c for n, c in case.scanners.items() if scanner_part in n}
            if case_part in case.name and case.scanners and (arguments.slow or not case.runs):
                compare(link, case, arguments.runs, memory=not case.runs)


if __name__ == "__main__":
    veth.enter_namespace()
    main()
