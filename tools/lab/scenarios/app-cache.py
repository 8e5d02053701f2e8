"""Applications that keep an address for ever."""
import socket

WHAT = "one application resolved once, another is told the new address and still uses its pool's; the old server falls silent"
ARGS = "--grace 1"
SECONDS = 118
SERVER_CAUSE = None

OLD, NEW = "198.51.100.10", "198.51.100.11"
OLD6, NEW6 = "2001:db8:2::10", "2001:db8:2::11"
SHOP, TIME = "shop.example.net", "time.example.net"


def once(c, family, times):
    """Resolves once, connects for ever; other programs of the host ask for other names."""
    c.until(16)
    addr = c.lookup(SHOP, family)[0]
    for turn, at in enumerate(times):
        c.until(at)
        c.get(addr, SHOP)
        if turn % 3 == 0:
            c.lookup(TIME, family)


def resolve_once(c):
    once(c, socket.AF_INET, [17, 22, *range(27, 114, 6)])


def resolve_once6(c):
    once(c, socket.AF_INET6, [17.2, 22.2, *range(31, 114, 10)])


def pool(c):
    """Asks again and again and is told the new address, but the pool behind it goes on with the old one."""
    c.until(15)
    addr = c.ask(SHOP)[0]
    for at in (15.2, 22.5):
        c.until(at)
        c.get(addr, SHOP)
    for at in range(36, 110, 10):
        c.until(at)
        c.ask(SHOP)
        c.until(at + 1)
        c.get(addr, SHOP)


def clean(c):
    """Asks before each connection."""
    for at in (15.8, 40, 60, 80):
        c.until(at)
        c.visit(SHOP)


def build(lab):
    lab.zone(10, {"shop": [("A", OLD), ("AAAA", OLD6)], "time": [("A", NEW), ("AAAA", NEW6)]})
    lab.resolver()
    lab.web("old", OLD, OLD6)
    lab.web("new", NEW, NEW6)
    lab.client("resolve-once", "192.0.2.11", resolve_once, stale="client.app-cache")
    lab.client("pool", "192.0.2.12", pool, stale="client.app-cache")
    lab.client("clean", "192.0.2.13", clean)
    lab.client("resolve-once6", "2001:db8:1::14", resolve_once6, stale="client.app-cache")
    lab.deprecate(OLD, SHOP, replacement=NEW)
    lab.deprecate(OLD6, SHOP, replacement=NEW6)
    lab.at(19, lab.update, {"shop": [("A", NEW), ("AAAA", NEW6)]})
    lab.at(65, lab.route, "blackhole", OLD)
    lab.at(65, lab.route, "unreachable", OLD6)
