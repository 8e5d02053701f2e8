"""Clients that use what has run out while they ask anew."""
WHAT = "a client connects and asks at once, and moves when it is answered; another does so again and again"
ARGS = "--grace 1"
SECONDS = 100
SERVER_CAUSE = None

OLD, NEW = "198.51.100.10", "198.51.100.11"
SHOP = "shop.example.net"


def optimistic(times):
    def client(c):
        c.until(14)
        old = c.ask(SHOP)[0]
        c.get(old, SHOP)
        for at in times:
            c.until(at)
            told = c.ask_and_get(SHOP, old)
            c.get(told[0], SHOP)
    return client


def clean(c):
    for at in (15, 35, 70):
        c.until(at)
        c.visit(SHOP)


def build(lab):
    lab.zone(5, {"shop": [("A", OLD)]})
    lab.resolver()
    lab.web("old", OLD)
    lab.web("new", NEW)
    lab.client("once", "192.0.2.11", optimistic([42.4]), stale="client.optimistic")
    lab.client("again", "192.0.2.12", optimistic([28.2, 50.7, 92.3]), stale="client.optimistic")
    lab.client("clean", "192.0.2.13", clean)
    lab.deprecate(OLD, SHOP, replacement=NEW)
    lab.at(18, lab.update, {"shop": [("A", NEW)]})
