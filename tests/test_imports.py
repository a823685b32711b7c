"""What a start must not load, seen by running it: a static contract does not see a deferred import."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    ("module", "forbidden"),
    [
        ("ptcards", ("click", "IPython", "sqlite3")),
        ("ptcards.cli.main", ("textual", "sqlalchemy", "alembic", "yaml", "torch", "numpy", "orjson")),
        ("ptcards.tui.app", ("sqlalchemy", "alembic", "torch", "numpy", "cv2", "yaml", "pygments")),
        ("ptcards.store.glance", ("sqlalchemy", "alembic", "textual", "yaml")),
        ("ptcards.cli.review", ("sqlalchemy", "hashlib", "json", "tomllib", "difflib", "dataclasses")),
        ("ptcards.cli.settings", ("sqlalchemy", "hashlib", "ptcards.scheduling.fsrs")),
        ("ptcards.cli.notebook", ("torch", "numpy", "cv2", "textual")),
        ("ptcards.runner.runner", ("torch", "numpy", "cv2", "textual", "sqlalchemy")),
    ],
)
def test_importing_a_door_leaves_the_heavy_libraries_out(module: str, forbidden: tuple[str, ...]) -> None:
    code = f"import {module}, sys; print(' '.join(sorted(set({forbidden!r}) & set(sys.modules))))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
