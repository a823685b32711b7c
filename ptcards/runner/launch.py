"""Starting the warm process: its command, its bare environment, its folder, and bubblewrap around it."""

from __future__ import annotations

import fcntl
import importlib.util
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import IO, Any

from ptcards.runner import ground, scratch

BOOT = (
    "import sys, json; facts = json.loads(sys.argv[1]); sys.path[:0] = [facts['source']]; "
    "from ptcards.runner.warm import start; start(facts)"
)
FLAGS = ("-P", "-s", "-S", "-B", "-c", BOOT)
"""No user or site start-up files, no folder of ours or the user's on the path, no bytecode written."""
AS_ANOTHER = [
    "--unshare-pid",
    "--unshare-net",
    "--unshare-ipc",
    "--cap-add",
    "CAP_SETUID",
    "--cap-add",
    "CAP_SETGID",
]
"""For root that becomes another user inside: a user namespace would know no other."""
SCRATCH_BYTES = 128 << 20
PASSED_ON = ("CUDA_VISIBLE_DEVICES", "LD_LIBRARY_PATH", "SYSTEMROOT", "DYLD_LIBRARY_PATH")
SINGLE = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMEXPR_NUM_THREADS")


@dataclass(slots=True)
class Started:
    """A warm process that was just started."""

    process: subprocess.Popen[bytes]
    control: socket.socket
    errors: IO[bytes]
    folder: Path
    lock: IO[bytes]

    def complaint(self) -> str:
        """The last line it wrote on its own error stream."""
        self.errors.seek(0)
        lines = self.errors.read()[-2000:].decode("utf-8", "replace").strip().splitlines()
        return lines[-1] if lines else ""

    def clear(self) -> None:
        self.control.close()
        self.errors.close()
        scratch.clear(str(self.folder))
        Path(f"{self.folder}.lock").unlink(missing_ok=True)
        self.lock.close()


def launch(
    mode: str,
    *,
    wrap: tuple[str, ...] | None,
    ahead: bool,
    libraries: tuple[str, ...],
    user: int | None,
) -> Started:
    """Start the warm process; the calling thread must live as long, or the kernel ends it."""
    folder, lock = run_folder()
    packages = ground.package_folders()
    source = str(Path(__file__).resolve().parents[2])
    walls = bubblewrap(packages, source, user) if wrap is None else wrap
    inside = "/tmp" if walls and wrap is None else str(folder)  # noqa: S108 - a tmpfs of the wall's own
    if user is not None:
        os.chown(folder, user, user)
    ours, theirs = socket.socketpair()
    facts = _facts(mode, libraries) | {
        "ahead": ahead,
        "user": user,
        "control": theirs.fileno(),
        "packages": packages,
        "source": source,
        "scratch": inside,
        "walled": bool(walls and wrap is None),
    }
    errors = tempfile.TemporaryFile()  # noqa: SIM115 - read when the process has ended
    process = subprocess.Popen(
        [*walls, interpreter(), *FLAGS, json.dumps(facts)],
        pass_fds=[theirs.fileno()],
        env=environment(inside),
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=errors,
        start_new_session=True,
    )
    theirs.close()
    return Started(process, ours, errors, folder, lock)


def _facts(mode: str, libraries: tuple[str, ...]) -> dict[str, Any]:
    facts: dict[str, Any] = {"role": "warm", "mode": mode, "libraries": libraries, "boot": FLAGS}
    if mode == "spawn":
        facts["versions"], facts["missing"] = installed(libraries)
    return facts


def interpreter() -> str:
    """The interpreter itself, not a virtual environment's link to it."""
    return str(Path(getattr(sys, "_base_executable", None) or sys.executable).resolve())


