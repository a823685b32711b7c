"""The Python that answers run in: what of a card's `requires` it lacks."""

import functools
import os
import shlex
import sys
from collections.abc import Mapping
from importlib import metadata
from importlib.machinery import PathFinder
from typing import Any, NamedTuple

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion

from ptcards.language import _, later
from ptcards.runner import entry, libraries
from ptcards.runner.protocol import RunnerStatus

OURS = dict.fromkeys(("torch", "numpy"), "ptcards[torch]")
INSTALL = {"cv2": "opencv-python", "PIL": "pillow"}
CONDA = {"torch": "pytorch", "cv2": "opencv", "PIL": "pillow"}


class Interpreter(NamedTuple):
    """A Python, seen from outside."""

    python: str  # as it was named
    why: str = ""  # it was taken: "" for ptcards' own
    base: str = ""  # the program itself, not a virtual environment's link to it
    version: str = ""
    folders: tuple[str, ...] = ()  # of the standard library and of packages: what answers may read
    packages: tuple[str, ...] = ()
    conda: str = ""  # the folder of the conda environment that it is

    def command(self, name: str) -> str:
        """What installs a library there, by its import name."""
        if self.conda:
            return f"conda install -p {shlex.quote(self.conda)} {CONDA.get(name, name)}"
        if self.why:
            return f"{shlex.quote(self.python)} -m pip install {INSTALL.get(name, name)}"
        return f"pip install '{OURS.get(name) or INSTALL.get(name, name)}'"

    def unmet(self, requires: Mapping[str, Any], warm: RunnerStatus | None = None) -> str:
        """What of a card's `requires` is missing and how to get it, in one sentence; "" when all is here.

        Without the warm process's status metadata and devices are read, nothing imported.
        """
        versions = warm.versions if warm else {}
        lacking = []
        for name, wanted in requires.items():
            needs = str(wanted).lower()
            if name == "cuda":
                # Asked anew: a device may come while the app is open.
                there = warm.cuda if warm else any(map(os.path.exists, libraries.GPU_DEVICES))
                if needs == "true" and not there:
                    lacking.append(_("a CUDA device, with a torch built for it"))
            elif name == "python":
                if not _fits(self.version, needs):
                    lacking.append(_("Python {} (this is {})", wanted, self.version))
            elif (known := versions.get(name) or version_of(name, self.folders)) is None:
                lacking.append(f"{name} ({self.command(name)})")
            elif known != "?" and not _fits(known, needs):
                words = later("{} {} (this is {}: {} of that version)")
                lacking.append(_(words, name, wanted, known, self.command(name)))
        return _("needs {}", _(", and ").join(lacking)) if lacking else ""


def _fits(version: str, wanted: str) -> bool:
    try:
        return wanted.strip() in ("", "*") or SpecifierSet(wanted).contains(version, prereleases=True)
    except (InvalidSpecifier, InvalidVersion):
        return False


@functools.cache
def version_of(name: str, folders: tuple[str, ...]) -> str | None:
    """What metadata alone say of a package, by import name: its version, "?" without one, None: not there."""
    if not name.isidentifier() or not PathFinder.find_spec(name, [*folders]):
        return "?" if name in sys.builtin_module_names else None
    for found in metadata.distributions(name=name, path=[*folders]):
        return found.version
    for found in metadata.distributions(path=[*folders]):
        files = {str(file).partition("/")[0].partition(".")[0] for file in found.files or ()}
        if name in (found.read_text("top_level.txt") or "").split() or name in files:
            return found.version
    return "?"


def own() -> Interpreter:
    return Interpreter(sys.executable, **entry.facts())
