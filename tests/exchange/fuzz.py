"""Damaged files into every reader of what strangers wrote: nothing but our own errors may come out.

    python -m tests.exchange.fuzz MINUTES [READER...] [--seed N]

What comes out otherwise, or takes longer than `SLOW` seconds, is kept in build/fuzz and printed with its seed.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import NamedTuple

from ptcards.deck.reading import read_deck
from ptcards.deck.translation import read_translation
from ptcards.errors import PtcardsError
from ptcards.exchange.log import read_log
from ptcards.exchange.names import Names
from ptcards.exchange.tables import columns_of, read_table
from ptcards.exchange.texts import foreign, read_markdown
from ptcards.paths import shipped
from ptcards.study.decks import deck_content

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
CARDS = b'---\nname = "D"\n---\nQ: What\nis it?\nA: this\n---\nC: The [first] of \\[two\\] [more] ![a](b)\n'
LOG = b"""{"format":"ptcards-log","version":1,"device":"d","exported_at":"2026-01-01T00:00:00+00:00","events":1}
{"id":"019f0000-0000-7000-8000-000000000001","device":"d","action":"019f0000-0000-7000-8000-000000000001",\
"card":"a/b","kind":"graded","at":1790000000000,"offset":60,"day":20700,"q":4,"rules":1,"seconds":7.5,\
"versions":{"torch":"2"},"shown":[[0,0],[1,1]],"answer":"x","more":[1,{"a":null}]}
"""


class Target(NamedTuple):
    """A reader, and what its files are like."""

    suffix: str
    samples: tuple[bytes, ...]
    read: Callable[[Path], object]
    words: tuple[bytes, ...] = ()


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
    "foreign": Target(".mochi", (b"PK\x03\x04" + b"\0" * 26 + b"data.json", CARDS), foreign),
}  # fmt: skip
"""By the reader's name."""


def damaged(chance: random.Random, target: Target) -> bytes:
    """A sample with a few mistakes in it."""
    data = bytearray(chance.choice(target.samples))
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


def faults(
    names: list[str], seeds: Iterator[int], until: Callable[[], bool]
) -> Iterator[tuple[str, int, str, bytes]]:
    """Reader, seed, traceback and file of each that did what it may not."""
    with tempfile.TemporaryDirectory() as folder:
        while until():
            seed = next(seeds)
            for name in names:
                target = TARGETS[name]
                data = damaged(random.Random(f"{name} {seed}"), target)
                path = Path(folder) / f"file{target.suffix}"
                path.write_bytes(data)
                start = time.monotonic()
                try:
                    with suppress(PtcardsError):
                        target.read(path)
                except Exception:  # noqa: BLE001 - whatever it is, it is a fault
                    yield name, seed, traceback.format_exc(), data
                if (took := time.monotonic() - start) > SLOW:
                    yield name, seed, f"took {took:.1f} s", data


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("minutes", type=float)
    parser.add_argument("readers", nargs="*", default=[*TARGETS])
    parser.add_argument("--seed", type=int, default=random.randrange(2**31))
    chosen = parser.parse_args()
    end, done, found = time.monotonic() + 60 * chosen.minutes, count(chosen.seed), 0
    for name, seed, said, data in faults(chosen.readers, done, lambda: time.monotonic() < end):
        found += 1
        KEPT.mkdir(parents=True, exist_ok=True)
        (KEPT / f"{name}-{seed}{TARGETS[name].suffix}").write_bytes(data)
        print(f"{name}, seed {seed}:\n{said}", flush=True)  # noqa: T201 - its output
    print(f"{next(done) - chosen.seed:,} files for each of {', '.join(chosen.readers)}: {found} faults")  # noqa: T201 - its output
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
