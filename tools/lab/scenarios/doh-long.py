"""HTTP/2 connections that stay open; cut at its beginning, the capture joins them in the middle."""
from kit.transport import ACCEPT, ARGS, DOH, SAME_AS, SECONDS, SERVER_CAUSE, WHAT as PLAN, build as build_plan

WHAT = PLAN + "DNS over clear HTTP/2 on connections that stay open, POST and GET in turn"


def build(lab):
    build_plan(lab, "long", options=DOH, signed=False, warm=2)
