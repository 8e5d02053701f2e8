"""An obedient forwarder before a resolver that stretches TTLs."""

WHAT = "the clients ask a forwarder, dnsmasq; the resolver behind it keeps everything for at least 40 s, the zone's TTL is 6 s"
ARGS = "--grace 1"
SECONDS = 70
SERVER_CAUSE = "resolver.ttl-floor"
ACCEPT = {(where, "resolver.ttl-floor"): (
    ["resolver.overrun"],
    "the zone's own TTL is known here from the list alone: what the resolver behind the forwarder asks the zone does not cross this link")
    for where in ("gateway", "resolver")}

OLD, NEW = "198.51.100.10", "198.51.100.11"
SHOP = "shop.example.net"


def asks_each_time(c):
    """A program without a cache."""
    for at in (10, 18, 30, 40, 58):
        c.until(at)
        c.visit(SHOP)


def watches(c):
    """A monitor that asks and never connects."""
    for at in (14, 35, 44, 62):
        c.until(at)
        c.dig(SHOP)


def clean(c):
    """Used the old address before the change, is idle while the resolver is wrong, uses the new one."""
    for at, name in ((12, SHOP), (34, "news.example.net"), (60, SHOP)):
        c.until(at)
        c.visit(name)


def build(lab):
    lab.zone(6, {"shop": [("A", OLD)], "news": [("A", NEW)]})
    lab.forwarder(behind=["cache-min-ttl: 40"])
    lab.web("old", OLD)
    lab.web("new", NEW)
    lab.client("each-time", "192.0.2.12", asks_each_time)
    lab.client("monitor", "192.0.2.13", watches)
    lab.client("clean", "192.0.2.14", clean)
    lab.deprecate(OLD, SHOP, replacement=NEW)
    lab.at(20, lab.update, {"shop": [("A", NEW)]})
