"""Ethernet frames in classic captures: read, take apart, change, write.

Only what the lab's own recordings hold: microsecond captures of this machine's byte order, Ethernet, IPv4 without
options, IPv6 with at most a fragment header, TCP, UDP, ICMP.
"""
import struct

PCAP = struct.Struct("<IHHiIII")
RECORD = struct.Struct("<IIII")
MAGIC, ETHERNET = 0xa1b2c3d4, 1
IP4, IP6, VLAN, QINQ = 0x0800, 0x86dd, 0x8100, 0x88a8
TCP, UDP, GRE, ICMP, ICMP6, FRAGMENT = 6, 17, 47, 1, 58, 44


def read(path):
    """[(microseconds, frame)], in file order.  A frame that was cut is an error: nothing here cuts."""
    with open(path, "rb") as f:
        data = f.read()
    magic, _, _, _, _, _, link = PCAP.unpack_from(data)
    if magic != MAGIC or link != ETHERNET:
        raise ValueError("%s: not a little-endian microsecond Ethernet capture" % path)
    at, out = PCAP.size, []
    while at < len(data):
        sec, usec, have, wire = RECORD.unpack_from(data, at)
        at += RECORD.size
        if have != wire:
            raise ValueError("%s: a cut frame" % path)
        out.append((sec * 1000000 + usec, data[at:at + have]))
        at += have
    return out


def write(path, frames, cut=262144):
    """Write [(microseconds, frame)] in the order given, each cut to CUT bytes."""
    with open(path, "wb") as f:
        f.write(PCAP.pack(MAGIC, 2, 4, 0, 0, cut, ETHERNET))
        for t, frame in frames:
            f.write(RECORD.pack(t // 1000000, t % 1000000, min(cut, len(frame)), len(frame)) + frame[:cut])


def checksum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


class Packet:
    """An IP packet in an Ethernet frame, as fields; `bytes()` puts it together again with right lengths and checksums."""

    def __init__(self, frame):
        self.dmac, self.smac, kind = frame[:6], frame[6:12], struct.unpack_from("!H", frame, 12)[0]
        self.frag, self.rest = None, frame[14:]
        self.version = {IP4: 4, IP6: 6}.get(kind, 0)
        if self.version == 4:
            self._read4(frame[14:])
        elif self.version == 6:
            self._read6(frame[14:])
        else:
            self.kind = kind

    def _read4(self, ip):
        _, self.tos, length, self.id, frag, self.ttl, self.proto = struct.unpack_from("!BBHHHBB", ip)
        self.src, self.dst, self.df = ip[12:16], ip[16:20], frag & 0x4000
        if frag & 0x3fff:
            self.frag = (frag & 0x1fff, bool(frag & 0x2000), self.id)
        self.payload = ip[20:length]

    def _read6(self, ip):
        self.flow, length, self.proto, self.ttl = struct.unpack_from("!IHBB", ip)
        self.src, self.dst, self.payload = ip[8:24], ip[24:40], ip[40:40 + length]
        if self.proto == FRAGMENT:
            self.proto, _, frag, ident = struct.unpack_from("!BBHI", self.payload)
            self.frag, self.payload = (frag >> 3, bool(frag & 1), ident), self.payload[8:]

    def bytes(self):
        if not self.version:
            return self.dmac + self.smac + struct.pack("!H", self.kind) + self.rest
        return self.dmac + self.smac + struct.pack("!H", IP4 if self.version == 4 else IP6) + self.ip()

    def ip(self):
        payload = self.payload if self.frag else self._fix_checksum()
        if self.version == 4:
            frag = (self.frag[0] | (0x2000 if self.frag[1] else 0)) if self.frag else self.df
            head = struct.pack("!BBHHHBBH", 0x45, self.tos, 20 + len(payload), self.id, frag, self.ttl, self.proto, 0) + self.src + self.dst
            return head[:10] + struct.pack("!H", checksum(head)) + head[12:] + payload
        proto = self.proto
        if self.frag:
            payload = struct.pack("!BBHI", proto, 0, self.frag[0] << 3 | self.frag[1], self.frag[2]) + payload
            proto = FRAGMENT
        return struct.pack("!IHBB", self.flow, len(payload), proto, self.ttl) + self.src + self.dst + payload

    def _fix_checksum(self):
        at = {TCP: 16, UDP: 6, ICMP: 2, ICMP6: 2}.get(self.proto)
        if at is None:
            return self.payload
        body = self.payload[:at] + b"\0\0" + self.payload[at + 2:]
        pseudo = b"" if self.proto == ICMP else self.src + self.dst + struct.pack("!IHBB", len(body), 0, 0, self.proto)
        return body[:at] + struct.pack("!H", checksum(pseudo + body) or 0xffff) + body[at + 2:]

    def ports(self):
        """(source, destination) of a whole TCP or UDP packet or its first fragment, else None."""
        if self.version and self.proto in (TCP, UDP) and not (self.frag and self.frag[0]):
            return struct.unpack_from("!HH", self.payload)
        return None

    def set_ports(self, src, dst):
        self.payload = struct.pack("!HH", src, dst) + self.payload[4:]

    def copy(self):
        other = Packet.__new__(Packet)
        other.__dict__.update(self.__dict__)
        return other
