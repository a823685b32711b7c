"""Tracebacks as programs print them, in whatever surrounds them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ptcards.checking.tracebacks import culprit, read_tracebacks
from ptcards.errors import UsageError

TEXTS = Path(__file__).with_name("texts")

FOUND = {
    "plain-3.9": ("ZeroDivisionError", "division by zero", "train.py", 8, "return [a / b"),
    "plain-3.11": ("ZeroDivisionError", "division by zero", "train.py", 8, "return [a / b"),
    "plain-3.13": ("ZeroDivisionError", "division by zero", "train.py", 8, "return [a / b"),
    "chained-3.13": ("KeyError", "'b'", "train.py", 15, "return table[name]"),
    "group-3.13": ("ZeroDivisionError", "division by zero", "group.py", 2, "return 10 / n"),
    "recursion-3.12": ("RecursionError", "maximum recursion depth", "deep.py", 2, "return f(n + 1)"),
    "syntax-3.13": ("SyntaxError", "invalid syntax", "bad.py", 2, "y = = 4"),
    "torch-mm": ("RuntimeError", "mat1 and mat2 shapes", "mm.py", 7, "out = model(images)"),
    "state-dict": ("RuntimeError", "Error(s) in loading state_dict", "sd.py", 3, "b.load_state_dict("),
    "cv2": ("cv2.error", "OpenCV(5.0.0)", "cv.py", 4, "gray = cv2.cvtColor(img, cv2.COLOR_BGR2GRAY)"),
    "collate-worker": (
        "RuntimeError",
        "stack expects each tensor",
        "loader.py",
        21,
        "for batch in DataLoader",
    ),
    "getitem-worker": (
        "IndexError",
        "index 3 is out of bounds",
        "loader.py",
        15,
        "return torch.zeros(3)[i + 3]",
    ),
    "pool-3.12": ("ZeroDivisionError", "division by zero", "pool.py", 3, "return 1 / x"),
    "ipython": ("ZeroDivisionError", "division by zero", "train.py", 8, "return [a / b"),
    "ipython-run": ("ZeroDivisionError", "division by zero", "train2.py", 8, "return [a / b"),
    "jupyter-7": ("RuntimeError", "mat1 and mat2", "<ipython-input-3-1f2d8c4a0b11>", 2, "y = x @ x"),
    "pytest-long": ("ZeroDivisionError", "division by zero", "train2.py", 8, "return [a / b"),
    "pytest-short": ("ZeroDivisionError", "division by zero", "train2.py", 8, "return [a / b"),
    "pytest-native": ("ZeroDivisionError", "division by zero", "train2.py", 8, "return [a / b"),
    "pytest-line": ("ZeroDivisionError", "division by zero", "train2.py", 8, ""),
    "pytest-colour": ("ZeroDivisionError", "division by zero", "train2.py", 8, "return [a / b"),
    "rich": ("ZeroDivisionError", "division by zero", "train2.py", 8, "return [a / b"),
    "windows": (
        "RuntimeError",
        "expected scalar type Long but found Float",
        "train.py",
        8,
        "loss = criterion(out, y)",
    ),
    "ranks": ("ValueError", "Expected input batch_size (4)", "ddp.py", 22, "loss = loss_fn(out, y)"),
    "stopped": ("KeyboardInterrupt", "", "train.py", 9, "time.sleep(9)"),
}
"""By text: the error, how its message begins, the file and the line of one's own, and its code."""
REFUSED = {
    "node": "this is JavaScript",
    "java": "this is Java:",
    "rust": "this is Rust",
    "segfault": "Python itself was ended here",
    "cut": "the traceback is cut off",
    "log": "no traceback was found",
}


@pytest.mark.parametrize("name", FOUND)
def test_a_traceback_tells_its_error_and_the_line_of_ones_own(name: str) -> None:
    error, message, file, line, code = FOUND[name]
    raised, frame = culprit(read_tracebacks((TEXTS / f"{name}.txt").read_text()))
    assert (raised.error, frame.name, frame.line) == (error, file, line)
    assert raised.message.startswith(message)
    assert "INFO" not in raised.message
    assert frame.source.startswith(code)


@pytest.mark.parametrize("name", REFUSED)
def test_what_holds_no_traceback_of_python_says_so(name: str) -> None:
    with pytest.raises(UsageError, match=REFUSED[name]):
        read_tracebacks((TEXTS / f"{name}.txt").read_text())


def test_every_text_is_tried() -> None:
    assert {path.stem for path in TEXTS.glob("*.txt")} == FOUND.keys() | REFUSED.keys()


def test_a_message_of_several_lines_is_kept() -> None:
    raised, _frame = culprit(read_tracebacks((TEXTS / "state-dict.txt").read_text()))
    assert 'Missing key(s) in state_dict: "0.weight"' in raised.message


@pytest.mark.parametrize(
    ("frames", "why"),
    [
        ('  File "/usr/lib/python3.12/json/decoder.py", line 355, in raw_decode\n', "none of the lines"),
        ('  File "a.py", line 3, in <module>\n    raise ValueError("no")\n', "raises ValueError by itself"),
    ],
)
def test_a_traceback_without_a_line_to_learn_from_says_why(frames: str, why: str) -> None:
    text = f"Traceback (most recent call last):\n{frames}ValueError: no\n"
    with pytest.raises(UsageError, match=why):
        culprit(read_tracebacks(text))


WORD = st.sampled_from(
    [line for path in sorted(TEXTS.glob("*.txt")) for line in path.read_text().splitlines()[:12]]
)


@given(st.lists(st.one_of(WORD, st.text(max_size=30)), max_size=30))
def test_whatever_is_read_gives_a_failure_or_a_sentence(lines: list[str]) -> None:
    try:
        raised, frame = culprit(read_tracebacks("\n".join(lines)))
    except UsageError:
        return
    assert raised.error
    assert frame.line >= 0


LOG = st.lists(st.text(st.characters(exclude_characters='"', exclude_categories=["Cs", "Cc"])), max_size=5)


@given(LOG, LOG, st.sampled_from(["", "\x1b[31m", "| "]))
def test_a_log_around_it_changes_nothing(before: list[str], after: list[str], prefix: str) -> None:
    text = (TEXTS / "plain-3.13.txt").read_text()
    colour = "\x1b[0m" if "\x1b" in prefix else ""
    told = "\n".join(f"{prefix}{line}{colour}" for line in text.splitlines())
    raised, frame = culprit(read_tracebacks("\n".join([*before, told, "", *after])))
    assert (raised.error, raised.message, frame.line) == ("ZeroDivisionError", "division by zero", 8)
