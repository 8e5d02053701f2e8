"""A hundred questions at once over one HTTP/2 connection."""
from kit.transport import ACCEPT, ARGS, DOH, SAME_AS, SECONDS, SERVER_CAUSE, WHAT as PLAN, build as build_plan

WHAT = PLAN + "a hundred questions at once over one clear HTTP/2 connection"


def build(lab):
    build_plan(lab, "streams", options=DOH, signed=False)
