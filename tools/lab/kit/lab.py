"""One recording: the hosts of a scenario, its timeline, its captures and its log."""
import csv
import datetime
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import traceback

from . import net, servers
from .client import Client

LIST_COLUMNS = "address,name,clients,deprecated_at,reinstated_at,ttl,replacement,owner,ticket,note".split(",")
NS1, NS2, NS3, ROOT = "203.0.113.11", "203.0.113.12", "203.0.113.13", "203.0.113.1"
BEHIND = ("203.0.113.54", "203.0.113.55")		# resolvers that clients do not ask themselves
RESOLVER = ("203.0.113.53", "2001:db8:53::53")


def rfc3339(t):
    return datetime.datetime.fromtimestamp(t, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


class Lab:
    """A scenario's `build(lab)` calls these in any order; `record` then runs the timeline.

    Times are seconds since the start of the recording.  Addresses are of the documentation ranges: clients in
    192.0.2.0/24 and 2001:db8:1::/64, the servers they visit in 198.51.100.0/24 and 2001:db8:2::/64, DNS in 203.0.113.0/24.
    """

    def __init__(self, scenario, out):
        self.scenario, self.out = scenario, out
        self.work = tempfile.mkdtemp(prefix="stlab-")
        self.net = net.Net()
        self.servers, self.clients, self.steps, self.entries, self.children = [], [], [], [], {}
        self.origin, self.ttl, self.records, self.serial = "example.net", None, None, 1
        self.t0, self.changed_at, self.resolver_server, self.captures = None, None, None, []
        self.signed, self.keys = False, None
        self.root = self.ns1 = self.ns2 = self.ns3 = None
        self.servers_now = [("ns1", NS1), ("ns2", NS2)]
        self.log = open(os.path.join(self.work, "lab.log"), "a", buffering=1)

    # the pieces of a scenario

    def zone(self, ttl, records, signed=False):
        """The zone example.net on two servers, nsd and knot.  RECORDS: {owner: [(type, data)]}, a type may be "A/30" for a TTL.

        SIGNED: three keys of 4096 bits sign everything, as in a key rollover that got stuck: no answer with them fits 1500 bytes.
        """
        self.ttl, self.records, self.signed = ttl, {k: list(v) for k, v in records.items()}, signed
        if signed:
            self._make_keys()
        self.root = self._add(servers.Nsd(self, self.net.host("root", [ROOT]), {".": self.root_text()}))
        self.ns1 = self._add(servers.Nsd(self, self.net.host("ns1", [NS1]), self.zone_text()))
        self.ns2 = self._add(servers.Knot(self, self.net.host("ns2", [NS2]), self.zone_text()))

    def new_home(self):
        """A third server, which a delegation can be moved to; until then it has the zone as it is."""
        self.ns3 = self._add(servers.Nsd(self, self.net.host("ns3", [NS3]), self.zone_text()))

    def root_text(self):
        text = "$TTL 86400\n. SOA a.root. h.root. %d 1800 900 604800 86400\n. NS a.root.\na.root. A %s\n" % (self.serial, ROOT)
        return text + "".join("%s. NS %s.%s.\n%s.%s. A %s\n" % (self.origin, n, self.origin, n, self.origin, a) for n, a in self.servers_now)

    def zone_text(self):
        text = "$ORIGIN %s.\n$TTL %d\n@ SOA ns1 host %d 1800 900 604800 5\n" % (self.origin, self.ttl, self.serial)
        text += "".join("@ 3600 NS %s\n%s 3600 A %s\n" % (n, n, a) for n, a in self.servers_now)
        for owner, rows in self.records.items():
            for kind, data in rows:
                kind, _, ttl = kind.partition("/")
                text += "%s %s %s %s\n" % (owner, ttl, kind, data)
        return {self.origin: self._sign(text) if self.signed else text}

    def _make_keys(self):
        self.keys = os.path.join(self.work, "keys")
        os.mkdir(self.keys)
        for more in ([], [], [], ["-f", "KSK"]):
            net.sh("dnssec-keygen", "-q", "-K", self.keys, "-a", "RSASHA256", "-b", "4096", *more, self.origin)

    def _sign(self, text):
        plain = servers.write(os.path.join(self.keys, "plain"), text)
        net.sh("dnssec-signzone", "-q", "-S", "-K", self.keys, "-d", self.keys, "-o", self.origin, "-f", plain + ".signed", plain)
        with open(plain + ".signed") as f:
            return f.read()

    def resolver(self, *options, mtu=1500):
        self.resolver_server = self._add(servers.Unbound(self, self.net.host("resolver", RESOLVER, mtu), options))

    def forwarder(self, *options, behind=()):
        """The clients' resolver is a forwarder, dnsmasq with OPTIONS, before a resolver, unbound with the options BEHIND."""
        self._add(servers.Unbound(self, self.net.host("behind", [BEHIND[0]]), behind))
        self.resolver_server = self._add(servers.Dnsmasq(self, self.net.host("resolver", RESOLVER[:1]), BEHIND[0], options))

    def pool(self, *members):
        """Behind the clients' resolver's address are several, unbound each, with these tuples of options, in turn."""
        for number, options in enumerate(members):
            self._add(servers.Unbound(self, self.net.host("behind%d" % number, [BEHIND[number]]), options))
        host = self.net.host("resolver", RESOLVER[:1])
        self.resolver_server = self._add(servers.Forked(self, host, servers.balancer(RESOLVER[0], BEHIND[:len(members)])))

    def web(self, name, *addrs):
        return self._add(servers.Web(self, self.net.host(name, addrs)))

    def lines(self, name, port, *addrs, moves=None):
        return self._add(servers.Forked(self, self.net.host(name, addrs), servers.lines(port, moves)))

    def certificate(self, name):
        """A key and a certificate for a server of this name, as files."""
        key, cert = os.path.join(self.work, "tls.key"), os.path.join(self.work, "tls.pem")
        net.sh("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=" + name,
               "-keyout", key, "-out", cert)
        return key, cert

    def padded_doh(self):
        """A back end for DNS over clear HTTP/2 beside the resolver."""
        return self._add(servers.Forked(self, self.resolver_server.host, servers.padding(80, RESOLVER[0])))

    def _add(self, server):
        self.servers.append(server)
        return server

    def client(self, name, addr, does, stale=None):
        """A client at ADDR.  STALE: the cause of its connections that no running answer of its own covers."""
        self.clients.append((name, self.net.host(name, [addr]), does, stale))

    def deprecate(self, address, name, ttl=None, replacement="", note=""):
        """An entry of the list; its T is the time of the change."""
        self.entries.append({"address": address, "name": name, "ttl": ttl or self.ttl, "replacement": replacement, "note": note})

    def at(self, when, step, *args):
        self.steps.append((when, step, args))

    # steps of the timeline

    def update(self, changes, published=True, only=None):
        """The change: {owner: [(type, data)]}.  PUBLISHED False is the operator who only believes that it was made; ONLY names the servers
        that take it in ("ns1")."""
        if not published:
            told = time.time()
        else:
            self.records.update(changes)
            self.serial += 1
            taking = [s for s in (self.ns1, self.ns2, self.ns3) if s and s.host.name in (only or ("ns1", "ns2"))]
            told = min(server.reload(self.zone_text()) for server in taking)
            for server in taking:
                self._await(lambda s=server: " %d 1800 " % self.serial in self._dig(s, self.origin, "SOA"),
                            "the new zone on " + server.host.name)
        self.changed_at = self.changed_at or told
        self.note("change", told, effective=round(time.time(), 6), published=published,
                  new={k: [list(r) for r in v] for k, v in changes.items()})

    def move(self, changes):
        """The change, and the zone with it to another home: the root names ns3, the servers before are forgotten and answer on."""
        self.servers_now = [("ns3", NS3)]
        self.root.reload({".": self.root_text()})
        self.update(changes, only=("ns3",))

    def stop(self, server):
        t = time.time()
        server.stop()
        self.note("stopped", t, host=server.host.name)

    def route(self, kind, addr):
        t = time.time()
        self.net.route(kind, addr)
        self.note(kind, t, addr=addr)

    def note(self, event, t, **facts):
        self.log.write(json.dumps(dict(event=event, t=round(t, 6), **facts)) + "\n")

    # running

    def fork(self, body):
        """Run BODY in a child that never outlives the recorder."""
        pid = os.fork()
        if pid:
            return pid
        try:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            signal.alarm(0)
            net.die_with_parent()
            body()
            os._exit(0)
        except BaseException:
            traceback.print_exc()
            sys.stderr.flush()
        os._exit(1)

    def _dig(self, server, name, rtype, *more):
        addr = server.host.v4()
        return subprocess.run(["ip", "netns", "exec", server.host.ns, "dig", "@" + addr, "+time=1", "+tries=1", "+norec", *more,
                               name, rtype], capture_output=True, text=True).stdout

    def _await(self, true, what, seconds=20):
        end = time.time() + seconds
        while not true():
            if time.time() > end:
                raise RuntimeError("waited %d s in vain for %s" % (seconds, what))
            time.sleep(0.05)

    def _start_servers(self):
        for server in self.servers:
            server.start()
        for server in (self.root, self.ns1, self.ns2):
            name = "." if server is self.root else self.origin
            self._await(lambda: "status: NOERROR" in self._dig(server, name, "SOA"), server.host.name)
        # asked for its version: that needs no question to anybody else
        self._await(lambda: "status:" in self._dig(self.resolver_server, "version.bind", "TXT", "-c", "CH"), "resolver")

    def _capture(self, where, dev, path):
        proc = self.net.popen(where, ["tcpdump", "-i", dev, "-n", "-s", "0", "-U", "--immediate-mode", "-Z", "root", "-w", path],
                              stderr=open(path + ".err", "wb"))
        self._await(lambda: b"listening on" in open(path + ".err", "rb").read(), "tcpdump on " + dev)
        self.captures.append((proc, path))

    def _capture_all(self):
        for name, host, _, _ in self.clients:
            self._capture(self.net.gw, host.port, os.path.join(self.work, name + ".pcap"))
        self._capture(self.resolver_server.host, "eth0", os.path.join(self.work, "resolver.pcap"))

    def record(self, seconds):
        """Run the timeline; leaves gateway.pcap, resolver.pcap, deprecated.csv and log.jsonl in the output directory."""
        self._start_servers()
        self._capture_all()
        # a resolver counts whole seconds: begin in the middle of one
        self.t0 = int(time.time()) + 1.5
        self.note("start", self.t0, clients={n: {"addrs": h.addrs, "stale": stale} for n, h, _, stale in self.clients})
        for name, host, does, _ in self.clients:
            self.children[self.fork(lambda: self._be_client(name, host, does))] = name
        for when, step, args in sorted(self.steps, key=lambda s: s[0]):
            time.sleep(max(0, self.t0 + when - time.time()))
            step(*args)
        time.sleep(max(0, self.t0 + seconds - time.time()))
        self._await_clients()
        time.sleep(0.3)
        for proc, _ in self.captures:
            proc.send_signal(signal.SIGINT)
            proc.wait(5)
        *ports, link = [path for _, path in self.captures]
        net.sh("mergecap", "-F", "pcap", "-w", os.path.join(self.out, "gateway.pcap"), *ports)
        shutil.copy(link, os.path.join(self.out, "resolver.pcap"))
        self._write_list()
        self._write_log()

    def _be_client(self, name, host, does):
        v6 = not host.v4()
        server = RESOLVER[1 if v6 else 0]
        conf = servers.write(os.path.join(self.work, name + ".resolv"), "nameserver %s\n" % server)
        net.enter(host.ns, conf)
        does(Client(name, self.t0, os.path.join(self.work, name + ".log"), server))

    def _await_clients(self):
        end = time.time() + 20
        while self.children and time.time() < end:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid in self.children:
                name = self.children.pop(pid)
                if status:
                    raise RuntimeError("client %s failed" % name)
            elif not pid:
                time.sleep(0.05)
        if self.children:
            raise RuntimeError("still running: " + ", ".join(self.children.values()))

    def _write_list(self):
        with open(os.path.join(self.out, "deprecated.csv"), "w", newline="") as f:
            out = csv.DictWriter(f, LIST_COLUMNS, restval="", lineterminator="\n")
            out.writeheader()
            for e in self.entries:
                out.writerow(dict(e, deprecated_at=rfc3339(self.changed_at), owner="web team", ticket="CHG-1001"))

    def _write_log(self):
        rows = []
        for name in os.listdir(self.work):
            if name.endswith(".log"):
                with open(os.path.join(self.work, name)) as f:
                    rows += [json.loads(line) for line in f]
        with open(os.path.join(self.out, "log.jsonl"), "w") as f:
            for row in sorted(rows, key=lambda r: r["t"]):
                f.write(json.dumps(row) + "\n")

    def close(self, keep=False):
        for pid in self.children:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
        for server in self.servers:
            server.stop()
        for proc, _ in self.captures:
            if proc.poll() is None:
                proc.kill()
                proc.wait()
        self.net.close()
        if not keep:
            shutil.rmtree(self.work, ignore_errors=True)
