"""A wire of our own: two ends of a veth pair in a network namespace, onto which the frames of a capture are put."""
import os
import pathlib
import re
import socket
import struct
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "pcaps"))
import lab  # noqa: E402

SANITIZED = "address" in lab.STALETAP		# built with the sanitizers: slower, larger
# the leak checker traces the process, which a capture forbids
ASAN = dict(os.environ, ASAN_OPTIONS="detect_leaks=0:verify_asan_link_order=0")
BLAST = str(pathlib.Path(lab.STALETAP).parent / "tools/blast")
PATIENCE = 60		# seconds until something that must come is given up


def possible():
    """Why there can be no wire; None if there can."""
    if os.geteuid() != 0:
        return "not root"
    probe = f"st-probe-{os.getpid()}"
    if subprocess.run(["ip", "netns", "add", probe], capture_output=True, check=False).returncode != 0:
        return "no network namespaces can be made"
    made = subprocess.run(["ip", "-n", probe, "link", "add", "st0", "type", "veth", "peer", "name", "st1"], capture_output=True, check=False)
    subprocess.run(["ip", "netns", "del", probe], check=False)
    return None if made.returncode == 0 else "no veth pair can be made"


def until(what, happened):
    """Ask again until it has happened."""
    end = time.monotonic() + PATIENCE
    while not (result := happened()):
        if time.monotonic() > end:
            raise RuntimeError(f"{what}: did not happen in {PATIENCE} s")
        time.sleep(0.02)
    return result


def frames(path):
    """The frames of a classic little-endian capture."""
    data, at = path.read_bytes(), 24
    while at + 16 <= len(data):
        have = struct.unpack_from("<I", data, at + 8)[0]
        yield data[at + 16:at + 16 + have]
        at += 16 + have


class Wire:
    """Frames go in at st0, sensors listen at st1."""

    def __init__(self, name):
        self.ns = f"st-{name}-{os.getpid()}"
        self.sent = 0
        self.children = []

    def ip(self, *words):
        subprocess.run(["ip", "-n", self.ns, *words], check=True, capture_output=True)

    def __enter__(self):
        subprocess.run(["ip", "netns", "add", self.ns], check=True)
        self.ip("link", "add", "st0", "type", "veth", "peer", "name", "st1")
        for end in ("st0", "st1"):
            # no addresses: then the kernel says nothing by itself
            subprocess.run(["ip", "netns", "exec", self.ns, "sysctl", "-qw", f"net.ipv6.conf.{end}.disable_ipv6=1"], check=True)
            self.ip("link", "set", end, "up")
        with open(f"/run/netns/{self.ns}") as there, open("/proc/self/ns/net") as here:
            os.setns(there.fileno(), os.CLONE_NEWNET) if hasattr(os, "setns") else setns(there.fileno())
            try:
                self.end = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
                self.end.bind(("st0", 0))
            finally:
                os.setns(here.fileno(), os.CLONE_NEWNET) if hasattr(os, "setns") else setns(here.fileno())
        return self

    def __exit__(self, *_):
        self.end.close()
        for child in self.children:
            if child.poll() is None:
                child.kill()
                child.wait()
        subprocess.run(["ip", "netns", "del", self.ns], check=False)

    def run(self, *command, **more):
        self.children.append(subprocess.Popen(["ip", "netns", "exec", self.ns, *map(str, command)], env=ASAN, **more))
        return self.children[-1]

    def send(self, many):
        for n, frame in enumerate(many):
            self.end.send(frame)
            self.sent += 1
            if n % 32 == 31:
                time.sleep(0.001)	# a pace, nothing waits for it


    def blast(self, path, loops):
        """A capture's frames so many times over, as fast as it goes: how many were sent, and in how many seconds."""
        done = subprocess.run(["ip", "netns", "exec", self.ns, BLAST, "st0", str(path), str(loops)], capture_output=True, text=True, check=True)
        n, seconds = re.search(r"(\d+) packets sent in ([\d.]+) seconds", done.stdout).groups()
        self.sent += int(n)
        return int(n), float(seconds)


def setns(fd):
    """os.setns() is new in Python 3.12."""
    import ctypes
    if ctypes.CDLL(None, use_errno=True).setns(fd, 0x40000000) != 0:
        raise OSError(ctypes.get_errno(), "setns")


class Tool:
    """A program on the wire that says on standard error when it is ready."""

    def __init__(self, wire, ready, log, *command):
        self.log = log
        self.process = wire.run(*command, stdout=subprocess.DEVNULL, stderr=log.open("w"))
        until(f"{command[0]}: {ready}", lambda: ready in self.said() or self.ended())
        if self.process.poll() is not None:
            raise RuntimeError(f"{command[0]} ended: {self.said()}")

    def ended(self):
        return self.process.poll() is not None

    def said(self):
        return self.log.read_text(errors="replace")

    def signal(self, number):
        self.process.send_signal(number)

    def stop(self, number=15):
        """Its status."""
        if not self.ended():
            self.signal(number)
        return self.process.wait(PATIENCE)


def seen(tool):
    """How many packets a capture says it has seen, asked now."""
    before = tool.said().count("packets seen")
    tool.signal(10)
    until("numbers on SIGUSR1", lambda: tool.said().count("packets seen") > before)
    return int(re.findall(r"(\d+) packets seen", tool.said())[-1])
