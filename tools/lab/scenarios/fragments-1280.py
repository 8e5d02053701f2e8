"""The same over a resolver's link of 1280."""
from kit.transport import ACCEPT, ARGS, SAME_AS, SECONDS, SERVER_CAUSE, WHAT as PLAN, build as build_plan

WHAT = PLAN + "datagrams of about 1,800 bytes in fragments for a link of 1280"


def build(lab):
    build_plan(lab, "big", options=("max-udp-size: 4096", "edns-buffer-size: 4096"), mtu=1280)
