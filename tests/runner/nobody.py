"""A user without any rights, as which root runs answers in tests."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from pathlib import Path
from typing import TypedDict

from ptcards.runner import ground

NOBODY = 65534


class Rights(TypedDict):
    """What a runner is told of whose rights its answers have."""

    user: int | None
    wrap: tuple[str, ...] | None


def no_rights() -> Rights:
    """Nobody's, where root runs the tests; anybody else can become no other, and has few."""
    return {"user": NOBODY, "wrap": _way_in()} if os.getuid() == 0 else {"user": None, "wrap": None}


def _way_in() -> tuple[str, ...] | None:
    """A wrap that lets that user reach Python where it lies in a folder that only root may enter.

    In a mount namespace of its own each such folder is replaced by one that holds nothing but what is needed.
    None where the runner's own wall does that, or where nothing is in the way.
    """
    if shutil.which("bwrap"):
        return None
    ours = Path(ground.__file__).resolve().parents[2]
    needed = [Path(sys.base_prefix).resolve(), *map(Path, ground.package_folders()), ours]
    lines = []
    for closed in _closed_above(needed):
        folder = shlex.quote(str(closed))
        lines += [f"mount --rbind {folder} /mnt", f"mount -t tmpfs -o mode=755 none {folder}"]
        for path in needed:
            if path.is_relative_to(closed):
                at, kept = shlex.quote(str(path)), shlex.quote(str(Path("/mnt", path.relative_to(closed))))
                lines += [f"mkdir -p {at}", f"mount --rbind {kept} {at}"]
        lines.append("umount -l /mnt")
    script = " && ".join([*lines, 'exec "$@"'])
    return ("unshare", "--mount", "sh", "-c", script, "sh") if lines else None


def _closed_above(paths: list[Path]) -> list[Path]:
    """The topmost folders above `paths` that others may not enter."""
    closed = {folder for path in paths for folder in path.parents if not folder.stat().st_mode & 0o001}
    return sorted(folder for folder in closed if not closed & set(folder.parents))
