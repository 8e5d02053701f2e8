"""The same traffic as another sensor would have recorded it.

Each operation takes [(microseconds, frame)] and gives the list of its output files' frames.  Frames change in nothing that
staletap's findings may rest on, so the findings must stay.  All is deterministic.
"""
import ipaddress
import random
import struct

from . import frames
from .frames import Packet
from .net import Net

GATEWAY = bytes.fromhex(Net.MAC.replace(":", ""))
OUTSIDE_GATEWAY, UPSTREAM = bytes.fromhex("020000000002"), bytes.fromhex("020000000003")
SENSOR, COLLECTOR = ipaddress.ip_address("192.0.2.250").packed, ipaddress.ip_address("192.0.2.251").packed
NAT = ipaddress.ip_address("203.0.113.200").packed
DNS_NETS = [ipaddress.ip_network("203.0.113.0/24"), ipaddress.ip_network("2001:db8:53::/64")]
ROUTING = 3             # microseconds that a gateway needs to forward a packet: less than half of any round trip here


def to_client(frame):
    return frame[6:12] == GATEWAY


def is_dns(frame):
    """One end is in the lab's networks for DNS: so fragments and DoH count too."""
    p = Packet(frame)
    return bool(p.version) and any(ipaddress.ip_address(a) in net for a in (p.src, p.dst) for net in DNS_NETS)


def routed(p):
    """The gateway forwards it: no ARP, nothing between neighbours."""
    return p.version and not any(ipaddress.ip_address(a).is_link_local or ipaddress.ip_address(a).is_multicast for a in (p.src, p.dst))


# inside other headers

def tag(frame, ethertype, vid):
    return frame[:12] + struct.pack("!HH", ethertype, vid) + frame[12:]


def vlan(all_frames, vid=10):
    return [[(t, tag(f, frames.VLAN, vid)) for t, f in all_frames]]


def qinq(all_frames, inner=10, outer=100):
    return [[(t, tag(tag(f, frames.VLAN, inner), frames.QINQ, outer)) for t, f in all_frames]]


def outer(proto, payload, number):
    """PAYLOAD in an IPv4 packet from a sensor to a collector."""
    p = Packet(b"\2\0\0\0\0\xfb" + b"\2\0\0\0\0\xfa" + struct.pack("!H", 0) + payload)
    p.version, p.tos, p.id, p.df, p.ttl, p.proto = 4, 0, number & 0xffff, 0x4000, 64, proto
    p.src, p.dst, p.payload = SENSOR, COLLECTOR, payload
    return p.bytes()


def vxlan(all_frames, vni=42):
    out = []
    for n, (t, f) in enumerate(all_frames):
        body = struct.pack("!II", 0x08000000, vni << 8) + f
        port = 49152 + sum(f[26:34]) % 16384
        out.append((t, outer(frames.UDP, struct.pack("!HHHH", port, 4789, 8 + len(body), 0) + body, n)))
    return [out]


def erspan(all_frames, session=7, vid=10):
    """ERSPAN type II: GRE with a sequence number, then version 1, VLAN, session and port index."""
    out = []
    for n, (t, f) in enumerate(all_frames):
        head = struct.pack("!HHI", 0x1000, 0x88be, n) + struct.pack("!HHI", 1 << 12 | vid, 3 << 11 | session, 1 + to_client(f))
        out.append((t, outer(frames.GRE, head + f, n)))
    return [out]


def gre(all_frames):
    """IP in GRE.  What is no IP has no place in such a tunnel and is left out."""
    out = []
    for n, (t, f) in enumerate(all_frames):
        kind = struct.unpack_from("!H", f, 12)[0]
        if kind in (frames.IP4, frames.IP6):
            out.append((t, outer(frames.GRE, struct.pack("!HH", 0, kind) + f[14:], n)))
    return [out]


# in several files

def directions(all_frames):
    """The two fibres of a tap."""
    return [[x for x in all_frames if not to_client(x[1])], [x for x in all_frames if to_client(x[1])]]


def dns_and_flows(all_frames):
    return [[x for x in all_frames if is_dns(x[1])], [x for x in all_frames if not is_dns(x[1])]]


# the same packet twice

def other_side(t, p, down):
    """The packet on the other side of the gateway: before it for what comes down to a client, after it for what goes up."""
    q = p.copy()
    q.smac, q.dmac = (UPSTREAM, OUTSIDE_GATEWAY) if down else (OUTSIDE_GATEWAY, UPSTREAM)
    q.ttl = p.ttl + (1 if down else -1)
    return t + (-ROUTING if down else ROUTING), q


def in_order(pairs):
    return sorted(pairs, key=lambda x: x[0])


