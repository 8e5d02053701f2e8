"""A change that goes well: everybody drains inside the TTL."""

WHAT = "shop and api move to new addresses; caches and clients obey the TTL of 20 s, nothing is stale"
ARGS = "--grace 1"
SECONDS = 75
SERVER_CAUSE = None

OLD, NEW = "198.51.100.10", "198.51.100.11"
OLD6, NEW6 = "2001:db8:2::10", "2001:db8:2::11"
API_OLD, API_NEW = "198.51.100.20", "198.51.100.21"
SHOP, API = "shop.example.net", "api.example.net"


def told_before(c):
    """Keeps the answer for its 20 s, connects meanwhile, asks again when it has run out."""
    c.until(5)
    c.get(c.ask(API)[0], API)
    c.until(25.5)
    old = c.ask(SHOP)[0]
    for at in (25.7, 27, 34, 39):
        c.until(at)
        c.get(old, SHOP)
    c.until(48)
    new = c.ask(SHOP)[0]
    for at in (48.2, 55):
        c.until(at)
        c.get(new, SHOP)


def told_after(c):
    """Is told the old address after the change by the resolver's cache, in which it still runs."""
    c.until(33)
    old = c.ask(SHOP)[0]
    for at in (33.2, 37):
        c.until(at)
        c.get(old, SHOP)
    c.until(49)
    c.get(c.ask(SHOP)[0], SHOP)


def asks_each_time(c):
    """A program without a cache."""
    for at in (4, 12, 27.5, 35, 41, 47, 53, 60):
        c.until(at)
        c.visit(SHOP)


def obedient6(c):
    """The same over IPv6: told before the change, drains, follows."""
    c.until(25)
    old = c.ask(SHOP, "AAAA")[0]
    for at in (25.2, 36):
        c.until(at)
        c.get(old, SHOP)
    c.until(52)
    c.get(c.ask(SHOP, "AAAA")[0], SHOP)


def clean(c):
    """Used the old addresses long before the change and the new ones after it."""
    c.until(4)
    c.curl(SHOP)
    c.until(12)
    c.get(c.ask(API)[0], API)
    c.until(54)
    c.curl(SHOP)
    c.until(56)
    c.get(c.ask(API)[0], API)


def build(lab):
    lab.zone(20, {"shop": [("A", OLD), ("AAAA", OLD6)], "api": [("A", API_OLD)]})
    lab.resolver()
    lab.web("old", OLD, OLD6)
    lab.web("new", NEW, NEW6)
    lab.web("oldapi", API_OLD)
    lab.web("newapi", API_NEW)
    lab.client("told-before", "192.0.2.11", told_before)
    lab.client("told-after", "192.0.2.12", told_after)
    lab.client("each-time", "192.0.2.13", asks_each_time)
    lab.client("clean", "192.0.2.14", clean)
    lab.client("obedient6", "2001:db8:1::15", obedient6)
    lab.deprecate(OLD, SHOP, replacement=NEW)
    lab.deprecate(OLD6, SHOP, replacement=NEW6)
    lab.deprecate(API_OLD, API, replacement=API_NEW)
    lab.deprecate("198.51.100.99", "legacy.example.net", note="never used by anybody on this link")
    lab.at(30, lab.update, {"shop": [("A", NEW), ("AAAA", NEW6)], "api": [("A", API_NEW)]})
