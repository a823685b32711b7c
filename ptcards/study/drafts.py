"""Cards that were proposed to the learner, kept as deck files of one card until they take them or not.

Nothing of them is in a deck or in the database, and only the learner's own terminal takes one.
"""

from pathlib import Path

from ptcards import paths
from ptcards.errors import UsageError
from ptcards.language import _, later
from ptcards.text import SLUG

MOST = 50
_MOST_NAMED = 3
_TAKE = "ptcards new --draft {}"


def _folder() -> Path:
    return paths.home() / "drafts"


def waiting() -> list[str]:
    """What their cards would be called (`deck/card`), in order."""
    names = (path.relative_to(_folder()).with_suffix("") for path in _folder().glob("*/*.yaml"))
    return sorted(name.as_posix() for name in names if all(map(SLUG.fullmatch, name.parts)))


def notices() -> tuple[str, ...]:
    """One line that names them and says how to take them; none where there are none."""
    found = waiting()
    if not found:
        return ()
    named = ", ".join(found[:_MOST_NAMED]) + ", …" * (len(found) > _MOST_NAMED)
    words = later("Proposed to you, not in a deck yet: {}. To see one, and take it or not: {}")
    return (_(words, named, _TAKE.format(found[0])),)


def keep(key: str, text: str) -> Path:
    """Write one down, in place of what was proposed under that name before; UsageError where it cannot be."""
    file, found = _folder() / f"{key}.yaml", waiting()
    if key not in found and len(found) >= MOST:
        words = later("{} cards wait already, and no more are kept; take one or throw it away: {}")
        raise UsageError(_(words, len(found), _TAKE.format(found[0])))
    write(file, text)
    return file


def write(file: Path, text: str) -> None:
    """Write a file of one's own, whole or not at all; UsageError where it cannot be."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with paths.replacing(file) as unfinished:
            unfinished.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(_("{}: it cannot be written: {}", file, error.strerror or error)) from None


def find(key: str) -> Path:
    """The file of one; UsageError names those that wait."""
    if key not in (found := waiting()):
        there_are = ", ".join(found) or _("none")
        raise UsageError(_("No card {!r} was proposed. There are: {}.", key, there_are))
    return _folder() / f"{key}.yaml"


def forget(key: str) -> None:
    find(key).unlink(missing_ok=True)
