"""A resolver that stretches TTLs: an obedient client behind it is stale."""

WHAT = "the zone's TTL is 5 s, the resolver keeps everything for at least 40 s; the old server is stopped meanwhile"
ARGS = "--grace 1"
SECONDS = 72
SERVER_CAUSE = "resolver.ttl-floor"
ACCEPT = {("gateway", "resolver.ttl-floor"): (
    ["resolver.overrun"],
    "the zone's own TTL is known here from the list alone; that answers to other names start with the same 40 s supports a floor")}

OLD, NEW = "198.51.100.10", "198.51.100.11"
SHOP = "shop.example.net"


def told_before(c):
    """Told before the change, rightly keeps what it was told for the 40 s it was promised."""
    c.until(12)
    old = c.ask(SHOP)[0]
    for at in (12.2, 22.2, 30, 38):
        c.until(at)
        c.get(old, SHOP)
    c.until(56)
    c.get(c.ask(SHOP)[0], SHOP)


def asks_each_time(c):
    """A program without a cache: told the old address again and again."""
    for at in (15, 22.3, 32, 40, 48, 58):
        c.until(at)
        c.visit(SHOP)


def watches(c):
    """A monitor that asks and never connects."""
    for at in (16, 31, 46, 61):
        c.until(at)
        c.dig(SHOP)


def clean(c):
    """Used the old address before the change, is idle while the resolver is wrong, uses the new one."""
    c.until(12.5)
    c.curl(SHOP)
    for at, name in ((18, "img"), (27, "mail"), (34, "news")):
        c.until(at)
        c.visit(name + ".example.net")
    c.until(57)
    c.curl(SHOP)


def build(lab):
    lab.zone(5, {"shop": [("A", OLD)], "img": [("A", NEW)], "mail": [("A/7", NEW)], "news": [("A/9", NEW)]})
    lab.resolver("cache-min-ttl: 40")
    old = lab.web("old", OLD)
    lab.web("new", NEW)
    lab.client("told-before", "192.0.2.11", told_before)
    lab.client("each-time", "192.0.2.12", asks_each_time)
    lab.client("monitor", "192.0.2.13", watches)
    lab.client("clean", "192.0.2.14", clean)
    lab.deprecate(OLD, SHOP, replacement=NEW)
    lab.at(20, lab.update, {"shop": [("A", NEW)]})
    lab.at(36, lab.stop, old)
