"""The filter on system calls: built once, then loaded by each child with its own process id in it."""

from __future__ import annotations

import ctypes
import errno
import functools
import os
import struct
import tempfile
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from ptcards.runner import ground
from ptcards.runner.syscalls import ALLOWED, FCNTLS, GPU, GPU_IOCTLS, IOCTLS, PRCTLS, PRETENDED

if TYPE_CHECKING:
    from collections.abc import Callable

PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2
CLONE_THREAD = 0x10000
AF_UNIX = 1
ME = 0x7ABCDEF1
"""Stands for the process id in the program, above every real one; each child writes its own there."""
INSTRUCTION = struct.Struct("=HBBI")
JUMP_IF_EQUAL = 0x15


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p))


@functools.cache
def program() -> tuple[tuple[int, int, int, int], ...]:
    """The filter's instructions, ME in the place of the process id; raises ImportError without libseccomp."""
    import pyseccomp as sc

    rules = sc.SyscallFilter(sc.ERRNO(errno.EPERM))

    def add(action: object, name: str, *when: object) -> None:
        with suppress(ValueError, OSError):  # this architecture has no such call
            rules.add_rule(action, name, *when)

    for name in ALLOWED + (GPU if ground.gpu_devices() else ()):
        add(sc.ALLOW, name)
    for name in PRETENDED:
        add(sc.ERRNO(0), name)
    for name in ("listxattr", "llistxattr", "flistxattr", "getxattr", "lgetxattr", "fgetxattr"):
        add(sc.ERRNO(errno.ENOTSUP), name)
    for name in ("clone3", "rseq_slice_yield"):
        add(sc.ERRNO(errno.ENOSYS), name)
    _add_rules_by_argument(sc, add)
    with tempfile.TemporaryFile() as file:
        rules.export_bpf(file)
        file.seek(0)
        return tuple(INSTRUCTION.iter_unpack(file.read()))


def restrict() -> None:
    """Put this process under the filter, for good."""
    me = os.getpid()
    own = b"".join(
        INSTRUCTION.pack(code, yes, no, me if code == JUMP_IF_EQUAL and value == ME else value)
        for code, yes, no, value in program()
    )
    buffer = ctypes.create_string_buffer(own, len(own))
    wanted = _Program(len(own) // INSTRUCTION.size, ctypes.addressof(buffer))
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    prctl.argtypes = (ctypes.c_int, *(ctypes.c_ulong,) * 4)
    if prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) or prctl(
        PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.addressof(wanted), 0, 0
    ):
        raise OSError(ctypes.get_errno(), "the filter was refused")


def _add_rules_by_argument(sc: Any, add: Callable[..., None]) -> None:
    """Calls that are allowed in some of their uses: on this process, with these options."""
    add(sc.ALLOW, "clone", sc.Arg(0, sc.MASKED_EQ, CLONE_THREAD, CLONE_THREAD))
    add(sc.ALLOW, "kill", sc.Arg(0, sc.EQ, ME))
    add(sc.ALLOW, "tgkill", sc.Arg(0, sc.EQ, ME))
    for name in ("prlimit64", "sched_setaffinity", "sched_getaffinity"):
        add(sc.ALLOW, name, sc.Arg(0, sc.EQ, 0))
        add(sc.ALLOW, name, sc.Arg(0, sc.EQ, ME))
    add(sc.ALLOW, "socketpair", sc.Arg(0, sc.EQ, AF_UNIX))
    add(sc.ALLOW, "sendto", sc.Arg(4, sc.EQ, 0))
    add(sc.ERRNO(errno.EOPNOTSUPP), "fallocate")
    for name in ("fcntl", "fcntl64"):
        for command in FCNTLS:
            add(sc.ALLOW, name, sc.Arg(1, sc.EQ, command))
    for option in PRCTLS:
        add(sc.ALLOW, "prctl", sc.Arg(0, sc.EQ, option))
    for mask, request in IOCTLS + (GPU_IOCTLS if ground.gpu_devices() else ()):
        add(sc.ALLOW, "ioctl", sc.Arg(1, sc.MASKED_EQ, mask, request))
