"""A forwarder that answers first with what has run out, before a resolver that does not."""

WHAT = "the clients' forwarder, dnsmasq with use-stale-cache, answers expired data at once and asks the resolver behind it afterwards"
ARGS = "--grace 1"
SECONDS = 68
SERVER_CAUSE = "resolver.optimistic"
ACCEPT = {("gateway", "resolver.optimistic"): (
    ["resolver.overrun"],
    "the resolver's own questions do not cross this link: that its next answer is fresh, for two names, only suggests when it asks")}

OLD, NEW = ("198.51.100.10", "198.51.100.20"), ("198.51.100.11", "198.51.100.21")
SHOP, API = "shop.example.net", "api.example.net"


def seldom(c):
    """Comes back when all has run out: told the old address once more, and the new one at the next visit."""
    for at in (4, 46, 50):
        c.until(at)
        c.visit(SHOP)


def seldom_too(c):
    """The same with another name."""
    for at in (6, 54, 58):
        c.until(at)
        c.visit(API)


def watches(c):
    """A monitor that asks and never connects."""
    for at in (8, 62):
        c.until(at)
        c.dig(SHOP)


def clean(c):
    """Visits the name while it is right, and again when others have had it refreshed."""
    for at in (10, 52):
        c.until(at)
        c.visit(SHOP)


def build(lab):
    lab.zone(12, {"shop": [("A", OLD[0])], "api": [("A", OLD[1])]})
    lab.forwarder("use-stale-cache")
    lab.web("old", *OLD)
    lab.web("new", *NEW)
    lab.client("seldom", "192.0.2.11", seldom)
    lab.client("seldom-too", "192.0.2.12", seldom_too)
    lab.client("monitor", "192.0.2.13", watches)
    lab.client("clean", "192.0.2.14", clean)
    lab.deprecate(OLD[0], SHOP, replacement=NEW[0])
    lab.deprecate(OLD[1], API, replacement=NEW[1])
    lab.at(24, lab.update, {"shop": [("A", NEW[0])], "api": [("A", NEW[1])]})
