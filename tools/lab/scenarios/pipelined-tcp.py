"""Four questions at once over one TCP connection."""
from kit.transport import ACCEPT, ARGS, SAME_AS, SECONDS, SERVER_CAUSE, WHAT as PLAN, build as build_plan

WHAT = PLAN + "four questions at once over one TCP connection"


def build(lab):
    build_plan(lab, "pipe")
