"""The layers around one answer, put up by the process that runs it: limits, files, system calls."""

from __future__ import annotations

import ctypes
import errno
import os
import resource
import sys
from contextlib import suppress
from pathlib import Path

from ptcards.runner import ground, seccomp
from ptcards.runner.protocol import Layer

MIB = 1 << 20
FILE_MB = 16
OPEN_FILES = 64
"""A file can be kept open after its removal, where no one counts it: so many of them at most."""
PR_SET_PDEATHSIG, PR_SET_DUMPABLE = 1, 4


def confine(scratch: str, packages: list[str]) -> list[str]:
    """Put up every layer that holds here, and say which; must run while the process has one thread."""
    layers = []
    for layer, put_up in (
        (Layer.LIMITS, _limit),
        (Layer.FILES, lambda: _restrict_files(scratch, packages)),
        (Layer.SYSTEM_CALLS, seccomp.restrict),
    ):
        try:
            put_up()
        except Exception as error:
            sys.stderr.write(f"{layer}: {error}\n")
        else:
            layers.append(layer.value)
    return layers


def die_with_parent() -> None:
    _prctl(PR_SET_PDEATHSIG, 9)


def hide() -> None:
    """Close this process's memory and `/proc` entries to others of the same user."""
    _prctl(PR_SET_DUMPABLE, 0)


def _prctl(option: int, value: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0)


def preload(packages: list[str]) -> None:
    """Import and look up what the layers need, once, before any process is forked."""
    ground.readable(tuple(packages))
    with suppress(ImportError):
        import landlockpy

        landlockpy.supported()
    with suppress(ImportError, RuntimeError, OSError):
        seccomp.program()


def _limit() -> None:
    fixed = {
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: FILE_MB * MIB,
        resource.RLIMIT_NOFILE: OPEN_FILES,
    }
    if sys.platform == "linux":
        fixed |= {resource.RLIMIT_MEMLOCK: 64 << 10, resource.RLIMIT_MSGQUEUE: 0}
        _drop_capabilities()
    for kind, most in fixed.items():
        _, hard = resource.getrlimit(kind)
        allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (allowed, allowed))


def _drop_capabilities() -> None:
    """Leave root nothing of being root: raising limits again and reading what others may not."""
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    nothing = (ctypes.c_uint32 * 6)()
    ctypes.CDLL(None, use_errno=True).capset(header, nothing)


def limit_run(memory_mb: int, seconds: float) -> None:
    """The card's own limits, when the card is known: memory beyond what is held now, and processor time."""
    cpus = os.cpu_count() or 1
    usage = resource.getrusage(resource.RUSAGE_SELF)
    most = int(usage.ru_utime + usage.ru_stime + seconds * 2 * cpus) + 2
    resource.setrlimit(resource.RLIMIT_CPU, (most, most + 1))
    if sys.platform != "linux" or ground.gpu_devices():
        return
    pages = Path("/proc/self/statm").read_text().split() if held is None else held
    size, data = (int(pages[index]) * resource.getpagesize() for index in (0, 5))
    more = memory_mb * MIB
    threads = min(cpus, 16) * 136 * MIB
    resource.setrlimit(resource.RLIMIT_DATA, (data + more,) * 2)
    resource.setrlimit(resource.RLIMIT_AS, (size + more + threads + 256 * MIB,) * 2)


held: list[str] | None = None
"""`/proc/self/statm`, read before the layers close it."""


def measure() -> None:
    global held  # noqa: PLW0603 - one process, one measurement
    if sys.platform == "linux":
        held = Path("/proc/self/statm").read_text().split()


def _restrict_files(scratch: str, packages: list[str]) -> None:
    import landlockpy
    from landlockpy import AccessFS, Ruleset, Scope

    if not landlockpy.supported():
        raise OSError(errno.ENOSYS, "this kernel has no Landlock")
    read = AccessFS.READ_FILE | AccessFS.READ_DIR
    make = AccessFS.MAKE_REG | AccessFS.MAKE_DIR | AccessFS.REMOVE_FILE | AccessFS.REMOVE_DIR | AccessFS.REFER
    write = AccessFS.WRITE_FILE | AccessFS.TRUNCATE
    with Ruleset(scoped=Scope.SIGNAL | Scope.ABSTRACT_UNIX_SOCKET) as rules:
        for path, is_folder in ground.readable(tuple(packages)):
            rules.allow_path(path, read if is_folder else AccessFS.READ_FILE)
        for path in ground.DEVICES:
            rules.allow_path(path, AccessFS.READ_FILE | AccessFS.WRITE_FILE)
        for path in ground.gpu_devices():
            rules.allow_path(path, AccessFS.READ_FILE | AccessFS.WRITE_FILE | AccessFS.IOCTL_DEV)
        rules.allow_path(scratch, read | make | write)
        rules.restrict()
