#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A neighbour cache of a thousand to a million entries beside an absl::flat_hash_map with the same keys: finding, learning,
expiring; memory, and the longest single call. All of it in processor time. Draws docs/performance-neighbors.svg.

    neighbor_compare.py --program build/bench/bench/neighbor_bench --plot docs/performance-neighbors.svg
"""
import argparse
import collections
import json
import statistics
import subprocess
import sys

import measuring
import neighbor_plot

SIZES = [1000, 10_000, 100_000, 1_000_000]


class Results:
    """Of each benchmark its value in each round: nanoseconds for one entry, or a counter."""

    def __init__(self, report):
        self.rows = collections.defaultdict(dict)
        for row in report["benchmarks"]:
            if row.get("error_occurred"):
                sys.exit(f"{row['name']}: {row['error_message']}")
            if row["run_type"] == "iteration":
                self.rows[row["run_name"].removesuffix("/iterations:1")][row["repetition_index"]] = row

    def values(self, name, counter=None):
        rounds = self.rows[name]
        return [self.value(rounds[i], counter) for i in sorted(rounds)]

    @staticmethod
    def value(row, counter):
        if counter:
            return row[counter]
        return row["seconds"] * 1e9 if "seconds" in row else row["cpu_time"]

    def median(self, name, counter=None):
        return statistics.median(self.values(name, counter))

    def ratio(self, mine, base):
        """The median of the ratios of the rounds."""
        return statistics.median(a / b for a, b in zip(self.values(mine), self.values(base)))

    def line(self, name):
        return {size: self.median(f"{name}/{size}") for size in SIZES}

    def growth(self, name):
        return self.ratio(f"{name}/{SIZES[-1]}", f"{name}/{SIZES[0]}")


def measure(program, rounds):
    command = [program, "--benchmark_format=json", f"--benchmark_repetitions={rounds}",
               "--benchmark_enable_random_interleaving=true", "--benchmark_min_time=0.2"]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True)
    return Results(json.loads(done.stdout))


def show(results):
    print("  nanoseconds for one entry")
    rows = [[what, *(f"{results.median(f'{name}/{size}'):.0f}" for size in SIZES)] for what, name in [
        ("find", "find/cache"), ("  absl", "find/absl"), ("find, not there", "miss/cache"), ("  absl", "miss/absl"),
        ("learn", "insert/cache"), ("  absl insert", "insert/absl"), ("expire", "expire/cache")]]
    measuring.print_table(["", *(neighbor_plot.name_of(size) for size in SIZES)], rows)
    million = SIZES[-1]
    absl_growth = results.growth("insert/absl")
    rows = []

    def row(what, figure, target):
        rows.append([what, figure, target])

    row("find / absl find, 1 M", f"{results.ratio(f'find/cache/{million}', f'find/absl/{million}'):.2f} x", "1.5 x")
    row("the same, not there", f"{results.ratio(f'miss/cache/{million}', f'miss/absl/{million}'):.2f} x", "1.5 x")
    for what, name in (("learning", "insert/cache"), ("expiry", "expire/cache")):
        growth = results.growth(name)
        row(f"{what}: growth from 1 k to 1 M / absl's ({growth:.1f} / {absl_growth:.1f})", f"{growth / absl_growth:.2f} x",
            "1.5 x")
    row("octets an entry, 1 M", f"{results.median(f'memory/cache/{million}', 'octets'):.1f}", "128")
    row("  at the worst moment since half of them", f"{results.median(f'memory/cache/{million}', 'worst_octets'):.1f}", "128")
    row("  absl", f"{results.median(f'memory/absl/{million}', 'octets'):.1f}", "")
    for what in ("insert", "expiry"):
        name = f"longest/{what}/{million}"
        row(f"longest call, {what} of 1 M (p99.9 {results.median(name, 'p999_us'):.0f} us)",
            f"{max(results.values(name, 'max_us')):.0f} us", "1000 us")
    print()
    measuring.print_table(["", "measured", "target"], rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", required=True, help="neighbor_bench")
    parser.add_argument("--plot", help="the SVG to write")
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    results = measure(arguments.program, arguments.rounds)
    show(results)
    if arguments.plot:
        neighbor_plot.write(arguments.plot, [
            (title, "ns of processor time", {name: results.line(row) for name, row in lines.items()}) for title, lines in [
                ("Finding an address", {"NeighborCache": "find/cache", "absl::flat_hash_map": "find/absl"}),
                ("Learning a neighbour", {"NeighborCache": "insert/cache", "absl insert": "insert/absl"}),
                ("Expiry, all at once", {"NeighborCache": "expire/cache"})]])
        print(f"  {arguments.plot} drawn")


if __name__ == "__main__":
    main()