def environment(folder: str) -> dict[str, str]:
    bare = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    bare |= dict.fromkeys(SINGLE, "1")
    bare |= {"PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "LANG": "C.UTF-8", "PYTHONHASHSEED": "0"}
    return bare | {
        "HOME": folder,
        "TMPDIR": folder,
        "MPLBACKEND": "Agg",
        "PYTORCH_NVML_BASED_CUDA_CHECK": "1",
    }


def installed(libraries: tuple[str, ...]) -> tuple[dict[str, str], dict[str, str]]:
    """Versions of the libraries by their metadata, importing none of them; and what is missing."""
    versions, missing = {"python": sys.version.split()[0]}, {}
    distributions = {
        "torch": ("torch",),
        "numpy": ("numpy",),
        "cv2": ("opencv-python-headless", "opencv-python", "opencv-contrib-python"),
    }
    for name, candidates in distributions.items():
        if name not in libraries:
            continue
        if importlib.util.find_spec(name) is None:
            missing[name] = f"{name} is not installed"
            continue
        versions[name] = "?"
        for candidate in candidates:
            with suppress(metadata.PackageNotFoundError):
                versions[name] = metadata.version(candidate)
                break
    return versions, missing


def bubblewrap(packages: list[str], source: str, user: int | None) -> tuple[str, ...]:
    """The command that puts a second wall around the warm process; () where none works."""
    program = shutil.which("bwrap")
    if program is None or sys.platform != "linux":
        return ()
    line = [program, "--die-with-parent", "--new-session", "--proc", "/proc", "--dev", "/dev"]
    line += ["--unshare-all"] if user is None else AS_ANOTHER
    line += ["--perms", "1777", "--size", str(SCRATCH_BYTES), "--tmpfs", "/tmp"]  # noqa: S108
    line += ["--ro-bind", "/usr", "/usr"]
    for name in ("lib", "lib32", "lib64", "bin", "sbin"):
        path = Path("/", name)
        if path.is_symlink():
            line += ["--symlink", os.readlink(path), str(path)]
        elif path.is_dir():
            line += ["--ro-bind", str(path), str(path)]
    executable = Path(interpreter())
    own = [
        executable.parent,
        *map(Path, ground.standard_library()),
        *map(Path, packages),
        Path(source, "ptcards"),
    ]
    own += [*sorted(Path(sys.base_prefix, "lib").glob("*.so*")), *map(Path, ground.SYSTEM_FILES)]
    bound = [path for path in own if path.exists() and not path.is_relative_to("/usr")]
    for ancestor in dict.fromkeys(above for path in bound for above in reversed(path.parents[:-1])):
        line += ["--perms", "0755", "--dir", str(ancestor)]
    for path in bound:
        line += ["--ro-bind", str(path), str(path)]
    if devices := ground.gpu_devices():
        line += ["--ro-bind", "/sys", "/sys"]
        for device in devices:
            line += ["--dev-bind", device, device]
    with suppress(OSError, subprocess.TimeoutExpired):
        if subprocess.run([*line, "true"], capture_output=True, timeout=5, check=False).returncode == 0:
            return tuple(line)
    return ()


def run_folder() -> tuple[Path, IO[bytes]]:
    """One run's own folder for all scratch, and the lock that says it is in use; stale ones are swept."""
    base = _private_base()
    for lock_file in base.glob("run-*.lock"):
        if not _in_use(lock_file):
            scratch.clear(str(lock_file.with_suffix("")))
            lock_file.unlink(missing_ok=True)
    lock_file = base / f"run-{secrets.token_hex(6)}.lock"
    lock = lock_file.open("wb")
    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    folder = lock_file.with_suffix("")
    folder.mkdir(mode=0o700)
    return folder, lock


def _private_base() -> Path:
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    parent = Path(runtime) if runtime and os.access(runtime, os.W_OK) else Path(tempfile.gettempdir())
    base = parent / f"ptcards-{os.getuid()}"
    base.mkdir(mode=0o700, exist_ok=True)
    if base.is_symlink() or base.stat().st_uid != os.getuid():
        base = Path(tempfile.mkdtemp(prefix="ptcards-"))
    # Nobody else may see what is in it; another user's run, which root can start, must find its own folder.
    base.chmod(0o711)
    return base


def _in_use(lock_file: Path) -> bool:
    try:
        with lock_file.open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return True
    except OSError:
        return True
    return False
