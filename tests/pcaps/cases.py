"""Captures with their lists and options, and all that came out of one, to be held against what comes out in another way."""
import os
import pathlib
import subprocess

import lab

ELSEWHERE = {"source", "file", "packet", "byte_offset"}		# where a packet stands: other files have other places
OF_RUNS = {"v_sources", "v_coverage", "v_history"}		# a row for each file, or of how things stood when a run ended


def picture(db):
    """{view: its rows, in an order of their own}, without what only tells of files."""
    views = [row["name"] for row in lab.rows(db, "select name from sqlite_schema where type = 'view' and name like 'v!_%' escape '!'")]
    return {view: sorted(({k: v for k, v in row.items() if k not in ELSEWHERE} for row in lab.rows(db, f"select * from {view}")),
                         key=lambda row: [str(v) for v in row.values()])
            for view in views if view not in OF_RUNS}


def differences(want, have):
    """What is different, the first row of each view."""
    wrong = []
    for view, rows in want.items():
        if len(rows) != len(have[view]):
            wrong.append(f"{view}: {len(have[view])} rows, not {len(rows)}")
        for x, y in zip(rows, have[view]):
            if x != y:
                who = " ".join(str(x[k]) for k in ("client", "finding", "name", "listed", "resolver") if x.get(k) is not None)
                wrong.append(f"{view}: {who}: " + ", ".join(f"{k}: {x[k]} -> {y[k]}" for k in x if x[k] != y[k]))
                break
    return wrong


class Case:
    """A capture with its list and options."""

    def __init__(self, name, capture, listed, options=()):
        self.name, self.capture, self.listed, self.options = name, capture, listed, options

    def replay(self, db, files, options=(), seed="1"):
        """Into the database as it is; what went wrong."""
        command = [lab.STALETAP, "replay", "-q", "--format", "none", "-o", str(db), "-d", str(self.listed), *self.options, *options,
                   *map(str, files)]
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False,
                              env={**os.environ, "STALETAP_HASH_SEED": seed})
        return [] if done.returncode == 0 else [f"{' '.join(command)}: status {done.returncode}: {done.stderr}"]


def lab_cases():
    for name, truth in lab.scenarios():
        for place, what in truth["vantages"].items():
            yield Case(f"{name}-{place}", lab.PCAPS / name / what["capture"], lab.PCAPS / name / "deprecated.csv", lab.args(name))


def made_case(scenario):
    """Of tests/scen, by tools/mkscen."""
    folder = lab.TMP / scenario.stem
    folder.mkdir()
    subprocess.run([str(lab.TOP / "tools/mkscen"), str(scenario), str(folder)], check=True)
    return Case(scenario.stem, folder / "capture.pcap", folder / "deprecated.csv")


def generated_case():
    """Of a busy link, by tools/gen."""
    folder = lab.TMP / "generated"
    folder.mkdir()
    subprocess.run([str(pathlib.Path(lab.STALETAP).parent / "tools/gen"), "-p", "resolver", "-m", "1", "-r", "200", str(folder)], check=True)
    return Case("generated", folder / "capture.pcap", folder / "deprecated.csv")
