"""The servers: nsd and knot for zones, unbound as resolver, dnsmasq as forwarder, nginx for web, a small line server for long connections."""
import itertools
import os
import socket
import socketserver
import subprocess
import time

from . import net


def write(path, text):
    with open(path + ".new", "w") as f:
        f.write(text)
    os.replace(path + ".new", path)
    return path


class Server:
    """One process in one host's namespace; its files are in its own directory."""

    def __init__(self, lab, host):
        self.lab, self.host, self.proc = lab, host, None
        self.dir = os.path.join(lab.work, host.name)
        os.makedirs(self.dir, exist_ok=True)

    def path(self, name):
        return os.path.join(self.dir, name)

    def spawn(self, argv, env=None):
        log = open(self.path("output"), "ab")
        self.proc = self.lab.net.popen(self.host, argv, stdout=log, stderr=log, env=env, cwd=self.dir)
        log.close()

    def stop(self):
        """End the process.  Its kernel now refuses what comes for it."""
        if self.proc and self.proc.poll() is None:
            self.proc.terminate()
            try:
                self.proc.wait(5)
            except subprocess.TimeoutExpired:
                self.proc.kill()
                self.proc.wait()


class ZoneServer(Server):
    """An authoritative server.  zones: {origin: {(owner, type): [data, ...]}} as zone file text by `zone_text`."""

    def __init__(self, lab, host, zones):
        super().__init__(lab, host)
        self.zones = zones
        self.write_zones()

    def zone_file(self, origin):
        return self.path((origin.rstrip(".") or "root") + ".zone")

    def write_zones(self):
        for origin, text in self.zones.items():
            write(self.zone_file(origin), text)

    def reload(self, zones):
        """Rewrite the zone files and tell the server; returns the time at which it was told."""
        self.zones = zones
        self.write_zones()
        told = time.time()
        self.proc.send_signal(1)
        return told


class Nsd(ZoneServer):
    def start(self):
        conf = 'server:\n username: ""\n chroot: ""\n database: ""\n zonesdir: "%s"\n pidfile: ""\n xfrdfile: "%s"\n' \
               ' zonelistfile: "%s"\n xfrdir: "%s"\n server-count: 1\n verbosity: 1\n ipv4-edns-size: 4096\n' \
               '%sremote-control:\n control-enable: no\n' \
               % (self.dir, self.path("xfrd.state"), self.path("zone.list"), self.dir,
                  "".join(" ip-address: %s\n" % a for a in self.host.addrs))
        for origin in self.zones:
            conf += 'zone:\n name: "%s"\n zonefile: "%s"\n' % (origin, self.zone_file(origin))
        self.spawn(["nsd", "-d", "-c", write(self.path("nsd.conf"), conf)])


class Knot(ZoneServer):
    def start(self):
        conf = "server:\n%s rundir: %s\n udp-workers: 1\n tcp-workers: 1\n background-workers: 1\n udp-max-payload: 4096\n" \
               "log:\n - target: stderr\n   any: info\ndatabase:\n storage: %s\ntemplate:\n - id: default\n   storage: %s\n" \
               "   zonefile-load: whole\n   zonefile-sync: -1\n   journal-content: none\n   semantic-checks: off\nzone:\n" \
               % ("".join(" listen: %s@53\n" % a for a in self.host.addrs), self.dir, self.dir, self.dir)
        for origin in self.zones:
            conf += " - domain: %s\n   file: %s\n" % (origin, self.zone_file(origin))
        self.spawn(["knotd", "-c", write(self.path("knot.conf"), conf)])


