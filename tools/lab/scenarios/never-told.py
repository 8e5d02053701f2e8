"""Clients that DNS never told the retired address, as far as can be seen."""
WHAT = "a hosts file on a host that was seen to take up its address, an address in a configuration, a host whose DNS goes elsewhere, a host of which too little was seen"
ARGS = "--grace 1"
SECONDS = 110
SERVER_CAUSE = None
ACCEPT = {("gateway", "bypass.hard-coded"): (
    ["unknown.before-capture"],
    "so soon after it took up its address an answer that it kept through a sleep, or was given elsewhere, might still run")}

OLD, NEW = "198.51.100.10", "198.51.100.11"
SHOP, TIME = "shop.example.net", "time.example.net"


def hosts_file(c):
    """Takes up its address after the data begins; never asks for the name that it tells the server."""
    c.until(2)
    c.probe()
    for at in (10, 50):
        c.until(at)
        c.lookup(TIME)
    for at in (30, 55, 80, 95):
        c.until(at)
        c.get(OLD, SHOP)


def literal(c):
    """Asks for other names, and tells the server its address."""
    for at in (12, 60):
        c.until(at)
        c.lookup(TIME)
    for at in (75, 85):
        c.until(at)
        c.get(OLD, SHOP, says=OLD)


def silent(c):
    for at in (78, 90):
        c.until(at)
        c.get(OLD, SHOP)


def young(c):
    """As the others, but so soon after the data begins that an answer from before it might still run."""
    c.until(20)
    c.lookup(TIME)
    for at in (36, 42):
        c.until(at)
        c.get(OLD, SHOP)


def clean(c):
    for at in (14, 40, 82):
        c.until(at)
        c.visit(SHOP)


def build(lab):
    lab.zone(5, {"shop": [("A", OLD)], "time": [("A", NEW)]})
    lab.resolver()
    lab.web("old", OLD)
    lab.web("new", NEW)
    lab.client("hosts-file", "192.0.2.11", hosts_file, stale="bypass.hard-coded")
    lab.client("literal", "192.0.2.12", literal, stale="bypass.hard-coded")
    lab.client("silent", "192.0.2.13", silent, stale="unknown.dns-not-seen")
    lab.client("young", "192.0.2.14", young, stale="unknown.before-capture")
    lab.client("clean", "192.0.2.15", clean)
    lab.deprecate(OLD, SHOP, replacement=NEW)
    lab.at(18, lab.update, {"shop": [("A", NEW)]})
