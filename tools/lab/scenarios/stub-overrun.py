"""Clients with a cache of their own that counts from its own asking."""
WHAT = "two clients keep every answer for 30 seconds, whatever its TTL, and then ask again; one of them is seen to do so with many names"
ARGS = "--grace 1"
SECONDS = 150
SERVER_CAUSE = None

OLD, NEW = "198.51.100.10", "198.51.100.11"
SHOP = "shop.example.net"
KEEPS = 30


class Cache:
    """A stub's cache: an answer is good for so long after it was asked for."""

    def __init__(self, client):
        self.client, self.known = client, {}

    def visit(self, name):
        asked, addr = self.known.get(name, (None, None))
        if asked is None or self.client.now() - asked > KEEPS:
            asked, addr = self.client.now(), self.client.ask(name)[0]
            self.known[name] = asked, addr
        self.client.get(addr, name)


def stub(*visits):
    def client(c):
        cache = Cache(c)
        for at, name in sorted(visits):
            c.until(at)
            cache.visit(name)
    return client


def habit():
    """Eleven names, each visited again and again: after the answer ran out, and after the cache let go of it."""
    return [(13 + n * 0.15 + turn * 31 + more, "n%02d.example.net" % n) for n in range(11) for turn in range(4) for more in (0, 12, 26)]


def clean(c):
    for at in (14, 60, 130):
        c.until(at)
        c.visit(SHOP)


def build(lab):
    others = {"n%02d" % n: "198.51.100.%d" % (100 + n) for n in range(11)}
    lab.zone(10, {"shop": [("A", OLD)], **{name: [("A", addr)] for name, addr in others.items()}})
    lab.resolver()
    lab.web("old", OLD)
    lab.web("new", NEW, *others.values())
    shop = [(at, SHOP) for at in (16, 21, 34, 42, 50, 62)]
    lab.client("stub", "192.0.2.11", stub(*shop), stale="client.stub-overrun")
    lab.client("habit", "192.0.2.12", stub(*shop, *habit()), stale="client.stub-overrun")
    lab.client("clean", "192.0.2.13", clean)
    lab.deprecate(OLD, SHOP, replacement=NEW)
    lab.at(18.2, lab.update, {"shop": [("A", NEW)]})
