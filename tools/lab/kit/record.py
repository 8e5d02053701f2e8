"""Record one scenario, or check it: python3 -m kit.record [--check] [--keep] SCENARIO DIRECTORY"""
import importlib.util
import json
import os
import signal
import sys

from . import check, truth

SCENARIOS = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "scenarios")


def load(name):
    spec = importlib.util.spec_from_file_location(name.replace("-", "_"), os.path.join(SCENARIOS, name + ".py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def stop(signo, frame):
    sys.exit("stopped by signal %d" % signo)


def record(name, scenario, out, keep):
    from .lab import Lab
    for signo in (signal.SIGTERM, signal.SIGINT, signal.SIGALRM):
        signal.signal(signo, stop)
    signal.alarm(scenario.SECONDS + 90)
    lab = None
    try:
        lab = Lab(name, out)
        scenario.build(lab)
        lab.record(scenario.SECONDS)
    finally:
        signal.alarm(0)
        if lab:
            lab.close(keep)
    with open(os.path.join(out, "args"), "w") as f:
        f.write(scenario.ARGS + "\n")
    derived = json.dumps(truth.derive(out, name, scenario), indent=1)
    with open(os.path.join(out, "truth.json"), "w") as f:
        f.write(derived + "\n")


def main(argv):
    options, (name, out) = [a for a in argv if a.startswith("--")], [a for a in argv if not a.startswith("--")]
    scenario = load(name)
    os.makedirs(out, exist_ok=True)
    if "--check" not in options:
        record(name, scenario, out, "--keep" in options)
    errors = check.check(out, name, scenario)
    for e in errors:
        print("%s: %s" % (name, e))
    print("%s: %s" % (name, "FAILED" if errors else "ok"))
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
