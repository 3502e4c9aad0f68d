# SPDX-License-Identifier: Apache-2.0
"""A veth pair between two network namespaces that live as long as the script. Behind it one kernel answers ARP for every
address that a local route gives it, so that no process of ours takes part in the answers. No root is needed where user
namespaces are allowed."""
import os
import subprocess
import sys
import time

INTERFACE = "eth0"
OWN_ADDRESS = "10.9.0.2"  # the asker lies outside the network: a kernel does not answer a request from its own address
PEER_ADDRESS = "10.9.0.1"
NETWORK = "10.8.0.0"


def enter_namespace():
    """Starts the script again in a network namespace of its own; call it first."""
    if "ONLINK_BENCH_NAMESPACE" in os.environ:
        return
    os.environ["ONLINK_BENCH_NAMESPACE"] = "1"
    root = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    os.execvp("unshare", ["unshare", "--net", *root, sys.executable, *sys.argv])


class Link:
    """Our end is eth0 here; the other end is in a namespace of its own."""

    def __init__(self):
        self.peer = subprocess.Popen(["setpriv", "--pdeathsig", "KILL", "unshare", "--net", "sleep", "infinity"])
        own_namespace = os.readlink("/proc/self/ns/net")
        while os.readlink(f"/proc/{self.peer.pid}/ns/net") == own_namespace:
            time.sleep(0.001)
        run("ip", "link", "add", INTERFACE, "type", "veth", "peer", "name", "far")
        run("ip", "link", "set", "far", "netns", str(self.peer.pid))
        for command in ("link set lo up", "link set far up", f"addr add {PEER_ADDRESS}/16 dev far"):
            self.run_far("ip", *command.split())
        for command in ("link set lo up", f"addr add {OWN_ADDRESS}/16 dev {INTERFACE}", f"link set {INTERFACE} up",
                        f"route add {NETWORK}/16 dev {INTERFACE}"):
            run("ip", *command.split())
        while "LOWER_UP" not in subprocess.run(["ip", "link", "show", INTERFACE], capture_output=True, text=True).stdout:
            time.sleep(0.001)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.peer.kill()
        self.peer.wait()

    def run_far(self, *command, text=None):
        run("nsenter", f"--net=/proc/{self.peer.pid}/ns/net", *command, text=text)

    def populate(self, destinations):
        """Addresses or networks that the far kernel answers for, and no others."""
        self.run_far("ip", "route", "flush", "table", "local", "to", "root", f"{NETWORK}/16")
        self.run_far("ip", "-batch", "-", text="".join(f"route add local {to} dev lo\n" for to in destinations))


def run(*command, text=None):
    subprocess.run(command, check=True, input=text, text=True)
