"""What the tests of hostile texts share: packets that carry them, and readers of each form that are not ours."""
import collections
import csv
import html.parser
import importlib.machinery
import importlib.util
import io
import json
import os
import pathlib
import pty
import re
import struct
import subprocess
import sys
import unicodedata

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "pcaps"))
import lab  # noqa: E402

csv.field_size_limit(1 << 26)
RETIRED = "192.0.2.10"
T = "2026-03-01T10:00:00Z"
LONGEST = [b"<" + b"a" * 62, b"b" * 63, b"c" * 62 + b">", b"d" * 61]		# 255 octets with lengths and root (RFC 1035 2.3.4)
NAMES = [[label, b"example", b"com"] for label in (
    b"<script>alert(1)</script>", b"</title><svg onload=alert(1)>", b"</script><img src=x onerror=a()>", b"--><b>", b"]]>&amp;&#60;",
    b"\" onmouseover=\"alert(1)", b"' onfocus='alert(1)' x='", b"javascript:alert(1)", b"back\\slash\\", b"dot.in.label", b"a,b;c\td", b"  blanks  ",
    b"=cmd|'/c calc'!A1", b"+1+1", b"-1-1", b"@sum(a1)", b"'quoted", b"\x01\x07\x08\x7f", b"\x1b[31mred\x1b[0m", b"\x1b]0;title\x07", b"two\nlines\r\nPASS: x",
    b"\xff\xfe\xc0\x80", b"\xe2\x80\xaegpj.exe", b"\xef\xbc\x9d1", b"nul\0inside", b"%s%n%p", b"$(reboot)`id`", b"{{7*7}}", b"{\"a\":1}", b"*", b"\xc2\x9b2j")]
NAMES.append(LONGEST)

# ---- packets ----


def mkscen():
    """tools/mkscen as a module."""
    loader = importlib.machinery.SourceFileLoader("mkscen", str(lab.TOP / "tools/mkscen"))
    spec = importlib.util.spec_from_loader("mkscen", loader)
    module = importlib.util.module_from_spec(spec)
    sys.dont_write_bytecode = True
    loader.exec_module(module)
    return module


def wire(labels):
    """A name as on the wire."""
    return b"".join(bytes([len(label)]) + label for label in labels) + b"\0"


def hello(make, name):
    """A ClientHello with these bytes for a server name."""
    class Raw(str):
        def encode(self, *_):
            return name
        def __len__(self):
            return len(name)
    return make.hello(Raw("x"))


def client(i):
    return f"10.0.0.{i + 1}"


def capture(path, names):
    """Each client is told the retired address for a name of its own before it was retired, by an alias to it the next time, and connects long after."""
    make = mkscen()
    cap, start = make.Capture(), make.seconds("09:50:00")
    for i, labels in enumerate(names):
        name, t, port = wire(labels), start + i, 30000 + i
        address = b"\xc0\x0c" + struct.pack(">HHIH4B", 1, 1, 120, 4, 192, 0, 2, 10)
        for late in (0, 3000):
            question = struct.pack(">HHHHHH", i, 0x0100, 1, 0, 0, 0) + name + b"\0\1\0\1"
            answer = struct.pack(">HHHHHH", i, 0x8180, 1, 1, 0, 0) + name + b"\0\1\0\1"
            if late:		# an alias to a name of ours, and that one's address
                alias = wire([b"plain", b"example", b"net"])
                answer = answer[:6] + b"\0\2" + answer[8:] + b"\xc0\x0c" + struct.pack(">HHIH", 5, 1, 120, len(alias)) + alias
                answer += alias + address[2:]
            else:
                answer += address
            cap.udp(t + late, client(i), port, "10.53.0.1", 53, question)
            cap.udp(t + late + 0.001, "10.53.0.1", 53, client(i), port, answer)
        for again in (10, 4000):
            before = len(cap.packets)
            make.attempt(cap, t + again, client(i), 40000 + i * 8 + again % 7, RETIRED, 443, 1000 * (i + again), ["established"])
            opened = cap.packets[before + 3]
            if any(c in b"".join(labels) for c in b".\\"):		# no server name could say that: it is no zone file's text
                continue
            data = hello(make, b".".join(labels))
            header = opened[2][:-10]
            length = struct.pack(">H", len(header) - 14 + len(data))
            cap.packets[before + 3] = (opened[0], opened[1], header[:16] + length + header[18:] + data)
    cap.save(path)


def unescape(text):
    """The labels of a name in a zone file's form (RFC 1035 5.1)."""
    labels, label, i = [], bytearray(), 0
    while i < len(text):
        if text[i] == "\\" and text[i + 1:i + 4].isdigit():
            label.append(int(text[i + 1:i + 4]))
            i += 4
        elif text[i] == "\\":
            label += text[i + 1].encode()
            i += 2
        elif text[i] == ".":
            labels.append(bytes(label))
            label, i = bytearray(), i + 1
        else:
            label += text[i].encode()
            i += 1
    return labels + [bytes(label)]


def folded(labels):
    return [bytes(b + 32 if 65 <= b <= 90 else b for b in label) for label in labels]

# ---- what may be shown ----


