"""What staletap has to find, worked out from what the hosts logged.

The arithmetic is DESIGN's definitions and nothing else.  Connections, their outcomes and what was told come from the
log; the TTL of an answer from the wire, for the C library does not tell it to its caller.  What a scenario *built*
(a floor in the resolver, an application that never asks again) is the cause; staletap is never run here.
"""
import csv
import datetime
import json
import os

from . import wire

BORDER = 1.5        # seconds around a border in which nothing may happen, so that nobody can argue about a verdict
WAITED = 0.2        # so soon after an answer, a connection waited for it: with a TTL of 0 too it is what that answer was for
HORIZON = 60        # the longest that browsers and stub resolvers are known to keep an answer beyond its TTL
RESULTS = ("established", "refused", "timed_out", "unreachable")


class Ambiguous(Exception):
    """Something happened so close to a border that the truth is not plain: record again."""


def read_log(path):
    with open(path) as f:
        return [json.loads(line) for line in f]


def read_list(path):
    with open(path, newline="") as f:
        rows = list(csv.DictReader(f))
    for r in rows:
        r["T"] = datetime.datetime.strptime(r["deprecated_at"], "%Y-%m-%dT%H:%M:%S.%f%z").timestamp()
        r["ttl"] = int(r["ttl"])
        r["legit"] = r["T"] + r["ttl"]
    return rows


class Facts:
    """A recording as its hosts saw it."""

    def __init__(self, path, scenario):
        self.path, self.scenario = path, scenario
        self.log = read_log(os.path.join(path, "log.jsonl"))
        self.list = read_list(os.path.join(path, "deprecated.csv"))
        start = next(e for e in self.log if e["event"] == "start")
        self.start, self.clients = start["t"], start["clients"]
        self.addr = {name: c["addrs"][0] for name, c in self.clients.items()}
        self.told = wire.answers(os.path.join(path, "gateway.pcap"))

    def ledger(self, client):
        """What CLIENT was told, in order: (t, name, data, expires).  A chain lives as long as its shortest record."""
        rows = []
        for a in self.told:
            if a["client"] == self.addr[client]:
                ttl = min((r["ttl"] for r in a["records"]), default=0)
                rows.append((a["t"], a["name"], a["type"], [r["data"] for r in a["records"]], a["t"] + ttl))
        return rows

    def connects(self, entry):
        return [e for e in self.log if e["event"] == "connect" and e["dst"] == entry["address"] and e["name"] == entry["name"]]


def far(t, *borders):
    for b in borders:
        if abs(t - b) < BORDER:
            raise Ambiguous("%.3f is only %.3f s from a border" % (t, t - b))


def judge(facts, entry, conn):
    """(when, cause) of one connection: before, draining or stale."""
    t, T, legit = conn["t"], entry["T"], entry["legit"]
    far(t, T)
    if t < T:
        return "before", None
    far(t, legit)
    own = [a for a in facts.ledger(conn["client"]) if a[0] <= t and a[1] == entry["name"] and a[2] in (1, 28)]
    same_type = [a for a in own if a[2] == (28 if ":" in entry["address"] else 1)]
    last = same_type[-1] if same_type else None
    holds = last is not None and entry["address"] in last[3]
    waited = holds and t - last[0] < WAITED
    if holds:
        far(last[0], T)
        far(t, last[4] + HORIZON, *[] if waited else [last[4]])
    if holds and (waited or t <= last[4]):
        if t <= legit:
            return "draining", "client.within-ttl" if last[0] < T else "resolver.within-ttl"
        return "stale", facts.scenario.SERVER_CAUSE
    cause = facts.clients[conn["client"]]["stale"]
    if not cause:
        raise Ambiguous("%s connects at %.3f without an answer that runs, and the scenario names no cause" % (conn["client"], t))
    return "stale", cause


def held(facts, entry, conn):
    """The times of data after T on a connection opened before it."""
    key = (conn["client"], conn["sport"], conn["dst"], conn["dport"])
    times = [e["t"] for e in facts.log if e["event"] == "data" and (e["client"], e["sport"], e["dst"], e["dport"]) == key]
    for t in times:
        far(t, entry["T"], entry["legit"])
    return [t for t in times if t > entry["T"]]


