"""What runs in an interpreter that may be foreign and old: it says what it is, or is the warm process."""

import dataclasses
import enum
import importlib
import json
import os
import sys
import sysconfig
from dataclasses import dataclass
from types import ModuleType
from typing import Any

RUN = "import sys; sys.path[:] = [p for p in sys.path if p]; exec(open(sys.argv[1]).read())"
"""Keeps the folder that it is started in off its path; Pythons before 3.11 have no `-P`."""


def facts() -> dict[str, Any]:
    """What this interpreter is: its program, without a virtual environment, and the folders it loads from."""
    prefix, own = sys.base_prefix, {"platbase": sys.base_exec_prefix}
    library = [sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib", vars=own)]
    conda = os.path.isdir(os.path.join(prefix, "conda-meta"))
    library += [one for one in sys.path if os.path.basename(one) == "lib-dynload"]
    named = [one for one in sys.path if os.path.basename(one) in ("site-packages", "dist-packages")]
    packages = [*filter(os.path.isdir, dict.fromkeys(named))]  # a source tree on the path is none
    return {
        "base": os.path.realpath(getattr(sys, "_base_executable", None) or sys.executable),
        "version": ".".join(map(str, sys.version_info[:3])),
        "folders": (*dict.fromkeys(library), *packages, *([os.path.join(prefix, "lib")] if conda else [])),
        "packages": tuple(packages),
        "conda": sys.prefix if conda and sys.prefix == prefix else "",
    }


def start(facts: dict[str, Any]) -> None:
    """Be the warm process; ptcards' files come by path: beside them may lie packages of another Python."""
    sys.path += facts["packages"]
    sys.modules["ptcards"] = package = ModuleType("ptcards")
    package.__path__ = [facts["source"]]
    if old := sys.version_info < (3, 11):  # what they use of newer ones is there only while they are loaded
        enum.StrEnum = lambda name, of: enum.Enum(  # type: ignore[assignment,misc]
            name, of if isinstance(of, dict) else {one: one.lower() for one in of.split()}, type=str
        )
        dataclasses.dataclass = lambda *kind, slots=False, **how: dataclass(*kind, **how)  # noqa: PLW0108
    server = importlib.import_module("ptcards.runner.server")
    if old:
        del enum.StrEnum
        dataclasses.dataclass = dataclass
    server.start(facts)


if __name__ == "__main__":
    if len(sys.argv) > 2:
        start(json.loads(sys.argv[2]))
    importlib.import_module("ctypes")  # without it there is no sandbox
    print(json.dumps(facts()))  # noqa: T201 - that is how it is asked
