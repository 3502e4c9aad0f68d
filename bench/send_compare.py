#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Frames a second by each way of sending, over a veth pair without and with a queueing discipline
(docs/decisions/001-packet-send.md): the median of several runs.

    send_compare.py --program build/bench/bench/packet_send_bench
"""
import argparse
import os
import re
import statistics

import measuring
import veth
from veth import INTERFACE

FRAMES = "300000"


def rates(command, runs):
    """method -> frames a second, of each run."""
    found = {}
    for _ in range(runs):
        for name, rate in re.findall(r"^(.*?) +(\d+) frames/s", measuring.run(command).output, re.MULTILINE):
            found.setdefault(name, []).append(int(rate))
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", required=True, help="bench/packet_send_bench")
    parser.add_argument("--runs", type=int, default=5)
    arguments = parser.parse_args()
    program = os.path.abspath(arguments.program)
    columns = {}
    with veth.Link():
        for batch in ("64", "1"):
            columns[f"no qdisc, {batch} a call"] = rates([program, INTERFACE, FRAMES, batch], arguments.runs)
        veth.run("tc", "qdisc", "add", "dev", INTERFACE, "root", "pfifo_fast")
        columns["pfifo_fast, 64 a call"] = rates([program, INTERFACE, FRAMES, "64"], arguments.runs)
    methods = next(iter(columns.values()))
    print(f"\nframes a second, median of {arguments.runs} runs of {int(FRAMES):,}")
    measuring.print_table(["", *columns], [
        [name, *(f"{statistics.median(column[name]):,.0f}" for column in columns.values())] for name in methods])


if __name__ == "__main__":
    veth.enter_namespace()
    main()
