"""What must not be reported, and one who must."""

WHAT = "shop moves, a partner's name stays on its old address; the retired host works on as a client; a name without a TTL moves; one application is stale"
ARGS = "--grace 1"
SECONDS = 62
SERVER_CAUSE = None
ACCEPT = {("gateway", "client.app-cache"): (["unknown.ambiguous"], "within a minute of the answer's end a stub resolver does the same")}

OLD, NEW = "198.51.100.10", "198.51.100.11"
BATCH, BATCH_NEW = "198.51.100.40", "198.51.100.41"
FAST_OLD, FAST_NEW = "198.51.100.20", "198.51.100.21"
SHOP, PARTNER, FAST, JOBS = "shop.example.net", "partner.example.net", "fast.example.net", "jobs.example.net"


def visits(name, *times):
    """A program without a cache."""
    def client(c):
        for at in times:
            c.until(at)
            c.visit(name)
    return client


def retired_host(c):
    """It was a server and is retired; what it does itself as a client is nobody's stale record."""
    for at in (5.5, 35, 44, 52):
        c.until(at)
        c.visit(SHOP)


def stubborn(c):
    """Resolves once."""
    c.until(12)
    addr = c.lookup(SHOP)[0]
    for at in (12.5, 32, 41, 50, 58):
        c.until(at)
        c.get(addr, SHOP)
        c.lookup(PARTNER)


def build(lab):
    lab.zone(8, {"shop": [("A", OLD)], "partner": [("A", OLD)], "jobs": [("A", BATCH)], "fast": [("A/0", FAST_OLD)]})
    lab.resolver()
    lab.web("old", OLD)
    lab.web("new", NEW)
    lab.web("jobs", BATCH_NEW)
    lab.web("oldfast", FAST_OLD)
    lab.web("newfast", FAST_NEW)
    lab.client("partner", "192.0.2.11", visits(PARTNER, 4, 11, 31, 39, 47, 55))
    lab.client("follows", "192.0.2.12", visits(SHOP, 5, 33, 43, 53))
    lab.client("no-ttl", "192.0.2.13", visits(FAST, 4.5, 10, 16, 23, 30.5, 42, 54))
    lab.client("stubborn", "192.0.2.14", stubborn, stale="client.app-cache")
    lab.client("retired", BATCH, retired_host)
    lab.deprecate(OLD, SHOP, replacement=NEW)
    lab.deprecate(FAST_OLD, FAST, ttl=1, replacement=FAST_NEW)
    lab.deprecate(BATCH, JOBS, replacement=BATCH_NEW)
    lab.at(20, lab.update, {"shop": [("A", NEW)], "jobs": [("A", BATCH_NEW)], "fast": [("A/0", FAST_NEW)]})
