import gc
import sys
from pathlib import Path

import pytest

import ptcards.tui.app
from ptcards.cli.main import ptcards as command
from ptcards.tui.app import PtcardsApp


def test_garbage_is_collected_again_once_the_first_screen_is_drawn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bool] = []

    def instead_of_the_app(app: PtcardsApp) -> int:
        seen.append(gc.isenabled())
        assert app.make_runner is not None
        app.make_runner()
        seen.append(gc.isenabled())
        return 0

    monkeypatch.setenv("PTCARDS_HOME", str(tmp_path))
    monkeypatch.setattr(ptcards.tui.app, "run", instead_of_the_app)
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        monkeypatch.setattr(stream, "isatty", lambda: True)
    assert command.main([], standalone_mode=False) == 0
    assert seen == [False, True]
    gc.unfreeze()
