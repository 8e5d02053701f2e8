"""What the tests over the lab's captures share: which there are, how to replay one, how to read what came out."""
import json
import os
import pathlib
import shlex
import sqlite3
import subprocess

TOP = pathlib.Path(__file__).resolve().parents[2]
PCAPS = TOP / "pcaps"
STALETAP = os.environ.get("STALETAP", str(TOP / "build/staletap"))
TMP = pathlib.Path(os.environ.get("TMP", "/tmp"))
NUMBERS = ("connections", "draining", "stale", "held", "established", "refused", "timed_out", "unreachable")


def scenarios():
    """(name, truth) of each scenario, by name."""
    for folder in sorted(PCAPS.iterdir()):
        if (folder / "truth.json").exists():
            yield folder.name, json.loads((folder / "truth.json").read_text())


def args(name):
    """The options that a scenario is replayed with."""
    path = PCAPS / name / "args"
    return shlex.split(path.read_text()) if path.exists() else []


def replay(db, name, *files, options=()):
    """Replay files of a scenario into a database; the status must be 0."""
    for end in ("", "-wal", "-shm"):
        pathlib.Path(f"{db}{end}").unlink(missing_ok=True)
    again(db, name, *files, options=options)


def again(db, name, *files, options=()):
    """The same into the database as it is."""
    command = [STALETAP, "replay", "-q", "--format", "none", "-o", str(db), "-d", str(PCAPS / name / "deprecated.csv"),
               *args(name), *options, *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    assert done.returncode == 0, f"{shlex.join(command)}: status {done.returncode}: {done.stderr}"


def rows(db, query, *values):
    """Rows as dictionaries."""
    with sqlite3.connect(f"file:{db}?mode=ro", uri=True) as connection:
        connection.row_factory = sqlite3.Row
        return [dict(row) for row in connection.execute(query, values)]


def by_cause(text):
    """{"cause": count} from the column."""
    return {word.rsplit(":", 1)[0]: int(word.rsplit(":", 1)[1]) for word in (text or "").split()}


class Tally:
    """Counts claims; the last line it prints is what the runner reads."""

    def __init__(self):
        self.good = self.bad = self.skipped = 0

    def claim(self, what, wrong):
        """A claim by name; `wrong` is what speaks against it: a list of texts, or nothing."""
        if wrong:
            self.bad += 1
            print(f"not ok {what}")
            for line in wrong:
                print(f"    {line}")
        else:
            self.good += 1
            print(f"ok {what}")

    def skip(self, what, why):
        """A claim that cannot be tried here."""
        self.skipped += 1
        print(f"skipped {what}: {why}")

    def end(self):
        """Print the closing line; the status of the program."""
        print(f"{self.good} passed, {self.bad} failed, {self.skipped} skipped")
        return 1 if self.bad else 0
