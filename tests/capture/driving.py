"""The scripts of `failures/` made cards as their authors would; as a program it prints a table of all, or of those named.

The first lines of a script say how it was mended: `# fix:` has the line that is right for the one that raises,
`# before:` and `# after:` a line and what it became, of which a diff is made.
"""

from __future__ import annotations

import difflib
import re
import subprocess
import sys
import tempfile
import textwrap
from contextlib import chdir
from pathlib import Path
from time import monotonic
from typing import NamedTuple

from ptcards.checking import capture, check, mistakes  # noqa: F401 - before Runner is another, for their annotations
from tests.cli.shell import QuickShell, Shell
from tests.conftest import running

HERE = Path(__file__).parent
SCRIPTS = sorted((HERE / "failures").glob("*.py"))
_SAID = re.compile(r"# (fix|before|after): (.*)")


class Made(NamedTuple):
    why: str  # it became no card; "": it did
    card: str  # what was shown of it
    seconds: float  # for capture itself


def mended(script: str) -> dict[str, str]:
    """What the first lines of a script say: its fix, or what was before and after."""
    said: dict[str, list[str]] = {}
    for line in script.splitlines():
        if not (found := _SAID.match(line)):
            break
        said.setdefault(found[1], []).append(found[2])
    return {name: "\n".join(lines) for name, lines in said.items()}


def diff_of(script: Path) -> str:
    """The script's mending as git shows it."""
    text = script.read_text()
    how = mended(text)
    (indent,) = re.findall(rf"^( *){re.escape(how['before'])}$", text, re.MULTILINE)
    was, now = (textwrap.indent(how[name], indent) + "\n" for name in ("before", "after"))
    after = text.replace(f"\n{was}", f"\n{now}")
    old, new = text.splitlines(keepends=True), after.splitlines(keepends=True)
    return "".join(difflib.unified_diff(old, new, f"a/{script}", f"b/{script}"))


def traceback_of(script: Path, folder: Path) -> str:
    """What the script prints where it fails, run by Python itself."""
    command = [sys.executable, str(script)]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False).stderr


def make(script: Path, shell: Shell, folder: Path) -> Made:
    """Capture the script's failure into a new deck, and let `check --mutate` judge that."""
    how, deck = mended(script.read_text()), script.stem.replace("_", "-")
    failure = folder / "failure.txt"
    if "fix" in how:
        failure.write_text(traceback_of(script, folder))
        arguments = ["--fix", how["fix"]]
    else:
        failure.write_text(diff_of(script))
        arguments = ["--diff"]
    began = monotonic()
    with chdir(folder):  # where a card to finish by hand would be left
        captured = shell("capture", failure, *arguments, "--deck", deck, "--yes")
    seconds = monotonic() - began
    if captured.code:
        return Made(captured.err, captured.out, seconds)
    checked = shell("check", "--mutate", shell.home / "decks" / f"{deck}.yaml")
    return Made(checked.out if checked.code or "warning" in checked.out else "", captured.out, seconds)


def main(names: list[str]) -> None:
    made, took = 0, list[float]()
    with tempfile.TemporaryDirectory() as folder, running(private=(Path(folder),)) as runner:
        shell = QuickShell(Path(folder) / "home", lambda: runner)
        for script in SCRIPTS if not names else [one for one in SCRIPTS if one.stem in names]:
            found = make(script, shell, Path(folder))
            made += not found.why
            took.append(found.seconds)
            said = " ".join(found.why.split()) or "a card"
            print(f"{script.stem:22} {found.seconds:5.1f} s  {said}", flush=True)
            if names:
                print(found.card)
    middle = sorted(took)[len(took) // 2]
    print(f"{made} of {len(took)} became cards; {max(took):.1f} s at most, {middle:.1f} s in the middle")


if __name__ == "__main__":
    main(sys.argv[1:])
