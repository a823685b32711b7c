"""The folder an answer may write in: made, measured and cleared away, whatever was put there."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile

MOST_BYTES = 64 << 20
MOST_ENTRIES = 4096


def make(parent: str) -> str:
    return tempfile.mkdtemp(prefix="answer-", dir=parent)


def too_full(folder: str) -> bool:
    """Whether a scratch folder holds more than 64 MiB or 4096 entries; too deep to look at counts as full."""
    total = entries = 0
    waiting = [folder]
    while waiting:
        try:
            with os.scandir(waiting.pop()) as found:
                for entry in found:
                    entries += 1
                    facts = entry.stat(follow_symlinks=False)
                    total += facts.st_blocks * 512
                    if stat.S_ISDIR(facts.st_mode):
                        waiting.append(entry.path)
                    if total > MOST_BYTES or entries > MOST_ENTRIES:
                        return True
        except (FileNotFoundError, NotADirectoryError, PermissionError):
            continue
        except OSError:
            return True
    return False


def clear(folder: str) -> None:
    """Remove a scratch folder, also one with unreadable folders or folders nested thousands deep."""
    shutil.rmtree(folder, ignore_errors=True) if _shallow(folder) else _flatten(folder)


def _shallow(folder: str) -> bool:
    """Whether there is nothing but files: the usual case, and the quick one."""
    try:
        with os.scandir(folder) as found:
            return all(not entry.is_dir(follow_symlinks=False) for entry in found)
    except OSError:
        return True


def _flatten(folder: str) -> None:
    """Bring every nested folder up to the top, then remove it: no recursion and no long paths."""
    number = 0
    while inner := _folders(folder):
        for path in inner:
            os.chmod(path, 0o700)
            for entry in list(os.scandir(path)):
                if entry.is_dir(follow_symlinks=False):
                    os.chmod(entry.path, 0o700)
                    os.rename(entry.path, os.path.join(folder, f"{number}-of-the-deep"))
                    number += 1
                else:
                    os.unlink(entry.path)
            os.rmdir(path)
    shutil.rmtree(folder, ignore_errors=True)


def _folders(folder: str) -> list[str]:
    with os.scandir(folder) as found:
        return [entry.path for entry in found if entry.is_dir(follow_symlinks=False)]
