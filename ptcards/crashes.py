"""What is kept of a defect of ours, so that it can be reported."""

import traceback
from pathlib import Path

from ptcards import paths


def keep_report(error: BaseException) -> Path | None:
    """Add `error` with its traceback to `crash.log` in `paths.home()`; None where that cannot be written."""
    file = paths.home() / "crash.log"
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with file.open("a", encoding="utf-8", errors="backslashreplace") as log:
            traceback.print_exception(error, file=log)
    except OSError:
        return None
    return file
