"""Two caches behind one address, one of which stretches TTLs."""

WHAT = "two resolvers take turns behind one address; one keeps everything for at least 45 s, the other obeys the zone's TTL of 8 s"
ARGS = "--grace 1"
SECONDS = 74
SERVER_CAUSE = "resolver.ttl-floor"
ACCEPT = {(where, "resolver.ttl-floor"): (
    ["resolver.overrun"],
    "what the resolvers behind the address ask the zone does not cross this link: its TTL is known from the list alone")
    for where in ("gateway", "resolver")}

OLD, NEW = "198.51.100.10", "198.51.100.11"
SHOP = "shop.example.net"


def asks_each_time(c):
    """A program without a cache: told the old address and the new one in turn."""
    for at in (10, 12.2, 14.4, 16.6, 36, 39, 42, 45, 60, 63):
        c.until(at)
        c.visit(SHOP)


def clean(c):
    """Visits another name."""
    for at in (11, 41):
        c.until(at)
        c.visit("news.example.net")


def build(lab):
    lab.zone(8, {"shop": [("A", OLD)], "news": [("A", NEW)]})
    lab.pool(["cache-min-ttl: 45"], [])
    lab.web("old", OLD)
    lab.web("new", NEW)
    lab.client("each-time", "192.0.2.12", asks_each_time)
    lab.client("clean", "192.0.2.14", clean)
    lab.deprecate(OLD, SHOP, replacement=NEW)
    lab.at(20, lab.update, {"shop": [("A", NEW)]})
