"""Answers of up to 60,000 bytes in padded DATA frames, with headers that need CONTINUATION."""
from kit.transport import ACCEPT, ARGS, SAME_AS, SECONDS, SERVER_CAUSE, WHAT as PLAN, build as build_plan

WHAT = PLAN + "answers of up to 60,000 bytes over clear HTTP/2, in padded frames and with CONTINUATION"


def build(lab):
    build_plan(lab, "long", signed=False)
    lab.padded_doh()
