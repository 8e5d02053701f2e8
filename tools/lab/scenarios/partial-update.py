"""Half of a change: the A record was moved, the AAAA record was forgotten."""

WHAT = "shop's A record moved, its AAAA record was left behind; clients with IPv6 still reach the old server (TTL 6 s)"
ARGS = "--grace 1"
SECONDS = 90
SERVER_CAUSE = "authoritative.partial-update"
ACCEPT = {("gateway", "authoritative.partial-update"): (
              ["resolver.overrun", "authoritative.still-published"],
              "the zone's own answers do not cross this link"),
          ("resolver", "authoritative.partial-update"): (
              ["authoritative.still-published"], "until the A record was asked for too, nothing had been seen to move")}

OLD, NEW = "198.51.100.10", "198.51.100.11"
OLD6 = "2001:db8:2::10"
SHOP = "shop.example.net"


def asks_for_both(c):
    """An application on IPv6 that asks for A too, as most do."""
    for at in (12, 15, *(28 + 7.4 * i for i in range(8))):
        c.until(at)
        c.ask(SHOP, "A")
        addrs = c.ask(SHOP, "AAAA")
        c.get(addrs[0], SHOP)


def on_ipv4(c):
    """Is moved by the A record."""
    for at in (12.5, 29, 43):
        c.until(at)
        c.visit(SHOP)


def build(lab):
    lab.zone(6, {"shop": [("A", OLD), ("AAAA", OLD6)]})
    lab.resolver()
    lab.web("old", OLD, OLD6)
    lab.web("new", NEW)
    lab.client("both", "2001:db8:1::11", asks_for_both)
    lab.client("v4", "192.0.2.12", on_ipv4)
    lab.deprecate(OLD, SHOP, replacement=NEW)
    lab.deprecate(OLD6, SHOP)
    lab.at(18, lab.update, {"shop": [("A", NEW), ("AAAA", OLD6)]})
