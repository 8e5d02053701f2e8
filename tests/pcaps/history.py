"""Kept history as a reader of its own sees it: who was told what, who connected where."""
import ipaddress

import lab

UNIT, HOUR = 10_000, 3_600_000_000


def numbers(body):
    """The numbers of a page: seven bits a byte, the lowest first."""
    value = shift = 0
    for byte in body:
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            yield value
            value = shift = 0


def events(body):
    """(key, at, value, flags, more) of a page."""
    assert body[0] == 1
    key, stream = [0, 0, 0], numbers(body[1:])
    for first in stream:
        same = True
        for i in range(3):
            v = first if i == 0 else next(stream)
            key[i] = key[i] + v if same else v
            same = same and v == 0
        head = next(stream)
        kept, flags = (head >> 5) + 1, head & 31
        more = next(stream) if kept == 32 else 0
        at, value = next(stream), next(stream)
        for i in range(1, kept + 1):
            yield tuple(key), at, value, flags, more if i + 1 == kept else 0
            if i < kept:
                at += next(stream)
                v = next(stream)
                step = v >> 1
                value += step >> 1 if step % 2 == 0 else -((step + 1) >> 1)
                if v & 1:
                    flags = next(stream)


def hosts(db):
    """id -> address as text."""
    def text(blob):
        a = ipaddress.ip_address(blob)
        return str(a.ipv4_mapped or a)
    return {row["id"]: text(row["addr"]) for row in lab.rows(db, "select id, addr from host")}


def pages(db, kind):
    """(time in microseconds, key, value, flags, more) of a kind."""
    for row in lab.rows(db, "select hour, body from page where kind=?", kind):
        for key, at, value, flags, more in events(row["body"]):
            yield row["hour"] * HOUR + at * UNIT, key, value, flags, more


def told(db):
    """(time, client, server, name, type, TTL) of each answer."""
    who, said = hosts(db), {row["id"]: row for row in lab.rows(db, "select id, name, type from said")}
    return sorted((t, who[key[2]], who[key[1]], said[key[0]]["name"], said[key[0]]["type"], value) for t, key, value, _, _ in pages(db, 1))


def met(db):
    """(time, client, server, port, outcome) of each connection that has ended."""
    who = hosts(db)
    return sorted((t, who[key[2]], who[key[0]], key[1] >> 8, flags & 7) for t, key, _, flags, _ in pages(db, 2))


def live(db):
    """(second, client, server, port) of each connection open at the end."""
    who = hosts(db)
    return sorted((value, who[key[2]], who[key[0]], key[1] >> 8) for _, key, value, _, _ in pages(db, 3))
