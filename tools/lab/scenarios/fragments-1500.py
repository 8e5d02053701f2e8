"""Signed answers of some 1,800 bytes over links of 1500."""
from kit.transport import ACCEPT, ARGS, SAME_AS, SECONDS, SERVER_CAUSE, WHAT as PLAN, build as build_plan

WHAT = PLAN + "datagrams of about 1,800 bytes, in fragments: over IPv4 for a link of 1500, over IPv6 as the resolver cuts them"


def build(lab):
    build_plan(lab, "big", options=("max-udp-size: 4096", "edns-buffer-size: 4096"))
