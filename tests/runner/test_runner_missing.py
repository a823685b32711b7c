"""What a bare install says of the torch that it lacks."""

import sys
from pathlib import Path

import pytest

from ptcards.runner.interpreter import Interpreter, own

BARE = Interpreter("/x/bin/python", version="3.12.1")
NAMED = BARE._replace(why="named by --python")
CASES = {
    "pip": (BARE, "", "pip install 'ptcards[torch]' (CPU build 200 MB, else 3 GB)"),
    "uv": (BARE, "uv-receipt.toml", "uv tool install --torch-backend cpu 'ptcards[torch]' (200 MB)"),
    "pipx": (BARE, "pipx_metadata.json", "pipx install -f 'ptcards[torch]' (CPU build 200 MB, else 3 GB)"),
    "another Python": (
        NAMED,
        "uv-receipt.toml",
        "/x/bin/python -m pip install torch (CPU build 200 MB, else 3 GB)",
    ),
}


@pytest.mark.parametrize(("answers", "receipt", "command"), CASES.values(), ids=CASES)
def test_three_lines_say_what_waits_for_torch_and_how_to_have_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answers: Interpreter, receipt: str, command: str
) -> None:
    for name in (receipt or "pyvenv.cfg", "pip.py"):
        (tmp_path / name).touch()
    answers = answers._replace(folders=(str(tmp_path),))
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    waits, yours, new = answers.advice(19)
    assert "Cards that wait: 19" in waits
    assert "`ptcards --python FILE`" in yours
    assert new == f"A new one: {command}"
    assert command.startswith(answers.command("torch"))
    assert max(map(len, (waits, yours, new))) < 80


def test_nothing_is_said_where_torch_is_no_card_waits_or_no_answer_runs() -> None:
    assert own().advice(19) == BARE.advice(0) == BARE._replace(trouble="it is no Python").advice(19) == ()
