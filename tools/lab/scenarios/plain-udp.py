"""The plan of kit/transport.py over plain UDP: what the others are compared with."""
from kit.transport import ACCEPT, ARGS, SAME_AS, SECONDS, SERVER_CAUSE, WHAT as PLAN, build as build_plan

WHAT = PLAN + "small datagrams"


def build(lab):
    build_plan(lab, "udp", signed=False)