def connection_finding(facts, entry, client, port, judged, holds, end):
    after = [(c, when, cause) for c, when, cause in judged if when != "before"]
    stale = [a for a in after if a[1] == "stale"]
    causes = {}
    for _, _, cause in after:
        causes[cause] = causes.get(cause, 0) + 1
    if after:
        cause = (stale or after)[-1][2]
    else:
        cause = "connection.opened-before"
    late = [t for times in holds for t in times if t > entry["legit"]]
    state = "open" if stale or late else "resolved" if end > entry["legit"] else "draining"
    finding = {"kind": "connection", "client": facts.addr[client], "deprecated_ip": entry["address"], "port": port, "proto": "tcp",
               "name": entry["name"], "cause": cause, "by_cause": causes, "connections": len(after),
               "draining": len(after) - len(stale), "stale": len(stale), "held": len(holds), "state": state}
    for result in RESULTS:
        finding[result] = sum(c["result"] == result for c, _, _ in after)
    return finding


def connection_findings(facts, entry, end):
    """Findings of kind connection for one entry, and its connections with their verdicts."""
    groups, listing = {}, []
    for conn in facts.connects(entry):
        when, cause = judge(facts, entry, conn)
        times = held(facts, entry, conn) if when == "before" else []
        group = groups.setdefault((conn["client"], conn["dport"]), ([], []))
        group[0].append((conn, when, cause))
        if times:
            group[1].append(times)
        listing.append({"client": facts.addr[conn["client"]], "t": conn["t"], "sport": conn["sport"], "dst": conn["dst"],
                        "dport": conn["dport"], "result": conn["result"], "when": "held" if times else when, "cause": cause})
    found = [connection_finding(facts, entry, client, port, judged, holds, end)
             for (client, port), (judged, holds) in groups.items() if holds or any(j[1] != "before" for j in judged)]
    return found, listing


def answer_findings(facts, entry, answers):
    """Findings of kind answer: who was handed the address after its last legitimate moment."""
    clients = {a: 0 for a in facts.addr.values()}
    for a in answers:
        if a["client"] in clients and a["name"] == entry["name"] and any(r["data"] == entry["address"] for r in a["records"]):
            far(a["t"], entry["T"], entry["legit"])
            clients[a["client"]] += a["t"] > entry["legit"]
    return [{"kind": "answer", "client": c, "deprecated_ip": entry["address"], "name": entry["name"],
             "cause": facts.scenario.SERVER_CAUSE, "answers": n, "state": "open"} for c, n in clients.items() if n]


def entry_state(facts, entry, found, answers, flows, end):
    mine = [f for f in found if f["deprecated_ip"] == entry["address"] and f["name"] == entry["name"]]
    told = any(a["t"] < entry["T"] and any(r["data"] == entry["address"] for r in a["records"]) for a in answers)
    met = flows and any(c["t"] < entry["T"] for c in facts.connects(entry))
    row = {"listed": entry["address"], "name": entry["name"]}
    if any(f["state"] == "open" for f in mine):
        row["state"] = "contacted"
    elif not told and not met:
        row["state"] = "unproven"
    elif any(f["state"] == "draining" for f in mine) or end <= entry["legit"]:
        row["state"] = "draining"
    else:
        row["state"] = "clean"
        if not flows:
            row.update(accept=["clean", "unproven"], why="no client flows cross this link: it can vouch for the answers only")
    return row


def vantage(facts, capture, flows):
    """The truth at one place.  FLOWS: client connections cross it."""
    answers = wire.answers(os.path.join(facts.path, capture))
    end = wire.span(os.path.join(facts.path, capture))[1]
    found, entries, listing = [], [], []
    for entry in facts.list:
        if flows:
            some, conns = connection_findings(facts, entry, end)
            found += some
            listing += conns
        found += answer_findings(facts, entry, answers)
        entries.append(entry_state(facts, entry, found, answers, flows, end))
    name = capture.split(".")[0]
    for f in found:
        allowed = getattr(facts.scenario, "ACCEPT", {}).get((name, f["cause"]))
        if allowed:
            f["accept"], f["why"] = [f["cause"]] + allowed[0], allowed[1]
    guilty = {f["client"] for f in found}
    place = {"capture": capture, "findings": found, "entries": entries,
             "clean_clients": sorted(a for a in facts.addr.values() if a not in guilty)}
    return place, listing


def derive(path, name, scenario):
    """The whole of truth.json."""
    facts = Facts(path, scenario)
    gateway, listing = vantage(facts, "gateway.pcap", True)
    resolver, _ = vantage(facts, "resolver.pcap", False)
    if not gateway["clean_clients"]:
        raise Ambiguous("no client is clean: a scenario needs one that is not to be found")
    return {"scenario": name, "what": scenario.WHAT,
            "deprecated": [{k: r[k] for k in ("address", "name", "deprecated_at", "ttl")} for r in facts.list],
            "clients": {facts.addr[n]: n for n in facts.clients},
            "vantages": {"gateway": gateway, "resolver": resolver}, "connections": listing}
