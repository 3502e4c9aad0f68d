#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Scans the same virtual link with onlink, the bare sendmmsg limit, arp-scan and nmap, one after the other, and prints
how long each took from exec to exit, how many hosts it found, and the ratio to the limit.

    scan_compare.py --onlink build/bench/onlink/cli/onlink --limit build/bench/bench/arp_flood_limit

The link is a veth pair between two network namespaces that live as long as the script. Behind it one kernel answers ARP
for every address that a local route gives it, so no process of ours takes part in the answers. No root is needed where
user namespaces are allowed.
"""
import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field

NETWORK = "10.8.0.0"
OWN_ADDRESS = "10.9.0.2"  # the asker lies outside the network: a kernel does not answer a request from its own address
INTERFACE = "eth0"


@dataclass
class Case:
    name: str
    prefix_length: int
    live: int  # hosts; 0: every address
    scanners: dict = field(default_factory=dict)  # name -> command line
    goal: str = ""

    def network(self):
        return f"{NETWORK}/{self.prefix_length}"

    def addresses(self):
        """The live ones, spread evenly."""
        step = 2 ** (32 - self.prefix_length) // self.live
        base = 10 << 24 | 8 << 16
        numbers = (base + 1 + i * step for i in range(self.live))
        return [".".join(str(n >> shift & 255) for shift in (24, 16, 8, 0)) for n in numbers]

    def expected(self):
        return self.live or 2 ** (32 - self.prefix_length)


def cases(onlink, limit):
    scan = [onlink, "scan", "-i", INTERFACE, "--json"]
    arp_scan = ["arp-scan", "-I", INTERFACE, "-x", "-N", f"--arpspa={OWN_ADDRESS}"]
    nmap = ["nmap", "-sn", "-n", "-PR", "--send-eth", "-e", INTERFACE, "-oG", "-"]
    full = f"{NETWORK}/16"
    return [
        Case("full /16, as fast as it goes", 16, 0, {
            "limit": [limit, INTERFACE, OWN_ADDRESS, NETWORK, "16"],
            "onlink --rate max": scan + ["--rate", "max", full],
            "arp-scan, fastest": arp_scan + ["--retry=1", "--interval=1u", "--timeout=100", full],
            "nmap, fastest": nmap + ["--min-rate", "1000000", "--max-retries", "1", full],
        }, "onlink at most 1.2 x the limit, all found, at most 32 MB"),
        Case("/24 with 20 hosts, defaults", 24, 20, {
            "onlink": scan + [f"{NETWORK}/24"],
            "arp-scan": arp_scan + [f"{NETWORK}/24"],
            "nmap": nmap + [f"{NETWORK}/24"],
        }, "onlink at most 1.2 s"),
        Case("full /16, defaults", 16, 0, {
            "onlink": scan + [full],
            "nmap": nmap + [full],
            "arp-scan": arp_scan + [full],
        }, "onlink at most 5 s"),
        Case("/16 with 500 hosts, defaults", 16, 500, {
            "onlink": scan + [full],
            "nmap": nmap + [full],
            "arp-scan": arp_scan + [full],
        }, "onlink at most 10 s"),
    ]


class Link:
    """Our end is eth0 here; the other end is in a namespace of its own."""

    def __init__(self):
        self.peer = subprocess.Popen(["unshare", "--net", "sleep", "infinity"])
        own_namespace = os.readlink("/proc/self/ns/net")
        while os.readlink(f"/proc/{self.peer.pid}/ns/net") == own_namespace:
            time.sleep(0.001)
        self.run("ip", "link", "add", INTERFACE, "type", "veth", "peer", "name", "far")
        self.run("ip", "link", "set", "far", "netns", str(self.peer.pid))
        for command in ("link set lo up", "link set far up", "addr add 10.9.0.1/16 dev far"):
            self.run_far("ip", *command.split())
        for command in (f"addr add {OWN_ADDRESS}/16 dev {INTERFACE}", f"link set {INTERFACE} up",
                        f"route add {NETWORK}/16 dev {INTERFACE}"):
            self.run("ip", *command.split())
        self.wait_for_carrier()

    @staticmethod
    def run(*command, text=None):
        subprocess.run(command, check=True, input=text, text=True)

    def run_far(self, *command, text=None):
        self.run("nsenter", f"--net=/proc/{self.peer.pid}/ns/net", *command, text=text)

    @staticmethod
    def wait_for_carrier():
        while "LOWER_UP" not in subprocess.run(["ip", "link", "show", INTERFACE], capture_output=True, text=True).stdout:
            time.sleep(0.001)

    def populate(self, case):
        self.run_far("ip", "route", "flush", "table", "local", "to", "root", f"{NETWORK}/16")
        if case.live == 0:
            self.run_far("ip", "route", "add", "local", case.network(), "dev", "lo")
            return
        routes = "".join(f"route add local {address} dev lo\n" for address in case.addresses())
        self.run_far("ip", "-batch", "-", text=routes)

    def close(self):
        self.peer.kill()
        self.peer.wait()


def found(output):
    """How many addresses a scanner printed; the limit program says it itself."""
    counted = re.search(r"(\d+) of \d+ answered", output)
    if counted:
        return int(counted.group(1))
    addresses = set()
    for line in output.splitlines():
        if line.startswith("{"):
            row = json.loads(line)
            address = row.get("ip") if row.get("mac") else None
        elif line.startswith("Host: "):
            address = line.split()[1] if "Status: Up" in line else None
        else:
            match = re.match(r"(\d+\.\d+\.\d+\.\d+)\t", line)
            address = match.group(1) if match else None
        if address and address.startswith("10.8."):
            addresses.add(address)
    return len(addresses)


def start(command, output):
    return os.posix_spawnp(command[0], command, os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, output.fileno(), 1)])


def measure(command):
    """Seconds from exec to exit, hosts found, exit code."""
    with tempfile.TemporaryFile("w+") as output:
        begin = time.perf_counter()
        _, status = os.waitpid(start(command, output), 0)
        seconds = time.perf_counter() - begin
        output.seek(0)
        return seconds, found(output.read()), os.waitstatus_to_exitcode(status)


def peak_memory(command):
    """MiB of the program's own memory at its largest, in a run that is not timed. (What wait4 tells counts this script's
    memory in, for the program begins as its copy.)"""
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
            time.sleep(0.005)
    return peak / 1024


def compare(link, case, runs):
    print(f"\n{case.name}  ({case.expected()} hosts; {case.goal})")
    link.populate(case)
    results = {name: [] for name, command in case.scanners.items() if shutil.which(command[0])}
    for _ in range(runs):  # in turns, so that a slow moment of the machine meets all alike
        for name in results:
            results[name].append(measure(case.scanners[name]))
    memory = {name: peak_memory(case.scanners[name]) for name in results}
    base = statistics.median(r[0] for r in next(iter(results.values())))
    print(f"  {'':22} {'median':>8} {'ratio':>6} {'best':>8} {'found':>13} {'memory':>8}  exit")
    for name, rows in results.items():
        median = statistics.median(r[0] for r in rows)
        fewest, most = min(r[1] for r in rows), max(r[1] for r in rows)
        print(f"  {name:22} {median:7.3f}s {median / base:6.2f} {min(r[0] for r in rows):7.3f}s"
              f" {fewest if fewest == most else f'{fewest}-{most}':>13} {memory[name]:5.0f}MiB"
              f"  {'/'.join(sorted({str(r[2]) for r in rows}))}", flush=True)
    for name in case.scanners.keys() - results.keys():
        print(f"  {name:22} is not installed")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--onlink", required=True, help="the program")
    parser.add_argument("--limit", required=True, help="bench/arp_flood_limit")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only", default="", help="part of the name of a case, or of a scanner after a colon")
    arguments = parser.parse_args()
    case_part, _, scanner_part = arguments.only.partition(":")
    link = Link()
    try:
        for case in cases(os.path.abspath(arguments.onlink), os.path.abspath(arguments.limit)):
            case.scanners = {n: c for n, c in case.scanners.items() if scanner_part in n}
            if case_part in case.name and case.scanners:
                compare(link, case, arguments.runs)
    finally:
        link.close()


if __name__ == "__main__":
    if "ONLINK_BENCH_NAMESPACE" not in os.environ:
        os.environ["ONLINK_BENCH_NAMESPACE"] = "1"
        root = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
        os.execvp("unshare", ["unshare", "--net", *root, sys.executable, *sys.argv])
    main()
