"""Answers that do not fit: TC, then TCP."""
from kit.transport import ACCEPT, ARGS, SAME_AS, SECONDS, SERVER_CAUSE, WHAT as PLAN, build as build_plan

WHAT = PLAN + "truncated datagrams that are asked again over TCP"


def build(lab):
    build_plan(lab, "big", options=("max-udp-size: 1232",))
