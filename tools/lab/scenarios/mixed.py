"""A migration as it is: most follow, some do not, and one address cannot be vouched for."""

WHAT = "shop and db move; an application keeps shop's old address, a connection to db stays open, api moves cleanly, legacy was never seen"
ARGS = "--grace 1"
SECONDS = 112
SERVER_CAUSE = None

SHOP_OLD, SHOP_NEW = "198.51.100.10", "198.51.100.11"
DB_OLD, DB_NEW = "198.51.100.30", "198.51.100.31"
API_OLD, API_NEW = "198.51.100.20", "198.51.100.21"
SHOP, DB, API, TIME = "shop.example.net", "db.example.net", "api.example.net", "time.example.net"
PORT = 5432


def application(c):
    """Resolves once, connects for ever; other programs of the host ask for other names."""
    c.until(16)
    addr = c.lookup(SHOP)[0]
    for turn, at in enumerate([17, 22, *range(33, 108, 8)]):
        c.until(at)
        c.get(addr, SHOP)
        if turn % 3 == 0:
            c.lookup(TIME)


def pool(c):
    """Its connection from before the change stays in use."""
    c.until(8)
    session = c.connect(c.ask(DB)[0], DB, PORT)
    for at in (9, 15, 24, 36, 48, 64, 80, 96):
        c.until(at)
        session.say()
    c.until(104)


def told_before(c):
    """Lives on the answer it got before the change, then follows."""
    c.until(18)
    old = c.ask(SHOP)[0]
    for at in (18.2, 21.5, 24):
        c.until(at)
        c.get(old, SHOP)
    c.until(40)
    c.get(c.ask(SHOP)[0], SHOP)


def clean(c):
    """Asks before each connection."""
    for at in (4, 45, 60, 80):
        c.until(at)
        c.visit(SHOP)
        c.until(at + 2)
        c.visit(API)


def build(lab):
    lab.zone(10, {"shop": [("A", SHOP_OLD)], "db": [("A", DB_OLD)], "api": [("A", API_OLD)], "time": [("A", SHOP_NEW)]})
    lab.resolver()
    lab.web("oldshop", SHOP_OLD)
    lab.web("newshop", SHOP_NEW)
    lab.web("oldapi", API_OLD)
    lab.web("newapi", API_NEW)
    lab.lines("olddb", PORT, DB_OLD)
    lab.lines("newdb", PORT, DB_NEW)
    lab.client("application", "192.0.2.11", application, stale="client.app-cache")
    lab.client("pool", "192.0.2.12", pool)
    lab.client("told-before", "192.0.2.13", told_before)
    lab.client("clean", "192.0.2.14", clean)
    lab.deprecate(SHOP_OLD, SHOP, replacement=SHOP_NEW)
    lab.deprecate(DB_OLD, DB, replacement=DB_NEW)
    lab.deprecate(API_OLD, API, replacement=API_NEW)
    lab.deprecate("198.51.100.99", "legacy.example.net", note="never used by anybody on this link")
    lab.at(19.8, lab.update, {"shop": [("A", SHOP_NEW)], "db": [("A", DB_NEW)], "api": [("A", API_NEW)]})
    lab.at(70, lab.route, "blackhole", SHOP_OLD)