def both_vlans(all_frames, inside=10, outside=20):
    """A gateway on a stick: every forwarded packet is seen in the client's VLAN and in the servers'."""
    out = []
    for t, f in all_frames:
        out.append((t, tag(f, frames.VLAN, inside)))
        p = Packet(f)
        if routed(p):
            t2, q = other_side(t, p, to_client(f))
            out.append((t2, tag(q.bytes(), frames.VLAN, outside)))
    return [in_order(out)]


class Translator:
    """IPv4 sources behind one address, each with a new port."""

    def __init__(self):
        self.ports = {}

    def port(self, proto, addr, port):
        return self.ports.setdefault((proto, addr, port), 20000 + len(self.ports))

    def out(self, p):
        src, dst = p.ports()
        p.set_ports(self.port(p.proto, p.src, src), dst)
        p.src = NAT

    def back(self, p):
        """Undo for a packet that comes to the client: as it was before the translation."""
        if p.proto == frames.ICMP:
            quoted = Packet(b"\0" * 12 + struct.pack("!H", frames.IP4) + p.payload[8:])
            self.out(quoted)
            p.payload = p.payload[:8] + quoted.ip()
        else:
            src, dst = p.ports()
            p.set_ports(src, self.port(p.proto, p.dst, dst))
        p.dst = NAT


def nat(all_frames):
    """Inside and outside of a translating gateway.  The resolver is inside; IPv6 is forwarded as it is."""
    out, table = [], Translator()
    for t, f in all_frames:
        out.append((t, f))
        p, down = Packet(f), to_client(f)
        if not routed(p) or is_dns(f):
            continue
        t2, q = other_side(t, p, down)
        if p.version == 4:
            table.back(q) if down else table.out(q)
        out.append((t2, q.bytes()))
    return [in_order(out)]


# in another order, in other pieces

def last_first(all_frames):
    """The fragments of each datagram in reverse order, in the same places."""
    groups, out = {}, list(all_frames)
    for n, (_, f) in enumerate(all_frames):
        p = Packet(f)
        if p.frag:
            groups.setdefault((p.src, p.dst, p.proto, p.frag[2]), []).append(n)
    for places in groups.values():
        for here, there in zip(places, reversed(places)):
            out[here] = (all_frames[here][0], all_frames[there][1])
    return [out]


def pieces(p, size):
    """The segments of one TCP packet cut to SIZE bytes of data."""
    offset = (p.payload[12] >> 4) * 4
    head, data = p.payload[:offset], p.payload[offset:]
    seq, flags = struct.unpack_from("!I", head, 4)[0], head[13]
    for n, at in enumerate(range(0, len(data), size)):
        q, last = p.copy(), at + size >= len(data)
        head2 = head[:4] + struct.pack("!I", (seq + at) & 0xffffffff) + head[8:13] + bytes([flags if last else flags & ~9]) + head[14:]
        q.payload = head2 + data[at:at + size]
        if q.version == 4:
            q.id = (p.id + n) & 0xffff
        yield q.bytes()


def resegment(all_frames, size=61):
    """TCP data in small segments, each three of which come in reverse order."""
    out = []
    for t, f in all_frames:
        p = Packet(f)
        if not p.version or p.proto != frames.TCP or p.frag or p.payload[13] & 2 or len(p.payload) <= (p.payload[12] >> 4) * 4:
            out.append((t, f))
            continue
        cut = list(pieces(p, size))
        for at in range(0, len(cut), 3):
            out += [(t, piece) for piece in reversed(cut[at:at + 3])]
    return [out]


# as worse sensors see it

def drop(all_frames, percent=1, seed=1):
    chance = random.Random(seed)
    return [[x for x in all_frames if chance.random() * 100 >= percent]]


def double(all_frames):
    return [[x for t, f in all_frames for x in ((t, f), (t + 5, f))]]


def second_half(all_frames):
    middle = (all_frames[0][0] + all_frames[-1][0]) // 2
    return [[x for x in all_frames if x[0] >= middle]]


def late(all_frames, seconds=7):
    """The capture begins SECONDS later."""
    return [[x for x in all_frames if x[0] >= all_frames[0][0] + seconds * 1000000]]


def one_direction(all_frames):
    """What comes from the clients alone."""
    return directions(all_frames)[:1]


OPERATIONS = {"vlan": vlan, "qinq": qinq, "vxlan": vxlan, "erspan": erspan, "gre": gre, "directions": directions,
              "dns-and-flows": dns_and_flows, "both-vlans": both_vlans, "nat": nat, "last-first": last_first,
              "resegment": resegment, "drop": drop, "double": double, "second-half": second_half, "late": late,
              "one-direction": one_direction}
SAME = [name for name in OPERATIONS if name not in ("drop", "second-half", "late", "one-direction")]
