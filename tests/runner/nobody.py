"""Commands before the runner's own: a user without any rights, and a kernel without layers of the sandbox."""

from __future__ import annotations

import errno
import os
import shlex
import struct
import sys
from pathlib import Path

from ptcards import paths
from tests.conftest import HERE

NOBODY = "65534"


def no_rights() -> tuple[str, ...]:
    """A command that becomes nobody, where root runs the tests; anybody else has few rights already.

    Nobody must reach Python where it lies in a folder that only root may enter, and the run's scratch: in a mount
    namespace of its own each such folder is replaced by one that holds nothing but what is needed.
    """
    if os.getuid() != 0:
        return ()
    needed = [Path(HERE.base).parents[1], *map(Path, HERE.packages), paths.PACKAGE.parent]
    lines = [f'chown {NOBODY}:{NOBODY} "$HOME"', 'chmod o+x "$(dirname "$HOME")"']
    # The topmost folders above these that others may not enter.
    shut = {folder for path in needed for folder in path.parents if not folder.stat().st_mode & 0o001}
    for closed in sorted(folder for folder in shut if not shut & set(folder.parents)):
        folder = shlex.quote(str(closed))
        lines += [f"mount --rbind {folder} /mnt", f"mount -t tmpfs -o mode=755 none {folder}"]
        for path in needed:
            if path.is_relative_to(closed):
                at, kept = shlex.quote(str(path)), shlex.quote(str(Path("/mnt", path.relative_to(closed))))
                lines += [f"mkdir -p {at}", f"mount --rbind {kept} {at}"]
        lines.append("umount -l /mnt")
    become = f"exec setpriv --reuid {NOBODY} --regid {NOBODY} --clear-groups"
    script = " && ".join([*lines, f'{become} "$@"'])
    return ("unshare", "--mount", "sh", "-c", script, "sh")


def refusing(landlock: int, *, calls: bool = False) -> tuple[str, ...]:
    """A command that goes on where Landlock's first call gives an error, and no other filter can be put up."""
    rows = [(0x20, 0, 0, 0), (0x15, 0, 1, 444), (6, 0, 0, 0x50000 | landlock), (0x15, 0, 3, 157)]
    rows += [(0x20, 0, 0, 16), (0x15, 0, 1, 22 if calls else 999), (6, 0, 0, 0x50000 | errno.EINVAL)]
    code = b"".join(struct.pack("HBBI", *row) for row in [*rows, (6, 0, 0, 0x7FFF0000)])
    script = (
        f"import ctypes, os, sys; code = ctypes.create_string_buffer(bytes.fromhex('{code.hex()}')); "
        "program = (ctypes.c_uint64 * 2)(8, ctypes.addressof(code)); put = ctypes.CDLL(None).prctl; "
        "put(38, 1, 0, 0, 0); put(22, 2, program, 0, 0); os.execvp(sys.argv[1], sys.argv[1:])"
    )
    return sys.executable, "-c", script
