"""A member of a cluster that still sends its clients to the retired one."""
WHAT = "DNS gives a client the new address, and the server there moves it to the old one"
ARGS = "--grace 1"
SECONDS = 96
SERVER_CAUSE = None

OLD, NEW = "198.51.100.10", "198.51.100.11"
CACHE = "cache.example.net"


def member(c):
    c.until(40)
    first = c.lookup(CACHE)[0]
    for at in (74, 84):
        c.until(at)
        session = c.connect(first, CACHE, 6379)
        moved = session.say("GET basket\r\n").split()[2].split(":")
        session.close()
        session = c.connect(moved[0], CACHE, int(moved[1]))
        session.say("GET basket\r\n")
        session.close()


def clean(c):
    for at in (14, 50, 80):
        c.until(at)
        addr = c.lookup(CACHE)[0]
        session = c.connect(addr, CACHE, 6379)
        session.say()
        session.close()


def build(lab):
    lab.zone(5, {"cache": [("A", OLD)]})
    lab.resolver()
    lab.lines("old", 6379, OLD)
    lab.lines("new", 6379, NEW, moves=OLD + ":6379")
    lab.client("member", "192.0.2.11", member, stale="bypass.referral")
    lab.client("clean", "192.0.2.12", clean)
    lab.deprecate(OLD, CACHE, replacement=NEW)
    lab.at(18, lab.update, {"cache": [("A", NEW)]})
