"""Where things lie on the user's machine and inside the package; how a file is replaced, a defect kept."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
BUILT_IN = ("pytorch-notes", "tensor-fluency", "autograd-and-training", "by-hand")


def home() -> Path:
    """The folder of everything the app keeps: `PTCARDS_HOME`, else `ptcards` in the user's data folder."""
    if named := os.environ.get("PTCARDS_HOME"):
        return Path(named).expanduser().absolute()
    # As platformdirs would say it, which takes a prompt ten milliseconds to import.
    ours = "~/Library/Application Support" if sys.platform == "darwin" else "~/.local/share"
    given = os.environ.get("XDG_DATA_HOME", "")
    return Path(given if Path(given).is_absolute() else ours).expanduser() / "ptcards"


def database() -> Path | str:
    """The database: `PTCARDS_DATABASE`, a file or the URL of a server, else `ptcards.db` in `home()`."""
    named = os.environ.get("PTCARDS_DATABASE", "").strip() or home() / "ptcards.db"
    return named if "://" in str(named) else Path(named).expanduser().absolute()


def copy_of(learner: str, number: int) -> Path:
    """The copy here of what a learner has on a server: `--offline` works on it."""
    return home() / f"offline-{learner}-{number:08x}.db"


def is_copy(database: Path) -> bool:
    return database.parent == home() and database.name.startswith("offline-")


def private(database: object) -> tuple[Path, ...]:
    """The folders that no answer may see: `home()`, and that of the database where it is a file."""
    return (home(), database.parent) if isinstance(database, Path) else (home(),)


def config_file() -> Path:
    return home() / "config.toml"


def own_decks() -> Path:
    """Where copies of built-in decks go once they are edited."""
    return home() / "decks"


def shipped(folder: str) -> Path:
    """`decks`, `locale` or `migrations`: in the wheel it is inside the package, in a checkout beside it."""
    inside = PACKAGE / folder
    return inside if inside.is_dir() else PACKAGE.parent / folder


def built_in_decks() -> tuple[Path, ...]:
    """The decks that come with the program: the first is there from the start, the others are offered."""
    folder = shipped("decks")
    return tuple(folder / f"{slug}.yaml" for slug in BUILT_IN)


@contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """A path beside `target` to write a file to: it takes the target's place once it is whole, or is removed.

    The folder must be there; OSError where it cannot be written.
    """
    unfinished = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        yield unfinished
        with unfinished.open("rb+") as file:
            os.fsync(file.fileno())
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)


def keep_report(error: BaseException) -> Path | None:
    """Add `error` with its traceback to `crash.log` in `home()`; None where that cannot be written."""
    file = home() / "crash.log"
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with file.open("a", encoding="utf-8", errors="backslashreplace") as log, redirect_stderr(log):
            sys.__excepthook__(type(error), error, error.__traceback__)
    except OSError:
        return None
    return file
