#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Lists a neighbour table of 65,536 entries with onlink and iproute2, in turns, and prints how long each took from exec to
exit, the ratio to iproute2's, and how many lines it printed. The entries are permanent: they count against no limit, so that
no setting of the machine is touched.

    cache_list_compare.py --onlink build/bench/onlink/cli/onlink
"""
import argparse
import statistics
import subprocess
import sys

import measuring
import veth

INTERFACE = "eth0"


def fill(entries):
    """Half of the addresses IPv4, half IPv6, as a host of two families has them."""
    subprocess.run(["ip", "link", "add", INTERFACE, "type", "veth", "peer", "name", "far"], check=True)
    for interface in ("far", INTERFACE):
        subprocess.run(["ip", "link", "set", interface, "up"], check=True)
    lines = []
    for i in range(entries):
        address = f"2001:db8::{i >> 16:x}:{i & 0xffff:x}" if i % 2 else f"10.{i >> 16 & 255}.{i >> 8 & 255}.{i & 255}"
        mac = f"08:00:27:{i >> 16 & 255:02x}:{i >> 8 & 255:02x}:{i & 255:02x}"
        lines.append(f"neigh add {address} lladdr {mac} nud permanent dev {INTERFACE}\n")
    subprocess.run(["ip", "-batch", "-"], input="".join(lines), text=True, check=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--onlink", required=True)
    parser.add_argument("--entries", type=int, default=65536)
    parser.add_argument("--runs", type=int, default=11)
    options = parser.parse_args()
    veth.enter_namespace()
    fill(options.entries)
    print(f"{options.entries} neighbours, {options.runs} runs; goal: onlink at most 1.2 x ip neigh")
    worst = 0
    for theirs, ours in ((["ip", "neigh"], ["cache", "list"]), (["ip", "-j", "neigh"], ["cache", "list", "--json"])):
        base, name = " ".join(theirs), "onlink " + " ".join(ours)
        commands = {base: theirs, name: [options.onlink, *ours]}
        results = measuring.run_in_turns(commands, options.runs)
        table = []
        for program, rows in results.items():
            times = [row.seconds * 1000 for row in rows]
            ratio = measuring.ratio(rows, results[base])
            printed = rows[-1].output.count("10.") + rows[-1].output.count("2001:db8:")
            table.append([program, f"{statistics.median(times):.0f} ms", measuring.spread([round(t) for t in times]),
                          f"{ratio:.2f}", str(printed), f"{measuring.peak_memory(commands[program]):.1f} MB"])
            if program == name and theirs == ["ip", "neigh"]:
                worst = ratio
        measuring.print_table(["program", "median", "ms", "ratio", "entries", "memory"], table)
    return 0 if worst <= 1.2 else 1


if __name__ == "__main__":
    sys.exit(main())