HIDDEN = {0xad, 0x61c, 0x180e, 0x200b, 0x200c, 0x200d, 0x200e, 0x200f, 0x2060, 0xfeff}
TURNS = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


def unsafe(c):
    return unicodedata.category(c) in ("Cc", "Zl", "Zp") or unicodedata.bidirectional(c) in TURNS or ord(c) in HIDDEN or 0xe0000 <= ord(c) <= 0xe007f


def bad_terminal(data, color=False, also=""):
    """What must not reach a terminal; our own colours may, where asked for."""
    if color:
        data = re.sub(rb"\x1b\[\d{1,2}m", b"", data.replace(b"\r\n", b"\n"))
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        return [f"no UTF-8: {data[max(error.start - 40, 0):error.start + 20]!r}"]
    return [f"U+{ord(c):04X} in {text[max(i - 40, 0):i + 20]!r}" for i, c in enumerate(text) if c != "\n" and c not in also and unsafe(c)][:3]


def shown(raw, keep=""):
    """Bytes as DESIGN's forms show them: what is unsafe, or no UTF-8, is \\xNN for each byte."""
    out = ""
    for c in raw.decode("utf-8", "surrogateescape"):
        if 0xdc80 <= ord(c) <= 0xdcff:
            out += f"\\x{ord(c) - 0xdc00:02x}"
        elif unsafe(c) and c not in keep:
            out += "".join(f"\\x{b:02x}" for b in c.encode())
        else:
            out += c
    return out


def in_json(raw):
    """Bytes as JSON has them: all characters; a byte that is no UTF-8 as that of Latin-1."""
    return "".join(chr(ord(c) - 0xdc00) if 0xdc80 <= ord(c) <= 0xdcff else c for c in raw.decode("utf-8", "surrogateescape"))


def read_csv(data):
    """Rows by column, with the apostrophe taken off; what a spreadsheet would run."""
    wrong, rows = [], list(csv.reader(io.StringIO(data.decode(), newline=""), strict=True))
    for row in rows[1:]:
        wrong += [f"{len(row)} fields"] if len(row) != len(rows[0]) else []
        wrong += [f"runs: {f!r}" for f in row if f[:1] in "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20" and f and not re.fullmatch(r"-?\d+", f)]
    return [dict(zip(rows[0], [f[1:] if f.startswith("'") else f for f in row])) for row in rows[1:]], wrong


def read_json(data):
    return [json.loads(line) for line in data.decode().split("\n") if line]


class Page(html.parser.HTMLParser):
    """What a browser would make of it."""

    def __init__(self, data):
        super().__init__(convert_charrefs=True)
        self.tags, self.attributes, self.urls, self.texts, self.scripts, self.values, self.other = set(), set(), [], [], [], [], []
        self.within = None
        self.open = collections.Counter()
        self.feed(data.decode())
        self.close()
        self.text = "".join(self.texts)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.open[tag] += 1
        self.within = tag if tag in ("script", "style") else None
        for name, value in attrs:
            self.attributes.add((tag, name))
            self.values.append(value or "")
            if name in ("href", "src", "action", "xlink:href", "srcset", "formaction", "data", "poster", "background"):
                self.urls.append(value)

    def handle_endtag(self, tag):
        self.open[tag] -= 1
        self.within = None

    def handle_data(self, data):
        if self.within:
            self.scripts.append((self.within, data))
        else:
            self.texts.append(data)

    def handle_comment(self, data):
        self.other.append(("comment", data))

    def handle_pi(self, data):
        self.other.append(("instruction", data))

    def unknown_decl(self, data):
        self.other.append(("declaration", data))


def bad_page(page, plain):
    """What is there that a page of plain names has not: the text may differ, nothing else."""
    wrong = [f"tag {t}" for t in page.tags - set().union(*(p.tags for p in plain))]
    wrong += [f"attribute {a}" for a in page.attributes - set().union(*(p.attributes for p in plain))]
    wrong += [f"attribute {a}" for a in page.attributes if a[1].startswith("on")]
    wrong += [f"leads to {u}" for u in page.urls if not u.startswith("#")]
    wrong += [f"{what}: {text[:80]!r}" for what, text in page.scripts if (what, text) not in plain[0].scripts]
    wrong += [f"{what}: {text[:80]!r}" for what, text in page.other if what != "declaration" or text]
    wrong += [f"unsafe in text or attribute: {c!r}" for c in set(page.text + "".join(page.values)) if unsafe(c) and c not in "\n\t"]
    return wrong[:5]

# ---- running ----


def run(*args, **more):
    return subprocess.run([lab.STALETAP, *map(str, args)], capture_output=True, check=False, stdin=subprocess.DEVNULL, **more)


def on_terminal(*args):
    """What it writes to a terminal."""
    ours, its = pty.openpty()
    with subprocess.Popen([lab.STALETAP, *map(str, args)], stdin=subprocess.DEVNULL, stdout=its, stderr=its) as process:
        os.close(its)
        got = b""
        while True:
            try:
                piece = os.read(ours, 65536)
            except OSError:
                break
            if not piece:
                break
            got += piece
        process.wait()
    os.close(ours)
    return got
