"""The zone moved to another provider; a resolver that knows the old one goes on asking it."""

WHAT = "shop moved, and the zone with it to another server; the resolver has cached the old servers for an hour, and they answer on (TTL 6 s)"
ARGS = "--grace 1"
SECONDS = 60
SERVER_CAUSE = "authoritative.old-delegation"
ACCEPT = {("gateway", "authoritative.old-delegation"): (
              ["resolver.overrun", "authoritative.still-published"],
              "the zone's answers to the resolver do not cross this link"),
          ("resolver", "authoritative.old-delegation"): (
              ["authoritative.still-published"],
              "nobody is referred to the new servers here: the old ones may be the zone's, and nobody may have changed it")}

OLD, NEW = "198.51.100.10", "198.51.100.11"
SHOP = "shop.example.net"
ROOT, NS3 = "203.0.113.1", "203.0.113.13"


def asks_each_time(c):
    for at in (12, 15, 28, 35.4, 42.8, 50.2):
        c.until(at)
        c.visit(SHOP)


def traces(c):
    """Follows the delegation by itself, as an administrator does."""
    c.until(26)
    c.dig(SHOP, "A", "+norec", server=ROOT)
    c.dig(SHOP, "A", "+norec", server=NS3)


def clean(c):
    """Was told in time to use the new name."""
    for at in (13, 40):
        c.until(at)
        c.visit("news.example.net")


def build(lab):
    lab.zone(6, {"shop": [("A", OLD)], "news": [("A", NEW)]})
    lab.new_home()
    lab.resolver()
    lab.web("old", OLD)
    lab.web("new", NEW)
    lab.client("each-time", "192.0.2.11", asks_each_time)
    lab.client("traces", "192.0.2.12", traces)
    lab.client("clean", "192.0.2.13", clean)
    lab.deprecate(OLD, SHOP, replacement=NEW)
    lab.at(18, lab.move, {"shop": [("A", NEW)]})
