"""A card as a file: what stands in it, whatever its texts are, and what is read of it, however it is saved."""

from __future__ import annotations

import ast
import stat
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ptcards.deck.card import Accepts, Card
from ptcards.study.sheet import Scratch, sheet_of

KEY = "mine/turn"
TURN = Card(
    "turn", "Turn `x` round.", "x[::-1]", given="x = [1, 2, 3]\n", forbid=("loop",), starter="sorted(x)"
)
SHEET = sheet_of(TURN, KEY, "import math\n", 3)


def test_the_file_is_code_that_a_linter_knows_all_names_of_and_no_hint_or_solution_is_in_it() -> None:
    card = TURN._replace(hints=("A slice has a third number.",), explanation="It goes backwards.")
    text = sheet_of(card, KEY, "import math\n", 3).text(card.starter)
    assert text.startswith("# Turn `x` round.\n#\n# Without: loops\n\n")
    assert text.endswith(
        "\nimport math\n\nx = [1, 2, 3]\n\n# --- 3 mine/turn: your answer, below this line ---\nsorted(x)\n"
    )
    assert not any(said in text for said in ("third", "backwards", "[::-1]"))


@pytest.mark.parametrize("accepts", [Accepts.LITERAL, Accepts.TEXT, Accepts.RECALL])
def test_what_is_no_code_says_how_it_is_answered(accepts: Accepts) -> None:
    head = sheet_of(Card("two", "1 + 1?", "2", accepts=accepts), KEY, "import torch\n", 1).head
    assert all(line.startswith("#") for line in head.split("\n") if line)
    assert head.count("\n") == 5


MARK = SHEET.mark


@given(question=st.text(min_size=1), starter=st.text())
@example(question=f"{MARK}\n{MARK[2:]}\r\x0b\x85\u2028{MARK}", starter=MARK)
@example(question=MARK[2:].replace("--- 3", "--- 2"), starter="")
@example(question='"""\nimport os\n\\', starter="\x1b]0;title\x07")
def test_no_question_is_code_and_the_answer_is_what_was_put_below(question: str, starter: str) -> None:
    sheet = sheet_of(TURN._replace(question=question, starter=starter), KEY, "import math\n", 3)
    assert ast.unparse(ast.parse(sheet.head)) == "import math\nx = [1, 2, 3]"
    assert "\x1b" not in sheet.text(starter)
    written = sheet.read(sheet.text("x[0]"))
    assert written is not None
    assert (written.answer, written.changed) == ("x[0]", False)
    assert sheet.text("x[0]").split("\n")[written.line - 1] == "x[0]"
    assert sheet_of(TURN, KEY, "", 2).read(sheet.head) is None


def test_the_mark_in_what_is_given_cuts_nothing_and_an_editor_finds_no_settings() -> None:
    for foreign in (
        "# vim: set shell=x:",
        "# -*- eval: (x) -*-",
        "# Local Variables:",
        "#\tex:se nu",
        "# vim<702:x",
    ):
        hostile = f"x = 1\n{MARK}\n{foreign}\n"
        sheet = sheet_of(Card("a", foreign, "1", given=hostile, starter=foreign), KEY, hostile, 3)
        text = sheet.text(foreign)
        assert [number for number, line in enumerate(text.split("\n")) if line == MARK] == [
            sheet.head.count("\n") - 1
        ]
        assert foreign.lstrip("#\t ") not in text
    # Where it is only an exception that somebody names, the code stays the same code.
    (handler,) = ast.parse(
        sheet_of(TURN._replace(given="try: x\nexcept E as ex: pass"), KEY, "", 1).head
    ).body
    assert ast.unparse(handler) == "try:\n    x\nexcept E as ex:\n    pass"


def read(text: str) -> tuple[str, bool] | None:
    written = SHEET.read(text)
    return written and (written.answer, written.changed)


