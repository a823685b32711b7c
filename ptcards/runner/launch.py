"""Starting the warm process: its command, its bare environment, and the folder all scratch lies in."""

import fcntl
import itertools
import json
import os
import shutil
import signal
import socket
import stat
import subprocess
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from ptcards.paths import PACKAGE
from ptcards.runner import entry
from ptcards.runner.protocol import Channel

FLAGS = ("-s", "-S", "-B", "-c", entry.RUN, entry.__file__)
"""No user or site start-up files, no folder of ours or the user's on the path, no bytecode written."""
PASSED_ON = ("CUDA_VISIBLE_DEVICES", "LD_LIBRARY_PATH", "SYSTEMROOT", "DYLD_LIBRARY_PATH")
THREADS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMEXPR_NUM_THREADS")
ENVIRONMENT = dict.fromkeys(THREADS, "1") | {
    **{"PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "LANG": "C.UTF-8", "PYTHONHASHSEED": "0"},
    **{"MPLBACKEND": "Agg", "PYTORCH_NVML_BASED_CUDA_CHECK": "1"},
}
MOST_BYTES, MOST_ENTRIES = 64 << 20, 4096  # what a scratch folder may hold


@dataclass(slots=True)
class Started:
    """A warm process that was just started."""

    process: subprocess.Popen[bytes]
    channel: Channel
    errors: IO[bytes]
    folder: Path
    lock: IO[bytes]

    def end(self) -> str:
        """End it, clear up after it, and give the last line of its error stream, else its status."""
        self.process.kill()
        code = self.process.wait()
        self.channel.end.close()
        self.errors.seek(0)
        lines = self.errors.read()[-2000:].decode("utf-8", "replace").strip().splitlines()
        self.errors.close()
        clear(str(self.folder))
        self.lock.close()
        return lines[-1] if lines else signal.Signals(-code).name if code < 0 else f"status {code}"


def launch(command: list[str], facts: dict[str, Any]) -> Started:
    """Start the warm process, which ends when this end of its channel is closed; stale folders are swept.

    `command` is the interpreter with what is to be before it; `facts` are what the warm process is to know.
    """
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    parent = Path(runtime) if runtime and os.access(runtime, os.W_OK) else Path(tempfile.gettempdir())
    base = parent / f"ptcards-{os.getuid()}"
    base.mkdir(mode=0o700, exist_ok=True)
    if base.is_symlink() or base.stat().st_uid != os.getuid():
        base = Path(tempfile.mkdtemp(prefix="ptcards-"))
    for stale in base.glob("process-*"):
        with suppress(OSError), (stale / "lock").open("wb") as lock:  # one that is locked is in use
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            clear(str(stale))
    folder = Path(tempfile.mkdtemp(prefix="process-", dir=base))  # this run's own, for all scratch
    lock = (folder / "lock").open("wb")
    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    ours, theirs = socket.socketpair()
    facts = facts | {"control": theirs.fileno(), "boot": FLAGS}
    facts |= {"source": str(PACKAGE), "scratch": str(folder)}
    environment = {name: os.environ[name] for name in PASSED_ON if name in os.environ} | ENVIRONMENT
    environment |= {"HOME": str(folder), "TMPDIR": str(folder)}
    errors = tempfile.TemporaryFile()  # noqa: SIM115 - read when the process has ended
    process = subprocess.Popen(
        [*command, *FLAGS, json.dumps(facts)],
        pass_fds=[theirs.fileno()],
        env=environment,
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=errors,
        start_new_session=True,
    )
    theirs.close()
    return Started(process, Channel(ours), errors, folder, lock)


def too_full(folder: str) -> bool:
    """Whether a scratch folder holds more than 64 MiB or 4096 entries; too deep to walk counts as full."""
    total = entries = 0
    waiting = [folder]
    while waiting and total <= MOST_BYTES and entries <= MOST_ENTRIES:
        path = waiting.pop()
        entries += 1
        try:
            with os.scandir(path) as found:
                for entry in itertools.islice(found, MOST_ENTRIES):
                    entries += 1
                    facts = entry.stat(follow_symlinks=False)
                    total += facts.st_blocks * 512
                    waiting += [entry.path] if stat.S_ISDIR(facts.st_mode) else []
        except PermissionError:  # of one that may not be listed, until it may
            waiting.append(path)
            with suppress(OSError):
                os.chmod(path, 0o700)
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError:
            return True
    return total > MOST_BYTES or entries > MOST_ENTRIES


def clear(folder: str) -> None:
    """Remove a scratch folder, also one with folders that nobody may read or nested thousands deep."""
    with suppress(RecursionError):
        shutil.rmtree(folder, ignore_errors=True)
    if os.path.exists(folder):
        for program in (["chmod", "-R", "u+rwx"], ["rm", "-rf"]):
            subprocess.run([*program, "--", folder], check=False, capture_output=True)