class Unbound(Server):
    """A resolver.  OPTIONS: further lines of the server clause."""

    def __init__(self, lab, host, options=()):
        super().__init__(lab, host)
        self.options = options

    def start(self):
        hints = write(self.path("root.hints"), ". 3600000 NS a.root.\na.root. 3600000 A %s\n" % self.lab.root.host.v4())
        conf = 'server:\n username: ""\n chroot: ""\n directory: "%s"\n pidfile: ""\n use-syslog: no\n logfile: ""\n' \
               ' do-daemonize: no\n num-threads: 1\n module-config: "iterator"\n root-hints: "%s"\n do-ip6: yes\n prefer-ip4: yes\n' \
               ' access-control: 0.0.0.0/0 allow\n access-control: ::/0 allow\n target-fetch-policy: "0 0 0 0 0"\n%s%s' \
               'remote-control:\n control-enable: no\n' \
               % (self.dir, hints, "".join(" interface: %s\n" % a for a in self.host.addrs),
                  "".join(" %s\n" % o for o in self.options))
        self.spawn(["unbound", "-d", "-c", write(self.path("unbound.conf"), conf)])


class Dnsmasq(Server):
    """A forwarder that asks UPSTREAM.  OPTIONS: further lines of its configuration."""

    def __init__(self, lab, host, upstream, options=()):
        super().__init__(lab, host)
        self.upstream, self.options = upstream, options

    def start(self):
        conf = "user=root\npid-file=\nno-resolv\nno-hosts\nbind-interfaces\nlog-facility=-\nserver=%s\n%s%s" \
               % (self.upstream, "".join("listen-address=%s\n" % a for a in self.host.addrs),
                  "".join("%s\n" % o for o in self.options))
        self.spawn(["dnsmasq", "--keep-in-foreground", "--conf-file=" + write(self.path("dnsmasq.conf"), conf)])


class Web(Server):
    """nginx on port 80 of all its host's addresses; answers every path with the host's name."""

    def start(self):
        conf = "daemon off;\nmaster_process off;\npid %s;\nerror_log stderr;\nevents {}\nhttp {\n access_log off;\n" \
               % self.path("pid")
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"):
            conf += " %s_temp_path %s;\n" % (kind, self.path(kind))
        conf += " server {\n listen 80; listen [::]:80;\n return 200 \"%s $host\\n\";\n }\n}\n" % self.host.name
        self.spawn(["nginx", "-p", self.dir, "-e", "stderr", "-c", write(self.path("nginx.conf"), conf)])


class _Lines(socketserver.StreamRequestHandler):
    def handle(self):
        try:
            for line in self.rfile:
                self.wfile.write(self.server.moves if self.server.moves and line.startswith(b"GET") else b"ok " + line)
        except OSError:
            pass


class _LineServer(socketserver.ThreadingTCPServer):
    address_family = socket.AF_INET6
    allow_reuse_address = True
    daemon_threads = True
    moves = None


class Forked(Server):
    """A server of our own: a socketserver made by MAKE in a child process inside the host's namespace."""

    def __init__(self, lab, host, make):
        super().__init__(lab, host)
        self.make, self.pid = make, None

    def start(self):
        self.pid = self.lab.fork(lambda: (net.enter(self.host.ns), self.make().serve_forever()))

    def stop(self):
        if self.pid:
            os.kill(self.pid, 15)
            os.waitpid(self.pid, 0)
            self.pid = None


def lines(port, moves=None):
    """Answers every line: what a database or a message broker looks like from outside.  MOVES: who asks to GET something is sent there."""
    def make():
        server = _LineServer(("::", port), _Lines)
        server.moves = moves and b"-MOVED 3999 %s\r\n" % moves.encode()
        return server
    return make


def balancer(addr, upstreams):
    """One address before several resolvers, which get the questions in turn; messages pass as they are."""
    turn = itertools.cycle(upstreams)

    class Pass(socketserver.BaseRequestHandler):
        def handle(self):
            data, sock = self.request
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as up:
                up.settimeout(5)
                up.connect((next(turn), 53))
                up.send(data)
                sock.sendto(up.recv(65535), self.client_address)

    return lambda: socketserver.UDPServer((addr, 53), Pass)


def padding(port, resolver):
    """A DoH back end that pads its answers, some to 60,000 bytes."""
    def make():
        from . import h2dns
        return h2dns.PaddingServer(port, resolver)
    return make
