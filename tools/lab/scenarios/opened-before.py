"""Connections that are older than the change."""

WHAT = "long connections opened before the change: one goes on for ever, one ends inside the TTL, one ended before the change"
ARGS = "--grace 1"
SECONDS = 75
SERVER_CAUSE = None

OLD, NEW = "198.51.100.10", "198.51.100.11"
OLD6, NEW6 = "2001:db8:2::10", "2001:db8:2::11"
DB = "db.example.net"
PORT = 5432


def talk(c, rtype, start, beats):
    """Ask, open a connection, say something at each of BEATS; returns it open."""
    c.until(start)
    session = c.connect(c.ask(DB, rtype)[0], DB, PORT)
    for at in beats:
        c.until(at)
        session.say()
    return session


def for_ever(c):
    """Its old connection stays in use; a second one, opened later, goes to the new server."""
    session = talk(c, "A", 8, (9, 14, 22, 27, 35, 42))
    c.until(45)
    second = c.connect(c.ask(DB)[0], DB, PORT)
    for at in (46, 52, 58, 64):
        c.until(at)
        session.say()
        second.say()
    second.close()
    c.until(70)


def for_ever6(c):
    talk(c, "AAAA", 9, (10, 16, 24, 33, 44, 55))
    c.until(70)


def ends_in_time(c):
    session = talk(c, "A", 12, (13, 17, 22, 26))
    c.until(27)
    session.close()
    c.until(50)
    talk(c, "A", 50, (51, 53)).close()


def ended_before(c):
    session = talk(c, "A", 10, (11, 13, 15))
    c.until(16)
    session.close()
    c.until(48)
    talk(c, "A", 48, (49, 54)).close()


def build(lab):
    lab.zone(10, {"db": [("A", OLD), ("AAAA", OLD6)]})
    lab.resolver()
    lab.lines("old", PORT, OLD, OLD6)
    lab.lines("new", PORT, NEW, NEW6)
    lab.client("for-ever", "192.0.2.11", for_ever)
    lab.client("ends-in-time", "192.0.2.12", ends_in_time)
    lab.client("ended-before", "192.0.2.13", ended_before)
    lab.client("for-ever6", "2001:db8:1::14", for_ever6)
    lab.deprecate(OLD, DB, replacement=NEW)
    lab.deprecate(OLD6, DB, replacement=NEW6)
    lab.at(20, lab.update, {"db": [("A", NEW), ("AAAA", NEW6)]})
