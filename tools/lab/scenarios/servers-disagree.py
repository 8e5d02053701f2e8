"""One of the zone's servers did not get the change."""

WHAT = "shop moved on ns1 (nsd), while ns2 (knot) goes on with the zone as it was (TTL 6 s)"
ARGS = "--grace 1"
SECONDS = 120
SERVER_CAUSE = "authoritative.servers-disagree"
ACCEPT = {("gateway", "authoritative.servers-disagree"): (
              ["resolver.overrun", "authoritative.still-published"],
              "the zone's own answers do not cross this link: that the resolver's entry is fetched anew and still holds the old address only suggests them"),
          ("resolver", "authoritative.servers-disagree"): (
              ["authoritative.still-published"], "until the server with the new data was asked too, the zone as a whole may stand as it was")}

OLD, NEW = "198.51.100.10", "198.51.100.11"
SHOP = "shop.example.net"


def asks_each_time(c):
    """Gets the old address or the new one, as the resolver was told by the one server or the other."""
    for at in (12, 15, *(28 + 7.4 * i for i in range(12))):
        c.until(at)
        c.visit(SHOP)


def watches(c):
    """Asks and never connects."""
    for at in (13, *(31.6 + 7.4 * i for i in range(11))):
        c.until(at)
        c.dig(SHOP)


def clean(c):
    """Has to do with another name."""
    for at in (14, 40):
        c.until(at)
        c.visit("news.example.net")


def build(lab):
    lab.zone(6, {"shop": [("A", OLD)], "news": [("A", NEW)]})
    lab.resolver()
    lab.web("old", OLD)
    lab.web("new", NEW)
    lab.client("each-time", "192.0.2.11", asks_each_time)
    lab.client("monitor", "192.0.2.12", watches)
    lab.client("clean", "192.0.2.13", clean)
    lab.deprecate(OLD, SHOP, replacement=NEW)
    lab.at(18, lab.update, {"shop": [("A", NEW)]}, True, ("ns1",))
