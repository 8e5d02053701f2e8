"""How a verdict stands to what the lab wrote down."""


def truth_of(truth, flow):
    """The connection of the lab's list that a row of v_flows is, by its ports and, nearly, its time; None if there is none."""
    ends = (flow["client"], flow["client_port"], flow["server"], flow["port"])
    same = [c for c in truth["connections"] if (c["client"], c["sport"], c["dst"], c["dport"]) == ends]
    return min(same, key=lambda c: abs(c["t"] - flow["started_us"] / 1e6), default=None)


def cause_of(connection):
    """None for one that is no contact after the change."""
    return "connection.opened-before" if connection["when"] == "held" else connection["cause"]


def stands(row, want, accept=()):
    """right; honest: what the truth file accepts from here; open: something else, but it names the truth as possible; else wrong."""
    if row["cause"] == want:
        return "right"
    if row["confidence"] == "certain" or want is None or want not in (row["could_also_be"] or "").split():
        return "WRONG"
    return "honest" if row["cause"] in accept else "open"
