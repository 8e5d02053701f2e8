"""DNS over HTTP/2 without TLS, as behind a terminator: POST by some clients, GET by others."""
from kit.transport import ACCEPT, ARGS, DOH, SAME_AS, SECONDS, SERVER_CAUSE, WHAT as PLAN, build as build_plan

WHAT = PLAN + "DNS over clear HTTP/2, POST and GET"


def build(lab):
    build_plan(lab, "post", "get", options=DOH)
