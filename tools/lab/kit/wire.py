"""Reading captures with tshark: the second witness, independent of what the hosts logged and of staletap."""
import json
import subprocess


def _tshark(path, *args):
    done = subprocess.run(["tshark", "-o", "tcp.reassemble_out_of_order:TRUE", "-r", path, "-n", *args], capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError("tshark %s: %s" % (path, done.stderr.strip()))
    return done.stdout


def _fields(path, flt, *names):
    argv = ["-Y", flt, "-T", "fields", "-E", "separator=\t", "-E", "occurrence=f"]
    for n in names:
        argv += ["-e", n]
    for line in _tshark(path, *argv).splitlines():
        yield (line.split("\t") + [""] * len(names))[:len(names)]


def span(path):
    times = [float(r[0]) for r in _fields(path, "frame", "frame.time_epoch")]
    return min(times), max(times)


def _messages(layers):
    """All DNS messages of a packet, those inside HTTP/2 streams too."""
    if isinstance(layers, list):
        for item in layers:
            yield from _messages(item)
    elif isinstance(layers, dict):
        for key, value in layers.items():
            if key == "dns":
                yield from value if isinstance(value, list) else [value]
            else:
                yield from _messages(value)


def answers(path):
    """Every DNS response: t, server, client, name, type, aa, ra, rcode and the records of its answer section."""
    out = json.loads(_tshark(path, "-Y", "dns.flags.response==1 && !icmp && !icmpv6", "-T", "json", "--no-duplicate-keys") or "[]")
    result = []
    for packet in out:
        layers = packet["_source"]["layers"]
        layers = layers if isinstance(layers, dict) else layers[0]
        v = "ipv6" if "ipv6" in layers else "ip"
        ip = layers[v][-1] if isinstance(layers[v], list) else layers[v]        # in a tunnel the innermost
        for dns in _messages(layers):
            if dns["dns.flags_tree"].get("dns.flags.response") not in ("1", True):
                continue
            query = next(iter((dns.get("Queries") or {}).values()), {})
            flags = dns["dns.flags_tree"]
            records = dns.get("Answers") or {}
            rows = []
            for value in records.values():
                for rr in value if isinstance(value, list) else [value]:
                    data = rr.get("dns.a") or rr.get("dns.aaaa") or rr.get("dns.cname")
                    rows.append({"owner": rr["dns.resp.name"].lower(), "type": int(rr["dns.resp.type"]),
                                 "ttl": int(rr["dns.resp.ttl"]), "data": data})
            result.append({"t": float(layers["frame"]["frame.time_epoch"]), "server": ip[v + ".src"], "client": ip[v + ".dst"],
                           "name": query.get("dns.qry.name", "").lower(), "type": int(query.get("dns.qry.type", 0)), "id": dns["dns.id"],
                           "aa": flags.get("dns.flags.authoritative") in ("1", True), "ra": flags.get("dns.flags.recavail") in ("1", True),
                           "rcode": int(flags["dns.flags.rcode"]), "records": rows})
    return result


def syns(path):
    """Every attempt to open a TCP connection: {(client, port, server, port): {seq, t, result}}; a repeated SYN is the same."""
    out = {}
    src, dst = "ip.src", "ip.dst"
    for r in _fields(path, "tcp && !icmp && !icmpv6 && tcp.flags.syn==1 && tcp.flags.ack==0", "frame.time_epoch", src, dst, "ipv6.src",
                     "ipv6.dst", "tcp.srcport", "tcp.dstport", "tcp.seq_raw"):
        key = (r[1] or r[3], int(r[5]), r[2] or r[4], int(r[6]))
        attempt = out.setdefault(key, {"seqs": [], "t": float(r[0]), "result": "timed_out"})
        if r[7] not in attempt["seqs"]:
            attempt["seqs"].append(r[7])
    for r in _fields(path, "tcp && !icmp && !icmpv6 && tcp.flags.ack==1 && (tcp.flags.syn==1 || tcp.flags.reset==1)", "tcp.flags.syn",
                     src, dst, "ipv6.src", "ipv6.dst", "tcp.srcport", "tcp.dstport"):
        key = (r[2] or r[4], int(r[6]), r[1] or r[3], int(r[5]))
        if key in out and out[key]["result"] == "timed_out":
            out[key]["result"] = "established" if r[0] in ("1", "True") else "refused"
    for flt, src, dst in (("icmp.type==3 && tcp", "ip.src", "ip.dst"), ("icmpv6.type==1 && tcp", "ipv6.src", "ipv6.dst")):
        argv = ["-Y", flt, "-T", "fields", "-E", "separator=\t", "-E", "occurrence=l"]
        for n in (src, dst, "tcp.srcport", "tcp.dstport"):
            argv += ["-e", n]
        for line in _tshark(path, *argv).splitlines():
            r = line.split("\t")
            key = (r[0], int(r[2]), r[1], int(r[3]))
            if key in out and out[key]["result"] == "timed_out":
                out[key]["result"] = "unreachable"
    return out


def essence(path):
    """What a capture says, whatever is around it: DNS answers and the first segments of connections."""
    found = set()
    for a in answers(path):
        found.add(("answer", a["id"], a["name"], a["type"], tuple(sorted((r["type"], r["ttl"], r["data"] or "") for r in a["records"]))))
    for r in _fields(path, "tcp.flags.syn==1 && tcp.flags.ack==0 && !icmp && !icmpv6", "tcp.srcport", "tcp.dstport", "tcp.seq_raw"):
        found.add(("syn", *r))
    return found
