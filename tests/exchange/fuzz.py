"""Damaged files into every reader of what strangers wrote: nothing but our own errors may come out.

    python -m tests.exchange.fuzz MINUTES [READER...]

What comes out otherwise, or takes longer than `SLOW` seconds, is printed, and its file kept in build/fuzz.
"""

import random
import shutil
import sqlite3
import sys
import tempfile
import time
import traceback
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import NamedTuple

import zstandard

from ptcards.deck.reading import read_deck
from ptcards.deck.translation import read_translation
from ptcards.errors import PtcardsError
from ptcards.exchange.anki_in import read_package
from ptcards.exchange.importing import kind_of
from ptcards.exchange.incoming import Names
from ptcards.exchange.log import read_log
from ptcards.exchange.tables import columns_of, read_markdown, read_table
from ptcards.paths import shipped
from ptcards.study.decks import deck_content
from tests.exchange.packages import Note, collection_of

SLOW = 10.0
KEPT = Path(__file__).parents[2] / "build" / "fuzz"
TABLE = b'question,answer,tags,guid\nWhat?,"a ""b""\nc",x y,g1\n"two\r\n",b,,\n{{c1::x::y}},z,,g2\n'
ANKI = b"""#separator:tab
#html:true
#notetype column:2
#deck column:3
# remark
#tags column:6
g1\tBasic (and reversed card)\tA::B\t<b>front</b> &amp; <img src=x.png>\tback<br>[sound:a.mp3]\tx y
g2\tCloze\tA\t{{c1::x::hint}} {{c2::{{c1::y}}}} <ul><li>z</li></ul>\tmore\t
"""
NOTES = [
    Note(f"g{kind}", ("a {{c1::b}} <b>c</b>", "d"), kind, reviews=((1_700_000_000_000 + kind, 3),))
    for kind in (11, 12, 13)
]
PACKAGES = tuple(path.read_bytes() for path in sorted((Path(__file__).parent / "data").glob("*.apkg")))
_COLUMNS = {
    "notes": "guid mid tags flds",
    "cards": "nid did ord mod type queue due ivl factor lapses odue odid flags",
    "revlog": "id cid ease ivl lastIvl factor time type",
    "col": "crt mod conf models decks",
}
"""Of a collection: what may be changed in which table."""
CARDS = b'---\nname = "D"\n---\nQ: What\nis it?\nA: this\n---\nC: The [first] of \\[two\\] [more] ![a](b)\n'
LOG = b"""{"format":"ptcards-log","version":1,"device":"d","exported_at":"2026-01-01T00:00:00+00:00","events":1}
{"id":"019f0000-0000-7000-8000-000000000001","device":"d","action":"019f0000-0000-7000-8000-000000000001",\
"card":"a/b","kind":"graded","at":1790000000000,"offset":60,"day":20700,"q":4,"rules":1,"seconds":7.5,\
"versions":{"torch":"2"},"shown":[[0,0],[1,1]],"answer":"x","more":[1,{"a":null}]}
"""


def _zipped(name: str, content: bytes, meta: bytes = b"") -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        if meta:
            package.writestr("meta", meta)
        package.writestr(name, content)
    return target.getvalue()


def _flipped(chance: random.Random, data: bytes) -> bytes:
    """A package some bytes of which are others, in its directory more often than in its members."""
    changed = bytearray(data)
    for _ in range(chance.choice((1, 2, 8))):
        changed[-chance.randrange(1, chance.choice((100, 400, len(data))))] = chance.choice(
            (0, 1, 255, chance.randrange(256))
        )
    return bytes(changed)


def _repacked(chance: random.Random, data: bytes) -> bytes:
    """A package whose collection is damaged, not its zip: single bytes, or values of its tables."""
    with zipfile.ZipFile(BytesIO(data)) as package:
        name = next(one for one in package.namelist() if one.startswith("collection.anki21"))
        raw, meta = package.read(name), package.read("meta")
    is_packed = name.endswith("b")
    collection = zstandard.ZstdDecompressor().stream_reader(raw).read() if is_packed else raw
    with closing(sqlite3.connect(":memory:")) as db:
        db.create_collation("unicase", lambda one, other: (one > other) - (one < other))
        # In memory there is no log to write ahead.
        db.deserialize(collection[:18] + b"\1\1" + collection[20:])
        for _ in range(chance.randrange(4)):
            table, columns = chance.choice([*_COLUMNS.items()])
            column = chance.choice(columns.split())
            rows = db.execute(f"SELECT rowid, {column} FROM {table}").fetchall()
            row, value = chance.choice(rows or [(0, 0)])
            with suppress(sqlite3.Error):
                db.execute(f"UPDATE {table} SET {column} = ? WHERE rowid = ?", (_other(chance, value), row))
        db.commit()
        changed = bytearray(db.serialize())
    for _ in range(chance.choice((0, 0, 1, 8, 64))):
        changed[chance.randrange(chance.choice((100, 5000, len(changed))))] = chance.randrange(256)
    return _zipped(name, zstandard.ZstdCompressor().compress(changed) if is_packed else bytes(changed), meta)


_WORDS = (b'"', b"{", b"null", b"1e999", b"\x1f", b"{{", b"{{c1::", b"<")
_ODD = (0, 1, -1, 2**31, 2**63 - 1, -(2**63), 10**13, 1e300, None, "", b"", "x" * 200_000)


def _other(chance: random.Random, value: object) -> object:
    """Another value in the place of one in a collection: of another kind, or with a few mistakes in it."""
    if isinstance(value, (str, bytes)) and value and chance.random() < 0.8:
        raw = value if isinstance(value, bytes) else value.encode()
        mended = damaged(chance, Target("", (raw,), bytes, _WORDS))
        return mended if isinstance(value, bytes) else mended.decode("utf-8", "replace")
    return chance.choice(_ODD)


