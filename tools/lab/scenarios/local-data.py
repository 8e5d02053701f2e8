"""A resolver that makes the answer itself: an entry in its configuration, made years ago."""

WHAT = "the resolver has the name's old address as local data, with a TTL of 20 s that never counts down"
ARGS = "--grace 1"
SECONDS = 86
SERVER_CAUSE = "resolver.local-data"

OLD, NEW = "198.51.100.10", "198.51.100.11"
SHOP = "shop.example.net"


def asks_each_time(c):
    """A program without a cache."""
    for at in (3, 9, 15, 24, 40, 61, 72, 82):
        c.until(at)
        c.visit(SHOP)


def watches(c):
    """A monitor that asks and never connects."""
    for at in (6, 12, 20, 34, 58, 64, 76):
        c.until(at)
        c.dig(SHOP)


def clean(c):
    """Visits another name, which the resolver asks the zone for."""
    for at in (5, 30, 55, 80):
        c.until(at)
        c.visit("news.example.net")


def build(lab):
    lab.zone(20, {"shop": [("A", OLD)], "news": [("A", NEW)]})
    lab.resolver('local-zone: "shop.example.net." static', 'local-data: "shop.example.net. 20 IN A %s"' % OLD)
    lab.web("old", OLD)
    lab.web("new", NEW)
    lab.client("each-time", "192.0.2.12", asks_each_time)
    lab.client("monitor", "192.0.2.13", watches)
    lab.client("clean", "192.0.2.14", clean)
    lab.deprecate(OLD, SHOP, replacement=NEW)
    lab.at(28, lab.update, {"shop": [("A", NEW)]})
