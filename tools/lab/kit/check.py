"""Hold the log against the wire: what the hosts say must be what the packets show, and nothing else."""
import json
import os

from . import lab, truth, wire


def check_connections(facts, errors):
    """Every connection of the log is one SYN (repeated or not) with the same outcome, and there are no others."""
    seen = {k: v for k, v in wire.syns(os.path.join(facts.path, "gateway.pcap")).items() if k[2] not in lab.RESOLVER}
    logged = {(facts.addr[e["client"]], e["sport"], e["dst"], e["dport"]): e for e in facts.log if e["event"] == "connect"}
    for key in sorted(set(seen) | set(logged), key=str):
        if key not in seen or key not in logged:
            errors.append("connection %s: only %s" % (key, "logged" if key in logged else "on the wire"))
            continue
        wired, said = seen[key], logged[key]
        if len(wired["seqs"]) != 1:
            errors.append("connection %s: the port was used twice" % (key,))
        if wired["result"] != said["result"]:
            errors.append("connection %s: logged %s, on the wire %s" % (key, said["result"], wired["result"]))
        if abs(wired["t"] - said["t"]) > 0.2:
            errors.append("connection %s: logged %.3f s apart" % (key, wired["t"] - said["t"]))


def check_answers(facts, errors):
    """Every answer of the log is on the wire, with its TTL where the client saw it."""
    for e in facts.log:
        if e["event"] != "told" or not e["addrs"]:
            continue
        fit = [a for a in facts.told if a["client"] == facts.addr[e["client"]] and a["name"] == e["name"].lower().rstrip(".") and
               abs(a["t"] - e["t"]) < 0.5 and set(e["addrs"]) <= {r["data"] for r in a["records"]} and
               (e["ttl"] is None or e["ttl"] == min(r["ttl"] for r in a["records"]))]
        if not fit:
            errors.append("%s was told %s at %.3f: not on the wire" % (e["client"], e["addrs"], e["t"]))


def check_zone(facts, errors):
    """After the change the zone's servers answer the new address, unless the scenario is about a zone that does not."""
    change = next(e for e in facts.log if e["event"] == "change")
    if change["effective"] - change["t"] > 1:
        errors.append("the change took %.1f s" % (change["effective"] - change["t"]))
    if facts.scenario.SERVER_CAUSE and facts.scenario.SERVER_CAUSE.startswith("authoritative."):
        return
    for a in wire.answers(os.path.join(facts.path, "resolver.pcap")):
        for entry in facts.list:
            if a["aa"] and a["server"] != lab.RESOLVER[0] and a["name"] == entry["name"] and a["t"] > change["effective"] and any(r["data"] == entry["address"] for r in a["records"]):
                errors.append("%s still answered %s at %.3f" % (a["server"], entry["address"], a["t"]))


def check_both_sides(facts, errors):
    """The resolver's link saw what the clients were told."""
    far = [a for a in wire.answers(os.path.join(facts.path, "resolver.pcap")) if a["client"] in facts.addr.values()]
    near = [a for a in facts.told if a["server"] in lab.RESOLVER]
    if len(far) != len(near):
        errors.append("%d answers at the gateway, %d at the resolver" % (len(near), len(far)))


def check_same(facts, errors):
    """A scenario that is another one by another way must have its findings."""
    other = os.path.join(os.path.dirname(facts.path), getattr(facts.scenario, "SAME_AS", os.path.basename(facts.path)), "truth.json")
    mine = os.path.join(facts.path, "truth.json")
    if os.path.exists(other) and _vantages(other) != _vantages(mine):
        errors.append("other findings than in " + other)


def _vantages(path):
    with open(path) as f:
        return json.load(f)["vantages"]


def check(path, name, scenario):
    """A list of what is wrong, empty if all is well."""
    facts, errors = truth.Facts(path, scenario), []
    for step in (check_connections, check_answers, check_zone, check_both_sides, check_same):
        step(facts, errors)
    with open(os.path.join(path, "truth.json")) as f:
        if json.load(f) != truth.derive(path, name, scenario):
            errors.append("truth.json is not what log.jsonl gives")
    return errors
