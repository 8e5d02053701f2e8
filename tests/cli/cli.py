"""What the tests of the command line share: run it, also as another user, and say what is wrong with how it ended."""
import os
import pathlib
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "pcaps"))
import lab  # noqa: E402

NOBODY = 65534
SCENARIO = lab.PCAPS / "app-cache"
CAPTURE = SCENARIO / "gateway.pcap"
LIST = ("-d", str(SCENARIO / "deprecated.csv"))


def run(*args, **kw):
    """Run staletap; its end and what it said, as text."""
    return subprocess.run([lab.STALETAP, *map(str, args)], capture_output=True, text=True, errors="replace", check=False,
                          stdin=kw.pop("stdin", subprocess.DEVNULL), **kw)


def replay(db, *args, **kw):
    """Replay with the list of the scenario, unless another is given."""
    lists = () if {"-d", "-D"} & set(args) else LIST
    return run("replay", "--format", "none", "-o", db, *lists, *args, **kw)


def ended(done, status, *says):
    """What is wrong with an end: it must have this status, and each of these texts on standard error, said by staletap."""
    wrong = [] if done.returncode == status else [f"status {done.returncode}, expected {status}"]
    wrong += [f"does not say: {text}" for text in says if text not in done.stderr]
    wrong += [f"an empty message: {line!r}" for line in done.stderr.splitlines() if line.strip() == "staletap:"]
    if status > 1 and not done.stderr.startswith("staletap: "):
        wrong.append("is not said by staletap")
    return wrong + [f"said: {done.stderr.strip()}"] if wrong else []


def findings(db):
    """All of v_findings: what must not be lost."""
    return lab.rows(db, "select * from v_findings order by id")


def scenario(name, text):
    """A capture and its list made from a scenario (tools/mkscen): their folder."""
    folder = lab.TMP / name
    folder.mkdir()
    (folder / "s.scn").write_text(text)
    subprocess.run([str(lab.TOP / "tools/mkscen"), str(folder / "s.scn"), str(folder)], check=True)
    return folder


class Somebody:
    """A user without rights: runs a copy of the program that it may run, in a folder that everybody may enter."""

    def __init__(self, folder):
        self.program = folder / "staletap"
        shutil.copy(lab.STALETAP, self.program)
        self.program.chmod(0o755)
        folder.chmod(0o755)

    def command(self, *words):
        """How root says it as nobody; who is not root is somebody already."""
        drop = ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups") if os.geteuid() == 0 else ()
        return [*drop, *map(str, words)]

    def run(self, *args):
        """Run staletap."""
        return subprocess.run(self.command(self.program, *args), capture_output=True, text=True, errors="replace", check=False,
                              stdin=subprocess.DEVNULL)
