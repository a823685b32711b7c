"""Whether this machine has what a card requires, told without importing any of it."""

from __future__ import annotations

import platform
from functools import cache
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from packaging.specifiers import InvalidSpecifier, SpecifierSet

if TYPE_CHECKING:
    from collections.abc import Mapping

_DISTRIBUTIONS = {
    "cv2": (
        "opencv-python-headless",
        "opencv-python",
        "opencv-contrib-python-headless",
        "opencv-contrib-python",
    ),
    "sklearn": ("scikit-learn",),
    "PIL": ("pillow",),
    "skimage": ("scikit-image",),
}


def is_met(requires: Mapping[str, str | bool]) -> bool:
    """Whether all of `requires` is here, as far as metadata tells; the runner has the last word."""
    return all(_is_here(name, str(wanted)) for name, wanted in requires.items())


@cache
def _is_here(name: str, wanted: str) -> bool:
    if name == "cuda":
        return wanted.lower() != "true" or Path("/dev/nvidia0").exists()
    found = platform.python_version() if name == "python" else _version(name)
    if found is None:
        return False
    try:
        return wanted == "*" or not found or SpecifierSet(wanted).contains(found, prereleases=True)
    except InvalidSpecifier:
        return False


def _version(name: str) -> str | None:
    """The version of an importable package, "" where it has none, None where it is not here."""
    if find_spec(name) is None:
        return None
    for distribution in _DISTRIBUTIONS.get(name, (name,)):
        try:
            return metadata.version(distribution)
        except metadata.PackageNotFoundError:
            continue
    return ""
