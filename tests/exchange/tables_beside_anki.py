"""Random tables as Anki's own importer reads them; tests/exchange/anki.sh installs its library and runs this.

What we mean to do otherwise: a row of more fields than there are columns (in a file that is not Anki's) and one
whose quote is never closed are left out and named; a question of blanks asks nothing; an empty back says so; a
first row of column names is no card; a lone carriage return ends a line wherever it is; of a CSV the separator
is found by names of columns.
"""

import html
import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ptcards.errors import DeckError
from ptcards.exchange.incoming import NO_BACK
from ptcards.exchange.tables import read_table

ANKI = Path(__file__).parents[2] / "build" / "anki" / "bin" / "python"
SEPARATORS = {"\t": "tab", ";": "semicolon", ",": "comma", "|": "pipe"}
HEADERS = st.lists(st.sampled_from(["# remark", "#tags:x y", "#remark, too", "#deck:D"]), max_size=3)
PARTS = ["a", "b", "cd", "é", " ", "#", '"', '""', "\n", "\n", "\r\n", "SEP", "SEP", "SEP"]

Reader = Callable[[Path], set[tuple[str, str]]]


@pytest.fixture(scope="module")
def anki() -> Iterator[Reader]:
    side = Path(__file__).with_name("anki_side.py")
    with subprocess.Popen(
        [ANKI, side, "tables"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        asked, said = process.stdin, process.stdout
        assert asked is not None
        assert said is not None

        def read(path: Path) -> set[tuple[str, str]]:
            print(path, file=asked, flush=True)
            rows = json.loads(said.readline())
            texts = ([html.unescape(text.replace("<br>", "\n")) for text in row] for row in rows)
            return {(row[0], row[1] if row[1].strip() else NO_BACK) for row in texts if row[0].strip()}

        yield read
        asked.close()


def test_random_tables_hold_what_anki_finds_in_them(
    anki: Reader, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("tables") / "table.txt"

    @settings(max_examples=100, deadline=None, database=None, derandomize=True)
    @given(
        st.sampled_from(sorted(SEPARATORS)),
        st.none() | HEADERS,
        st.lists(st.sampled_from(PARTS), max_size=40),
    )
    def reads_the_same(separator: str, headers: list[str] | None, parts: list[str]) -> None:
        own = (
            [f"#separator:{SEPARATORS[separator]}", "#html:false", *(headers or ())]
            if headers is not None
            else []
        )
        body = "".join("\n" if part == "#" and not own else part for part in ["q", "SEP", "x\n", *parts])
        path.write_text("\n".join([*own, body.replace("SEP", separator)]), newline="")
        theirs = anki(path)
        try:
            found = read_table(path)
        except DeckError:
            assert not theirs
            return
        ours = {(card.question, card.solution) for deck in found.decks for card in deck.cards}
        left_out = [one for one in found.problems if "empty" not in one.message]
        assert ours == theirs or (left_out and ours < theirs and len(theirs - ours) <= len(left_out))

    reads_the_same()