def _package(path: Path) -> None:
    for deck in read_package(path, with_progress=True).decks:
        deck_content(deck)


class Target(NamedTuple):
    """A reader, and what its files are like."""

    suffix: str
    samples: tuple[bytes, ...]
    read: Callable[[Path], object]
    words: tuple[bytes, ...] = ()
    damage: Callable[[random.Random, bytes], bytes] | None = None
    """What damages a file first, within what it is packed in."""


def _log(path: Path) -> None:
    with path.open("rb") as file:
        for _ in read_log(file, path.name):
            pass


def _table(path: Path) -> None:
    for columns in (None, columns_of("front,tags,back"), columns_of("guid,back,deck,front", header=True)):
        with suppress(PtcardsError):
            for deck in read_table(path, columns=columns).decks:
                deck_content(deck)


def _decks(pattern: str) -> tuple[bytes, ...]:
    return tuple(path.read_bytes() for path in sorted(shipped("decks").glob(pattern)))


TARGETS = {
    "csv": Target(".csv", (TABLE, TABLE.replace(b",", b";"), b"sep=|\nfront|back\na|b\n"), _table,
                  (b'"', b",", b";", b"\t", b"\n", b"\r", b"guid", b"accepts", b"code", b"literal", b"\xff\xfe")),
    "anki-txt": Target(".txt", (ANKI,), _table,
                       (b"#columns:", b"#separator:", b"#html:false", b"#tags column:9", b"{{c1::", b"}}", b"<", b">",
                        b"&#", b"<table>", b"<pre>", b"{{c9999999999::", b"[sound:", b"<ol start=9999999999>")),
    "yaml": Target(".yaml", (*_decks("*.yaml"), b"deck: d\ncards:\n  - {id: a, question: q, solution: s, accepts: text}\n"),
                   read_deck, (b"- ", b": ", b"|\n", b"&a ", b"*a", b"!!python ", b"vary:", b"$", b"{", b"[", b"wrong:")),
    "translation": Target(".zh.yaml", _decks("*.zh.yaml"), read_translation, (b"cards:", b"messages:", b"{a}")),
    "markdown": Target(".md", (CARDS,), lambda path: deck_content(read_markdown(path, None, Names()).decks[0]),
                       (b"Q:", b"\nA:", b"\nC:", b"[", b"]", b"\\", b"![", b"---", b"name = ")),
    "jsonl": Target(".jsonl", (LOG,), _log, (b"{", b"[" * 2000, b'"', b"null", b"1e999", b"-1", b"\\ud800", b"\n")),
    "apkg": Target(".apkg", PACKAGES, _package, (b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06", b"meta")),
    "directory": Target(".apkg", PACKAGES, _package, (), _flipped),
    "collection": Target(".apkg", PACKAGES, _package, (), _repacked),
    "anki2": Target(".anki2", (collection_of(NOTES),), _package,
                    (b"CREATE ", b"notes", b"\0" * 100, b"\xff" * 9, b"null", b'{"')),
    "foreign": Target(".mochi", (b"PK\x03\x04" + b"\0" * 26 + b"data.json", CARDS), kind_of),
}  # fmt: skip
"""By the reader's name."""


def damaged(chance: random.Random, target: Target) -> bytes:
    """A sample with a few mistakes in it."""
    sample = chance.choice(target.samples)
    if target.damage is not None:
        return target.damage(chance, sample)
    data = bytearray(sample)
    for _ in range(chance.choice((1, 1, 2, 4, 16))):
        at = chance.randrange(len(data) + 1)
        end = min(len(data), at + chance.choice((1, 1, 4, 64, 1024)))
        match chance.randrange(7):
            case 0:
                data[at:end] = chance.randbytes(chance.randrange(4))
            case 1:
                del data[at:end]
            case 2:
                data[at:at] = data[at:end] * chance.choice((1, 2, 50))
            case 3 | 4 if target.words:
                data[at:at] = chance.choice(target.words) * chance.choice((1, 1, 1, 300))
            case 5:
                other = chance.choice(target.samples)
                begin = chance.randrange(len(other) + 1)
                data[at:end] = other[begin : begin + 200]
            case _:
                data[at:end] = bytes(byte ^ 1 << chance.randrange(8) for byte in data[at:end])
    return bytes(data[: 2**20])


def faults(name: str, seed: int, path: Path) -> Iterator[str]:
    """What a reader did that it may not, given a damaged file."""
    path.write_bytes(damaged(random.Random(f"{name} {seed}"), TARGETS[name]))
    start = time.monotonic()
    try:
        with suppress(PtcardsError):
            TARGETS[name].read(path)
    except Exception:  # noqa: BLE001 - whatever it is, it is a fault
        yield traceback.format_exc()
    if (took := time.monotonic() - start) > SLOW:
        yield f"took {took:.1f} s"


def main(minutes: float, *readers: str) -> bool:
    end, seed, found = time.monotonic() + 60 * minutes, random.randrange(2**31), 0
    for number in count(seed):
        if time.monotonic() > end:
            print(f"{number - seed:,} files for each of {', '.join(readers)}: {found} faults")  # noqa: T201 - its output
            return bool(found)
        for name in readers:
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / f"{name}-{number}{TARGETS[name].suffix}"
                for said in faults(name, number, path):
                    found += 1
                    KEPT.mkdir(parents=True, exist_ok=True)
                    print(f"{shutil.copy(path, KEPT)}:\n{said}", flush=True)  # noqa: T201 - its output
    raise AssertionError


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]), *(sys.argv[2:] or TARGETS)))