def test_the_answer_is_what_stands_below_the_mark_whatever_stands_above() -> None:
    whole = SHEET.text("a = 1\n\na\n\n")
    assert read(whole) == ("a = 1\n\na", False)
    assert read(
        whole.replace("import math", "import   math  # mine").replace("[1, 2, 3]", "[\n  1, 2, 3,\n]")
    ) == ("a = 1\n\na", False)
    assert read(whole.replace("[1, 2, 3]", "[3, 2, 1]")) == ("a = 1\n\na", True)
    assert read(whole.replace("x = [1", "x = ([1")) == ("a = 1\n\na", True)
    assert read(f"{MARK}\nx") == ("x", True)
    assert read(f"  {MARK.replace('--- 3', '---3')}  \n\n  x") == ("  x", True)
    # One that is written a second time is the learner's.
    assert read(SHEET.text(f"x\n{MARK}\ny")) == (f"x\n{MARK}\ny", False)
    assert read(whole.replace(MARK, "")) is None
    assert read(sheet_of(TURN, KEY, "import math\n", 4).text("x")) is None
    assert read("") is None


def test_without_the_mark_the_answer_is_what_the_card_did_not_say() -> None:
    assert SHEET.rest("x[::-1]\n") == "x[::-1]"
    assert SHEET.rest(SHEET.text("y = x\n\ny[::-1]").replace(MARK, "")) == "y = x\n\ny[::-1]"
    assert SHEET.rest(SHEET.head) == SHEET.rest("") == ""


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Scratch:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    scratch = Scratch()
    scratch.write(SHEET.text("x"))
    return scratch


def in_place(file: Path, data: bytes) -> None:
    file.write_bytes(data)


def by_renaming(file: Path, data: bytes) -> None:
    other = file.with_name(".answer.py.new")
    other.write_bytes(data)
    other.replace(file)


def with_a_backup(file: Path, data: bytes) -> None:
    file.rename(file.with_name("answer.py~"))
    file.with_name(".answer.py.swp").write_bytes(b"b0VIM 9.0")
    file.write_bytes(data)


@pytest.mark.parametrize("save", [in_place, by_renaming, with_a_backup])
def test_a_save_is_seen_once_however_an_editor_does_it(
    scratch: Scratch, save: Callable[[Path, bytes], None]
) -> None:
    with scratch:
        assert [scratch.saved(), scratch.saved()] == [None, None]
        save(scratch.file, SHEET.text("y").encode())
        assert [scratch.saved(), scratch.saved(), scratch.saved()] == [None, SHEET.text("y"), None]
        for data in (
            b"\xef\xbb\xbf" + SHEET.text("z").encode(),
            SHEET.text("z").replace("\n", "\r\n").encode(),
        ):
            save(scratch.file, data)
            assert [scratch.saved(), scratch.saved()] == [None, SHEET.text("z")]
        # What our own hand writes is nobody's save.
        scratch.write(SHEET.text("mine"))
        assert [scratch.saved(), scratch.saved()] == [None, None]
    assert not scratch.folder.exists()


def test_what_is_half_written_or_gone_for_a_moment_is_waited_for_and_of_two_saves_the_newest_counts(
    scratch: Scratch,
) -> None:
    whole = SHEET.text("x[::-1]").encode()
    with scratch:
        for begun in (b"", whole[:20], whole[:-3]):
            scratch.file.write_bytes(begun)
            assert scratch.saved() is None
        scratch.file.unlink()
        assert [scratch.saved(), scratch.saved(), scratch.gone] == [None, None, True]
        scratch.file.mkdir()
        assert [scratch.saved(), scratch.saved(), scratch.read()] == [None, None, None]
        scratch.file.rmdir()
        scratch.file.write_bytes(SHEET.text("first").encode())
        assert scratch.saved() is None
        scratch.file.write_bytes(whole)
        assert [scratch.saved(), scratch.saved()] == [None, whole.decode()]
        scratch.file.write_bytes(b"\xff\xfe")
        assert [scratch.saved(), scratch.saved()] == [None, "\ufffd\ufffd"]


def test_nobody_else_reads_the_file_and_what_is_to_be_kept_stays(scratch: Scratch) -> None:
    with scratch:
        scratch.file.chmod(0o644)
        scratch.write(SHEET.text("y"))
        modes = [stat.S_IMODE(one.stat().st_mode) for one in (scratch.folder, scratch.file)]
        assert modes == [0o700, 0o600]
        scratch.kept = True
    assert scratch.read() == SHEET.text("y")
    scratch.kept = False
    with scratch:
        scratch.folder.rename(scratch.folder.with_name(f"{scratch.folder.name}-moved"))
        scratch.write("again")
        assert scratch.read() == "again"
