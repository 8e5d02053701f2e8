"""One plan for every way in which DNS can travel: the findings must be those of plain UDP, whatever carried the answers.

The resolver stretches TTLs, so that a client is innocent, draining, stale by the resolver's fault or stale by its own, and
each of it shows in what it was told alone.
"""
WHAT = "an innocent, two draining, a stretched and a stubborn client; DNS travels as "
ARGS = "--grace 1"
SECONDS = 70
SAME_AS = "plain-udp"
SERVER_CAUSE = "resolver.ttl-floor"
ACCEPT = {("gateway", "resolver.ttl-floor"): (["resolver.overrun"], "the zone's own TTL is known here from the list alone")}

OLD, NEW = "198.51.100.10", "198.51.100.11"
OLD6, NEW6 = "2001:db8:2::10", "2001:db8:2::11"
SHOP = "shop.example.net"


DOH = ("interface: 203.0.113.53@80", "interface: 2001:db8:53::53@80", "https-port: 80", "http-notls-downstream: yes",
       "tcp-idle-timeout: 120000")


def plan(*steps):
    """A client of steps: (time, way) asks, (time,) connects to the first address that it keeps from the last asking.

    (time, way, "ignore") asks and keeps what it has; (time, way, "warm") asks for another name.
    """
    def client(c):
        kept = None
        for at, *rest in steps:
            c.until(at)
            if rest[-1:] == ["warm"]:
                c.ask("img.example.net", "A", rest[0])
            elif rest:
                told = c.ask(SHOP, "AAAA" if ":" in c.server else "A", rest[0])
                kept = told[0] if rest[-1] != "ignore" else kept
            else:
                c.get(kept, SHOP)
    return client


def build(lab, way, other=None, options=(), mtu=1500, signed=True, warm=None):
    """WAY and OTHER: how the clients ask; OTHER is used by every second one.  WARM: they begin then, long before it matters."""
    other = other or way
    first = [(warm, way, "warm")] if warm else []
    lab.zone(5, {"shop": [("A", OLD), ("AAAA", OLD6)], "img": [("A", NEW)], "mail": [("A", NEW)], "news": [("A", NEW)],
                 "*": [("A", NEW), ("AAAA", NEW6)]}, signed=signed)
    lab.resolver("cache-min-ttl: 40", *options, mtu=mtu)
    lab.web("old", OLD, OLD6)
    lab.web("new", NEW, NEW6)
    lab.client("told-before", "192.0.2.11", plan(*first, (12, way), (12.2,), (22.2,), (30,), (56, way), (56.3,)))
    lab.client("told-after", "192.0.2.12", plan(*first, (22.2, other), (22.7,), (33, other), (33.3,), (57, other), (57.3,)))
    lab.client("stubborn", "192.0.2.13", plan(*first, (13, way), (13.3,), (34,), (58, way, "ignore"), (59,), (65,)), stale="client.app-cache")
    lab.client("clean", "192.0.2.14", plan(*first, (12.5, other), (12.8,), (61, other), (61.3,)))
    lab.client("told-before6", "2001:db8:1::15", plan(*first, (14, way), (14.3,), (31,), (60, other), (60.3,)))
    lab.deprecate(OLD, SHOP, replacement=NEW)
    lab.deprecate(OLD6, SHOP, replacement=NEW6)
    lab.at(20, lab.update, {"shop": [("A", NEW), ("AAAA", NEW6)]})
