"""Network namespaces that live as long as one recording.

Every host is a namespace with one link to the gateway, which routes.  Nothing here reaches the machine's own network:
no namespace has a link to it.  Names begin with PREFIX and the recorder's process id, so that recordings run side by
side and what a killed one left behind can be found and removed.
"""
import ctypes
import os
import signal
import subprocess

PREFIX = "stlab"
CLONE_NEWNET = 0x40000000
CLONE_NEWNS = 0x00020000
MS_BIND, MS_REC, MS_PRIVATE = 4096, 16384, 1 << 18
PR_SET_PDEATHSIG = 1

libc = ctypes.CDLL(None, use_errno=True)


def sh(*argv):
    """Run a command; its error output becomes the exception's text."""
    done = subprocess.run(argv, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError("%s: %s" % (" ".join(argv), done.stderr.strip() or done.returncode))
    return done.stdout


def die_with_parent():
    """In a child: the kernel ends it when the recorder is gone, however that went."""
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def _check(rc, what):
    if rc:
        code = ctypes.get_errno()
        raise OSError(code, "%s: %s" % (what, os.strerror(code)))


def enter(ns, resolv_conf=None):
    """Move this process into the namespace NS; RESOLV_CONF becomes its /etc/resolv.conf."""
    fd = os.open("/run/netns/" + ns, os.O_RDONLY)
    _check(libc.setns(fd, CLONE_NEWNET), "setns")
    os.close(fd)
    _check(libc.unshare(CLONE_NEWNS), "unshare")
    _check(libc.mount(b"none", b"/", None, MS_REC | MS_PRIVATE, None), "mount")
    if resolv_conf:
        target = os.path.realpath("/etc/resolv.conf").encode()
        _check(libc.mount(resolv_conf.encode(), target, None, MS_BIND, None), "mount")


class Host:
    """A namespace with one link.  `eth0` is its end of the link, `port` the gateway's."""

    def __init__(self, name, ns, port, mac):
        self.name, self.ns, self.port, self.mac = name, ns, port, mac
        self.addrs = []

    def v4(self):
        return next((a for a in self.addrs if ":" not in a), None)

    def v6(self):
        return next((a for a in self.addrs if ":" in a), None)


class Net:
    """A gateway and the hosts around it."""

    GW4, GW6 = "192.0.2.1", "fe80::1"
    MAC = "02:00:00:00:00:01"       # one for all its links, as hosts on one switch would see it

    def __init__(self):
        self.tag = "%s%d" % (PREFIX, os.getpid())
        self.hosts = {}
        self.gw = self._namespace("gw")
        for key in ("ipv4.ip_forward", "ipv6.conf.all.forwarding"):
            self._sysctl(self.gw, "net." + key, 1)

    def _sysctl(self, ns, key, value):
        sh("ip", "netns", "exec", ns, "sysctl", "-qw", "%s=%d" % (key, value))

    def _namespace(self, name):
        ns = "%s-%s" % (self.tag, name)
        sh("ip", "netns", "add", ns)
        sh("ip", "-n", ns, "link", "set", "lo", "up")
        # no router solicitations, no duplicate address detection: addresses serve at once
        for key, value in (("router_solicitations", 0), ("accept_ra", 0), ("accept_dad", 0)):
            self._sysctl(ns, "net.ipv6.conf.default." + key, value)
        return ns

    def host(self, name, addrs, mtu=1500, offload=False):
        """A new host with ADDRS.  OFFLOAD leaves checksum and segmentation offload on, as on real hosts."""
        ns, number = self._namespace(name), len(self.hosts) + 1
        port, mac = "p%d" % number, "02:00:00:00:01:%02x" % number
        host = self.hosts[name] = Host(name, ns, port, mac)
        sh("ip", "link", "add", port, "mtu", str(mtu), "address", self.MAC, "netns", self.gw,
           "type", "veth", "peer", "name", "eth0", "mtu", str(mtu), "address", mac, "netns", ns)
        for where, dev in ((self.gw, port), (ns, "eth0")):
            if not offload:
                sh("ip", "netns", "exec", where, "ethtool", "-K", dev, "tx", "off", "rx", "off", "sg", "off", "tso", "off",
                   "gso", "off", "gro", "off")
            sh("ip", "-n", where, "link", "set", dev, "addrgenmode", "none", "up")
        sh("ip", "-n", self.gw, "addr", "add", self.GW4 + "/32", "dev", port)
        sh("ip", "-n", self.gw, "addr", "add", self.GW6 + "/64", "dev", port)
        sh("ip", "-n", ns, "addr", "add", "fe80::2/64", "dev", "eth0")
        sh("ip", "-n", ns, "route", "add", self.GW4, "dev", "eth0")
        for addr in addrs:
            self.add_addr(host, addr)
        if host.v4():
            sh("ip", "-n", ns, "route", "add", "default", "via", self.GW4, "src", host.v4())
        if host.v6():
            sh("ip", "-n", ns, "-6", "route", "add", "default", "via", self.GW6, "dev", "eth0", "src", host.v6())
        return host

    def add_addr(self, host, addr):
        bits = "/128" if ":" in addr else "/32"
        sh("ip", "-n", host.ns, "addr", "add", addr + bits, "dev", "eth0")
        via = ["via", "fe80::2"] if ":" in addr else []
        sh("ip", "-n", self.gw, "route", "add", addr + bits, *via, "dev", host.port)
        host.addrs.append(addr)

    def route(self, kind, addr):
        """Make the gateway treat ADDR as `blackhole` (silent) or `unreachable` (ICMP error)."""
        bits = "/128" if ":" in addr else "/32"
        sh("ip", "-n", self.gw, "route", "del", addr + bits)
        sh("ip", "-n", self.gw, "route", "add", kind, addr + bits)

    def popen(self, host, argv, **kw):
        return subprocess.Popen(["ip", "netns", "exec", host.ns if isinstance(host, Host) else host] + argv,
                                preexec_fn=die_with_parent, stdin=subprocess.DEVNULL, **kw)

    def close(self):
        for ns in [h.ns for h in self.hosts.values()] + [self.gw]:
            subprocess.run(["ip", "netns", "del", ns], capture_output=True)


def remove_leftovers():
    """Remove namespaces of recordings whose process is gone."""
    for line in sh("ip", "netns", "list").splitlines():
        ns = line.split()[0] if line.strip() else ""
        pid = ns[len(PREFIX):].split("-")[0]
        if ns.startswith(PREFIX) and pid.isdigit() and not os.path.exists("/proc/" + pid):
            sh("ip", "netns", "del", ns)
