"""The Python that answers run in: which one is taken and why, and what of a card's `requires` it lacks."""

import functools
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from importlib import metadata
from importlib.machinery import PathFinder
from pathlib import Path
from typing import Any, NamedTuple

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion

from ptcards import paths
from ptcards.language import _, later
from ptcards.runner import entry, libraries
from ptcards.runner.protocol import RunnerStatus
from ptcards.text import visible

OLDEST, PATIENCE = (3, 9), 20.0  # seconds that an interpreter has to say what it is
OURS = dict.fromkeys(("torch", "numpy"), "ptcards[torch]")
INSTALL = {"cv2": "opencv-python", "PIL": "pillow"}
EXTRA = {"uv-receipt.toml": "uv tool install --torch-backend cpu", "pipx_metadata.json": "pipx install -f"}
CONDA = {"torch": "pytorch", "cv2": "opencv", "PIL": "pillow"}
VERSION = "import sys; print('Python %d.%d.%d' % sys.version_info[:3]); "  # in every Python there is


class Interpreter(NamedTuple):
    """A Python, seen from outside; `trouble` says why it cannot be used."""

    python: str  # as it was named
    why: str = ""  # it was taken: "" for ptcards' own
    base: str = ""  # the program itself, not a virtual environment's link to it
    version: str = ""
    folders: tuple[str, ...] = ()  # of the standard library and of packages: what answers may read
    packages: tuple[str, ...] = ()
    conda: str = ""  # the folder of the conda environment that it is
    trouble: str = ""

    def __str__(self) -> str:
        words = _("Python {} ({}, {})", self.version, self.python, self.why or _("ptcards' own"))
        return self.trouble or words

    def command(self, name: str) -> str:
        """What installs a library there, by its import name."""
        if self.conda:
            return f"conda install -p {shlex.quote(self.conda)} {CONDA.get(name, name)}"
        named = INSTALL.get(name, name)
        if self.why:
            there = shlex.quote(self.python)  # uv makes environments without pip
            pip = version_of("pip", self.folders)
            return f"{there} -m pip install {named}" if pip else f"uv pip install --python {there} {named}"
        # What an installer leaves in the environments that it makes says how an extra comes in.
        left = (how for file, how in EXTRA.items() if name in OURS and Path(sys.prefix, file).exists())
        return f"{next(left, 'pip install')} '{OURS.get(name, named)}'"

    def advice(self, waiting: int) -> tuple[str, ...]:
        """Three lines on how to have torch, where cards wait and answers run without it; none elsewhere."""
        if not waiting or self.trouble or version_of("torch", self.folders):
            return ()
        command = self.command("torch")
        size = "200 MB" if "cpu" in command else _("CPU build 200 MB, else 3 GB")
        return (
            _("torch is not installed. Cards that wait: {}; the others are asked now.", waiting),
            _("One you have: start ptcards in its environment, or `ptcards --python FILE`."),
            _("A new one: {} ({})", command, size),
        )

    def unmet(self, requires: Mapping[str, Any], warm: RunnerStatus | None = None) -> str:
        """What of `requires` is missing and how to get it, or ""; by metadata where it does not run yet."""
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
            elif warm and name in warm.missing:  # installed, and does not load
                lacking.append(f"{name}: {warm.missing[name]}")
            elif known != "?" and not _fits(known, needs):
                words = later("{} {} (this is {}: {} of that version)")
                lacking.append(_(words, name, wanted, known, self.command(name)))
        return self.trouble or _("needs {}", _(", and ").join(lacking)) if lacking else ""


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
        listed = f"{found.read_text('top_level.txt') or ''}\n{found.read_text('RECORD') or ''}"
        if re.search(rf"(?m)^{name}([/.]|$)", listed):
            return found.version
    return "?"


def choose(runner: Mapping[str, str]) -> Interpreter:
    """The one named; else that of the active environment, where it has torch and ours has not; else ours."""
    if named := os.path.expanduser(runner.get("python", "")):
        # No file may name what lies in whatever folder the app is started in: it counts from the file's own.
        named = named if "by" in runner or os.sep not in named else str(paths.home() / named)
        return _asked(named, _("named by {}", runner.get("by", "config.toml")))
    ours = own()
    for name in () if version_of("torch", ours.folders) else ("VIRTUAL_ENV", "CONDA_PREFIX"):
        if os.path.isabs(folder := os.environ.get(name, "")):
            active = _asked(os.path.join(folder, "bin", "python"), _("{} is active, and has torch", name))
            if version_of("torch", active.folders):
                return active
    return ours


def own() -> Interpreter:
    return Interpreter(sys.executable, **entry.facts())


@functools.cache
def _asked(named: str, why: str) -> Interpreter:
    """What a program says that it is; nothing is installed or written there."""
    path = os.path.abspath(named) if os.sep in named else shutil.which(named) or named
    trouble = ""
    with tempfile.TemporaryFile() as said:  # no pipe, which a process that it left behind could hold open
        how: dict[str, Any] = {"cwd": "/", "stdin": subprocess.DEVNULL, "stdout": said, "stderr": said}
        # Not isolated (`-I`): the user's own site-packages count where this Python counts them.
        command = [path, "-E", "-B", "-c", VERSION + entry.RUN, entry.__file__]
        try:
            # In a session of its own: it asks no terminal for anything, and ends with all that it started.
            asked = subprocess.Popen(command, start_new_session=True, **how)
            asked.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            os.killpg(asked.pid, signal.SIGKILL)
            asked.wait()
            trouble = _("it said nothing for {:g} s; does it lie on a drive that is not there?", PATIENCE)
        except (OSError, ValueError) as error:
            trouble = _("it cannot be started here ({})", getattr(error, "strerror", error))
            if os.path.isdir(path):
                trouble = _("it is a folder: name the program in it, as {}/bin/python", path)
            elif not os.path.exists(path):
                trouble = _("there is no such program")
        said.seek(0)
        text = said.read(1 << 20).decode("utf-8", "replace").strip()
    last, version = text.rpartition("\n")[2], re.search(r"(?m)^Python (\d+)\.(\d+)\.\d+$", text)
    with suppress(ValueError, TypeError, LookupError):
        facts = json.loads(re.findall(r'(?m)^{"base.*', text)[-1])
        facts |= {name: tuple(facts[name]) for name in ("folders", "packages")}
        if os.path.exists(facts["base"]):
            return Interpreter(path, why, **facts)
    if not trouble and not version:
        trouble = _("it is no Python")
    elif version and (int(version[1]), int(version[2])) < OLDEST:
        trouble = _("it is {}; answers need Python 3.9 or newer", version[0])
    elif "ctypes" in last:
        trouble = _("it has no `ctypes`, which contains answers: take another, or build it with libffi")
    trouble = trouble or _("it does not start as it should ({})", visible(last[:200]))
    return Interpreter(path, why, trouble=_("answers cannot be run: {}: {} ({})", path, trouble, why))
