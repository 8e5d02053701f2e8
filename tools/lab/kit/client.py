"""What a client does, and its log of what happened.

A client is a function of the scenario that runs in a process of its own, inside its host's namespace.  Nothing is
logged as planned: a line is written when the operating system has said what came of it, with the time before the call.
"""
import ipaddress
import json
import socket
import ssl
import subprocess
import time

import dns.message
import dns.query
import dns.rcode
import dns.rdatatype

ERRORS = {"ConnectionRefusedError": "refused", "TimeoutError": "timed_out"}


class Client:
    def __init__(self, name, t0, log, server):
        self.name, self.t0, self.server = name, t0, server
        self._log = open(log, "a", buffering=1)
        self._h2 = None

    def log(self, event, t, **facts):
        self._log.write(json.dumps(dict(client=self.name, event=event, t=round(t, 6), **facts)) + "\n")

    def until(self, at):
        """Sleep until AT seconds after the recording's start."""
        time.sleep(max(0, self.t0 + at - time.time()))

    def now(self):
        """Seconds after the recording's start."""
        return time.time() - self.t0

    def probe(self):
        """What a host sends as it takes up its address (RFC 5227)."""
        mac = open("/sys/class/net/eth0/address").read().strip()
        sender = bytes.fromhex(mac.replace(":", ""))
        addr = subprocess.run(["ip", "-4", "-o", "addr", "show", "eth0"], capture_output=True, text=True).stdout.split()[3].split("/")[0]
        t = time.time()
        with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as s:
            s.bind(("eth0", 0x0806))
            s.send(b"\xff" * 6 + sender + b"\x08\x06\0\1\x08\0\6\4\0\1" + sender + bytes(4) + bytes(6) + socket.inet_aton(addr))
        self.log("probe", t)

    # asking

    def ask(self, name, rtype="A", how="udp"):
        """A stub resolver that sees the TTL.  Returns the addresses.  HOW: a way of the table below."""
        return getattr(self, "_ask_" + how)(name, rtype)

    def _ask_udp(self, name, rtype):
        return self._told(name, rtype, dns.query.udp(self._query(name, rtype), self.server, timeout=5))

    def _ask_big(self, name, rtype):
        """With signatures, in one datagram of up to 4096 bytes; over TCP if the answer is truncated."""
        query = self._query(name, rtype, want_dnssec=True, payload=4096)
        answer, _ = dns.query.udp_with_fallback(query, self.server, timeout=5)
        return self._told(name, rtype, answer)

    def _ask_pipe(self, name, rtype):
        """Several questions at once over one TCP connection, with signatures."""
        queries = [self._query(n, rtype, want_dnssec=True) for n in ("img.example.net", name, "mail.example.net", "news.example.net")]
        with socket.create_connection((self.server, 53), 5) as s:
            s.sendall(b"".join(len(q.to_wire()).to_bytes(2, "big") + q.to_wire() for q in queries))
            told = {}
            for _ in queries:
                answer, _ = dns.query.receive_tcp(s, time.time() + 5)
                told[answer.id] = self._told(answer.question[0].name.to_text(True), rtype, answer)
        return told[queries[1].id]

    def _ask_post(self, name, rtype):
        return self.dig(name, rtype, "+http-plain=/dns-query", "-p", "80", "+dnssec")

    def _ask_get(self, name, rtype):
        return self.dig(name, rtype, "+http-plain-get=/dns-query", "-p", "80", "+dnssec")

    def _ask_long(self, name, rtype):
        """DNS over clear HTTP/2 on one connection that stays open."""
        return self._ask_h2([name], rtype)[name]

    def _ask_streams(self, name, rtype):
        """A hundred questions at once on that connection; NAME is in their middle."""
        names = ["n%02d.example.net" % n for n in range(99)]
        return self._ask_h2(names[:50] + [name] + names[50:], rtype)[name]

    def _ask_h2(self, names, rtype):
        if not self._h2:
            from . import h2dns
            self._h2 = h2dns.Session(self.server)
        answers = self._h2.ask_all([self._query(name, rtype) for name in names])
        return {name: self._told(name, rtype, answer) for name, answer in zip(names, answers)}

    def ask_sealed(self, name):
        """Ask over TLS, in a session of its own.  Returns the first address; what was told is not on the wire for anybody to read."""
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        answer = dns.query.tls(self._query(name, "A"), self.server, timeout=5, ssl_context=context)
        addr = answer.answer[-1][0].to_text()
        self.log("sealed", time.time(), name=name, addrs=[addr])
        return addr

    @staticmethod
    def _query(name, rtype, payload=1232, **kw):
        return dns.message.make_query(name, rtype, use_edns=0, payload=payload, **kw)

    def _told(self, name, rtype, answer):
        want = dns.rdatatype.from_text(rtype)
        sets = [r for r in answer.answer if r.rdtype == want]
        addrs = [rr.to_text() for r in sets for rr in r]
        ttl = min((r.ttl for r in answer.answer), default=None)
        self.log("told", time.time(), name=name, type=rtype, addrs=addrs, ttl=ttl, how="stub")
        return addrs

    def lookup(self, name, family=socket.AF_INET):
        """The C library's getaddrinfo; it does not say the TTL."""
        try:
            got = socket.getaddrinfo(name, None, family, socket.SOCK_STREAM)
        except socket.gaierror as e:
            self.log("told", time.time(), name=name, type="", addrs=[], ttl=None, how="getaddrinfo", error=str(e))
            return []
        addrs = [g[4][0] for g in got]
        self.log("told", time.time(), name=name, type="", addrs=addrs, ttl=None, how="getaddrinfo")
        return addrs

    def dig(self, name, rtype="A", *options, server=None):
        """dig, as a person or a monitor runs it; SERVER: another than the resolver."""
        out = subprocess.run(["dig", "@" + (server or self.server), "+noall", "+answer", *options, name, rtype], capture_output=True,
                             text=True, timeout=30).stdout
        rows = [line.split() for line in out.splitlines() if line and not line.startswith(";")]
        addrs = [r[4] for r in rows if r[3] == rtype]
        self.log("told", time.time(), name=name, type=rtype, addrs=addrs, ttl=min((int(r[1]) for r in rows), default=None),
                 how="dig")
        return addrs

    # connecting

    def connect(self, addr, name, port=80, timeout=4, first=None):
        """Open a TCP connection, and do FIRST right before.  Returns a Session, or None where there is none."""
        v6 = ipaddress.ip_address(addr).version == 6
        s = socket.socket(socket.AF_INET6 if v6 else socket.AF_INET, socket.SOCK_STREAM)
        s.settimeout(timeout)
        s.bind(("::" if v6 else "0.0.0.0", 0))      # now: a failed connection forgets its port
        if first:
            first()
        sport, t, result = s.getsockname()[1], time.time(), "established"
        try:
            s.connect((addr, port))
        except OSError as e:
            result = ERRORS.get(type(e).__name__, "unreachable")
        self.log("connect", t, sport=sport, dst=addr, dport=port, proto="tcp", name=name, result=result)
        if result != "established":
            s.close()
            return None
        return Session(self, s, sport, name)

    def get(self, addr, name, port=80, says=None, first=None):
        """One HTTP request in a connection of its own.  SAYS: what it asks the server for, if not the name."""
        session = self.connect(addr, name, port, first=first)
        if session:
            session.say("GET / HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n" % (says or name), to_end=True)
            session.close()

    def ask_and_get(self, name, addr):
        """Ask, and connect to ADDR before the answer is there; then read the answer."""
        query = self._query(name, "A").to_wire()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
            s.connect((self.server, 53))
            s.settimeout(5)
            self.get(addr, name, first=lambda: s.send(query))
            return self._told(name, "A", dns.message.from_wire(s.recv(65535)))

    def visit(self, name, family=socket.AF_INET):
        """Ask the C library, connect to the first address told: a program without any cache."""
        addrs = self.lookup(name, family)
        if addrs:
            self.get(addrs[0], name)

    def curl(self, name):
        """curl; it says which address it used and from which port, if the connection was made."""
        t = time.time()
        out = subprocess.run(["curl", "-4", "-s", "-o", "/dev/null", "-m", "5", "-w", "%{remote_ip} %{local_port} %{time_namelookup}",
                              "http://%s/" % name], capture_output=True, text=True, timeout=30).stdout.split()
        if len(out) != 3 or out[1] in ("0", "-1"):
            raise RuntimeError("curl made no connection: what it tried is not known")
        self.log("told", t, name=name, type="", addrs=[out[0]], ttl=None, how="curl")
        self.log("connect", t + float(out[2]), sport=int(out[1]), dst=out[0], dport=80, proto="tcp", name=name, result="established")


class Session:
    """An open TCP connection."""

    def __init__(self, client, sock, sport, name):
        self.client, self.sock, self.sport, self.name = client, sock, sport, name
        self.dst, self.dport = sock.getpeername()[:2]

    def _log(self, event, t):
        self.client.log(event, t, sport=self.sport, dst=self.dst, dport=self.dport, proto="tcp", name=self.name)

    def say(self, text="ping\n", to_end=False):
        """Send TEXT and read what comes; logged when the answer is there.  Returns the last of it."""
        t = time.time()
        self.sock.sendall(text.encode())
        while True:
            got = self.sock.recv(65536)
            if not got or not to_end:
                break
        if got or to_end:
            self._log("data", t)
        return got.decode(errors="replace")

    def close(self):
        t = time.time()
        self.sock.close()
        self._log("close", t)
