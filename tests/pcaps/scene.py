"""A scenario over days (tools/mkscen), cut into captures: by days, or anywhere."""
import subprocess
import sys

import lab

sys.path.insert(0, str(lab.TOP / "tools/lab"))
from kit import frames  # noqa: E402


def moment(day, hours=0):
    """A time of a scenario in microseconds: its day 1 is 2026-03-01."""
    return int((1772323200 + (day - 1) * 86400 + hours * 3600) * 1000000)


class Scene:
    """A scenario, replayed in one run or in pieces."""

    def __init__(self, name, text):
        self.folder = lab.TMP / name
        self.folder.mkdir()
        (self.folder / "s.scn").write_text(text)
        subprocess.run([str(lab.TOP / "tools/mkscen"), str(self.folder / "s.scn"), str(self.folder)], check=True)
        self.frames = frames.read(self.folder / "capture.pcap")

    def run(self, label, files, *options, db=None):
        """The database after a run for each of the files."""
        db = db or self.folder / f"{label}.db"
        for file in files:
            done = subprocess.run([lab.STALETAP, "replay", "-q", "--format", "none", "-o", str(db), "-d", str(self.folder / "deprecated.csv"),
                                   *options, str(file)], capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stderr
        return db

    def piece(self, label, begin, end):
        """A file of what lies between two times."""
        path = self.folder / f"{label}.pcap"
        frames.write(path, [f for f in self.frames if begin <= f[0] < end])
        return path

    def pieces(self, label, *days):
        """Files that begin at these days of the scenario."""
        begins = [moment(day) for day in days]
        for n, (begin, end) in enumerate(zip(begins, [*begins[1:], float("inf")])):
            yield self.piece(f"{label}{n}", begin, end)

    def whole(self):
        """What mkscen wrote."""
        return [self.folder / "capture.pcap"]
