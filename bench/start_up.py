#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How long short commands take from exec to exit, in turns: onlink resolve of a live neighbour beside arping of iputils,
and onlink --version beside /bin/true.

    start_up.py --onlink build/bench/onlink/cli/onlink
"""
import argparse
import os
import statistics

import measuring
import veth
from veth import INTERFACE, PEER_ADDRESS


def compare(title, commands, runs):
    print(f"\n{title}", flush=True)
    measuring.run_in_turns(commands, 3)  # so that all are in the page cache
    results = measuring.run_in_turns(commands, runs)
    base = next(iter(results.values()), [])
    base_median = statistics.median(run.seconds for run in base)
    table = []
    for name, rows in results.items():
        quartiles = [1000 * q for q in statistics.quantiles([run.seconds for run in rows], n=4)]
        table.append([name, *(f"{q:.2f} ms" for q in quartiles), f"{measuring.ratio(rows, base):.2f}",
                      f"{quartiles[1] - 1000 * base_median:+.2f} ms", "/".join(sorted({str(r.exit_code) for r in rows}))])
    measuring.print_table(["", "quarter", "median", "3 quarters", "ratio", "difference", "exit"], table)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--onlink", required=True, help="the program")
    parser.add_argument("--runs", type=int, default=100)
    arguments = parser.parse_args()
    onlink = os.path.abspath(arguments.onlink)
    with veth.Link():
        compare(f"one live host, {arguments.runs} runs each  (onlink at most 1.2 x arping)", {
            "arping -f -c 1": ["arping", "-f", "-c", "1", "-I", INTERFACE, PEER_ADDRESS],
            "onlink resolve --until-reply": [onlink, "resolve", "-i", INTERFACE, "--until-reply", PEER_ADDRESS],
            "onlink resolve": [onlink, "resolve", "-i", INTERFACE, PEER_ADDRESS],
        }, arguments.runs)
        compare(f"start-up, {arguments.runs} runs each  (onlink at most 5 ms more than true)", {
            "/bin/true": ["/bin/true"],
            "onlink --version": [onlink, "--version"],
        }, arguments.runs)


if __name__ == "__main__":
    veth.enter_namespace()
    main()
