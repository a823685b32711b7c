"""What failed in a process of the user's, kept for `ptcards capture --last`; nothing of it is run."""

import json
import os
from pathlib import Path

from ptcards import paths
from ptcards.language import _, later
from ptcards.runner import frames

KEPT = "last-failure.json"


def keep(error: BaseException, root: Path) -> str:
    """Keep a failure in `home()`; why it was not kept, else ""."""
    own = f"{root}{os.sep}"
    frame, line = frames.of_traceback(error.__traceback__, lambda name: _is_own(name, own))
    if frame is None:
        return _("ptcards: none of the lines that failed is in a file below {}", root)
    file = Path(frame.f_code.co_filename)
    try:
        statement = frames.statement_at(file.read_text("utf-8"), line)[2]
    except (OSError, ValueError):
        return _("ptcards: {} cannot be read", file)
    if statement.startswith("assert ") and isinstance(error, AssertionError):
        words = later(
            "ptcards: `{}` did not hold; the mistake is in what it tests: git diff | ptcards capture --diff"
        )
        return _(words, statement.partition("\n")[0])
    described = frames.describe({**frame.f_globals, **frame.f_locals}, statement)
    kept = {"error": type(error).__name__, "message": str(error)[:2000], "file": str(file), "line": line}
    kept |= {"failing": statement, "described": described}
    target = paths.home() / KEPT
    try:
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with paths.replacing(target) as unfinished:
            unfinished.write_text(json.dumps(kept), encoding="utf-8")
            unfinished.chmod(0o600)
    except (OSError, ValueError, TypeError) as problem:
        return _("ptcards: the failure could not be kept: {}", problem)
    return ""


def kept_since(seconds: float) -> str:
    """What to say where a process of this run has kept a failure since then; else ""."""
    target = paths.home() / KEPT
    try:
        if target.stat().st_mtime < seconds:
            return ""
        kept = json.loads(target.read_text("utf-8"))
        return _("Make a card of {}: ptcards capture --last", f"{Path(kept['file']).name}:{kept['line']}")
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def _is_own(name: str, root: str) -> bool:
    return name.startswith(root) and "site-packages" not in name and "dist-packages" not in name
