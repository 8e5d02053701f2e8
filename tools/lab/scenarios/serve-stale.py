"""A resolver that cannot reach the zone goes on with what it had (RFC 8767)."""

WHAT = "the zone changes while its servers cannot be reached by the resolver, which serves expired answers with a TTL of 30 s"
ARGS = "--grace 1"
SECONDS = 80
SERVER_CAUSE = "resolver.serve-stale"
ACCEPT = {("gateway", "resolver.serve-stale"): (
    ["resolver.overrun"],
    "the resolver's own questions do not cross this link, and it does not say that its answers are stale")}

OLD, NEW = "198.51.100.10", "198.51.100.11"
SHOP = "shop.example.net"
NS1, NS2 = "203.0.113.11", "203.0.113.12"


def asks_each_time(c):
    """A program without a cache."""
    for at in (6, 13, 34, 44, 56):
        c.until(at)
        c.visit(SHOP)


def late(c):
    """Comes when all that was fetched has run out."""
    for at in (36, 48):
        c.until(at)
        c.visit(SHOP)


def watches(c):
    """A monitor that asks and never connects."""
    for at in (8, 40, 60):
        c.until(at)
        c.dig(SHOP)


def clean(c):
    """Visits another name, before the resolver loses the zone."""
    for at in (7, 14):
        c.until(at)
        c.visit("news.example.net")


def build(lab):
    lab.zone(8, {"shop": [("A", OLD)], "news": [("A", NEW)]})
    lab.resolver("serve-expired: yes", "serve-expired-reply-ttl: 30", "serve-expired-client-timeout: 1800")
    lab.web("old", OLD)
    lab.web("new", NEW)
    lab.client("each-time", "192.0.2.12", asks_each_time)
    lab.client("late", "192.0.2.11", late)
    lab.client("monitor", "192.0.2.13", watches)
    lab.client("clean", "192.0.2.14", clean)
    lab.deprecate(OLD, SHOP, replacement=NEW)
    lab.at(18, lab.route, "blackhole", NS1)
    lab.at(18, lab.route, "blackhole", NS2)
    lab.at(20, lab.update, {"shop": [("A", NEW)]})
