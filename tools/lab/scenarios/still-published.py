"""The change that nobody made: the list says when, the zone goes on as before."""

WHAT = "the list says that shop moved, but both of the zone's servers still answer the old address (TTL 10 s)"
ARGS = "--grace 1"
SECONDS = 70
SERVER_CAUSE = "authoritative.still-published"
ACCEPT = {("gateway", "authoritative.still-published"): (
    ["resolver.overrun"],
    "the zone's own answers do not cross this link: that the resolver's expiry jumps and it still tells the old address only suggests them")}

OLD, NEW = "198.51.100.10", "198.51.100.11"
SHOP, STORE = "shop.example.net", "store.example.net"


def asks_each_time(c):
    for at in (15, 22.3, 33, 40, 47, 54):
        c.until(at)
        c.visit(SHOP)


def keeps(c):
    """Obeys every TTL."""
    c.until(16)
    old = c.ask(SHOP)[0]
    for at in (16.2, 22.2):
        c.until(at)
        c.get(old, SHOP)
    c.until(35)
    old = c.ask(SHOP)[0]
    for at in (35.5, 39):
        c.until(at)
        c.get(old, SHOP)


def watches(c):
    """Asks and never connects."""
    for at in (17, 36, 50):
        c.until(at)
        c.dig(SHOP)


def clean(c):
    """Was told in time to use the new name."""
    c.until(15.5)
    c.curl(SHOP)
    for at in (38, 52):
        c.until(at)
        c.curl(STORE)


def build(lab):
    lab.zone(10, {"shop": [("A", OLD)], "store": [("A", NEW)]})
    lab.resolver()
    lab.web("old", OLD)
    lab.web("new", NEW)
    lab.client("each-time", "192.0.2.11", asks_each_time)
    lab.client("keeps", "192.0.2.12", keeps)
    lab.client("monitor", "192.0.2.13", watches)
    lab.client("clean", "192.0.2.14", clean)
    lab.deprecate(OLD, SHOP, replacement=NEW)
    lab.at(20, lab.update, {"shop": [("A", NEW)]}, False)
