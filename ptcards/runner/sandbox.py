"""The layers around one answer, put up by the process that runs it: limits, files, system calls.

System calls are allowed by name and the rest refused with "Operation not permitted": the calls that compute
are known and few, while new kernels bring new ones.
"""

import ctypes
import errno
import functools
import importlib
import os
import resource
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from ptcards.runner import libraries
from ptcards.runner.protocol import Layer

landlockpy: Any = None
pyseccomp: Any = None
# Imported before any answer: they look for a library with a program, which answers cannot start.
with suppress(ImportError, RuntimeError, OSError):
    landlockpy = importlib.import_module("landlockpy")
with suppress(ImportError, RuntimeError, OSError):
    pyseccomp = importlib.import_module("pyseccomp")

MIB = 1 << 20
MOST_BYTES = 16 << 20  # of a file
OPEN_FILES = 64  # a file can be kept open after its removal, where no one counts it: so many of them at most
DEVICES = ("/dev/null", "/dev/zero", "/dev/random", "/dev/urandom")
PR_SET_PDEATHSIG, PR_SET_DUMPABLE = 1, 4
CLONE_THREAD, AF_UNIX = 0x10000, 1
ALLOWED = """
read write readv writev pread64 pwrite64 preadv pwritev preadv2 pwritev2 lseek _llseek close close_range
open openat openat2 creat stat stat64 fstat fstat64 lstat lstat64 newfstatat fstatat64 statx access
faccessat faccessat2 readlink readlinkat getdents getdents64 getcwd chdir fchdir mkdir mkdirat rmdir unlink
unlinkat rename renameat renameat2 ftruncate ftruncate64 fsync fdatasync sync_file_range flock fadvise64
copy_file_range sendfile sendfile64 dup dup2 dup3 pipe pipe2 statfs fstatfs statfs64 fstatfs64 umask

select _newselect pselect6 poll ppoll epoll_create epoll_create1 epoll_ctl epoll_wait epoll_pwait
epoll_pwait2 eventfd eventfd2 timerfd_create timerfd_settime timerfd_gettime nanosleep clock_nanosleep pause
alarm setitimer getitimer wait4 waitid restart_syscall recvfrom shutdown setsockopt getsockopt getsockname
getpeername

mmap mmap2 mprotect munmap mremap madvise brk mincore msync mlock munlock membarrier pkey_alloc pkey_free
pkey_mprotect get_mempolicy mbind set_mempolicy

rt_sigaction rt_sigprocmask rt_sigreturn rt_sigpending rt_sigtimedwait rt_sigsuspend sigaltstack sigreturn
futex futex_time64 futex_waitv set_robust_list get_robust_list rseq set_tid_address get_thread_area
set_thread_area arch_prctl gettid getpid getppid getuid geteuid getgid getegid getgroups getresuid getresgid
getpgrp getpgid getsid getrusage sysinfo uname getrlimit ugetrlimit setrlimit exit exit_group sched_yield
sched_getparam sched_getscheduler sched_get_priority_max sched_get_priority_min sched_rr_get_interval getcpu
getpriority capget clock_gettime clock_getres clock_gettime64 clock_getres_time64 gettimeofday time times
getrandom
"""
PRETENDED = "chmod fchmod fchmodat fchmodat2 chown fchown lchown fchownat utime utimes utimensat futimesat"
"""Said to have worked, and not done: Landlock has no rule for them, and copying a file must not fail."""
GPU = "memfd_create sched_setscheduler mlock2 set_mempolicy_home_node"
"""What CUDA's driver asks for besides, where there is a device."""
PRCTLS = (3, 15, 16, 21, 23, 39, 0x53564D41)  # questions about this process, and names for threads and memory
FCNTLS = (*range(8), 36, 37, 38, 1030, 1032)
"""Copies, flags and locks of descriptors: who gets which signal when data come stays as it is."""
IOCTLS = tuple((0xFFFFFFFF, request) for request in (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451))
"""Masks and requests: is it a terminal, how wide, how much waits, (non-)blocking, close on exec."""
GPU_IOCTLS = ((0x0000FF00, 0x00004600), (0xFFFFFF00, 0x00000000), (0xF0000000, 0x30000000))
"""NVIDIA's control, memory and version requests."""


def confine(scratch: str, packages: list[str]) -> list[str]:
    """Put up every layer that holds here, and say which; must run while the process has one thread."""
    layers, files = list[str](), functools.partial(_restrict_files, scratch, packages)
    put_ups: tuple[Callable[[], None], ...] = (_limit, files, _restrict_calls)
    for layer, put_up in zip(Layer, put_ups, strict=True):
        try:
            put_up()
            layers.append(layer.value)
        except Exception as error:
            sys.stderr.write(f"{layer}: {error}\n")
    return layers


def prctl(option: int, value: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0)


def _limit() -> None:
    fixed = {resource.RLIMIT_CORE: 0, resource.RLIMIT_FSIZE: MOST_BYTES}
    fixed |= {resource.RLIMIT_NOFILE: OPEN_FILES}
    if sys.platform == "linux":
        fixed |= {resource.RLIMIT_MEMLOCK: 64 << 10, resource.RLIMIT_MSGQUEUE: 0}
        # Root keeps nothing of being root: raising limits again and reading what others may not.
        header, nothing = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()
        ctypes.CDLL(None, use_errno=True).capset(header, nothing)
    for kind, most in fixed.items():
        _, hard = resource.getrlimit(kind)
        allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (allowed, allowed))


def limit_run(held: list[str], memory_mb: int, seconds: float) -> None:
    """The card's own limits, when the card is known: memory beyond what is `held`, and processor time."""
    cpus = os.cpu_count() or 1
    usage = resource.getrusage(resource.RUSAGE_SELF)
    most = int(usage.ru_utime + usage.ru_stime + seconds * 2 * cpus) + 2
    resource.setrlimit(resource.RLIMIT_CPU, (most, most + 1))
    if not held or libraries.gpu_devices():
        return
    size, data = (int(held[index]) * resource.getpagesize() for index in (0, 5))
    more = memory_mb * MIB
    threads = min(cpus, 16) * 136 * MIB
    resource.setrlimit(resource.RLIMIT_DATA, (data + more,) * 2)
    resource.setrlimit(resource.RLIMIT_AS, (size + more + threads + 256 * MIB,) * 2)


def _restrict_files(scratch: str, packages: list[str]) -> None:
    if landlockpy is None or not landlockpy.supported():
        raise OSError(errno.ENOSYS, "this kernel has no Landlock, or `landlockpy` is not installed")
    access, scope = landlockpy.AccessFS, landlockpy.Scope
    read = access.READ_FILE | access.READ_DIR
    make = access.MAKE_REG | access.MAKE_DIR | access.REMOVE_FILE | access.REMOVE_DIR | access.REFER
    write = access.WRITE_FILE | access.TRUNCATE
    with landlockpy.Ruleset(scoped=scope.SIGNAL | scope.ABSTRACT_UNIX_SOCKET) as rules:
        for path, is_folder in libraries.readable(tuple(packages)):
            rules.allow_path(path, read if is_folder else access.READ_FILE)
        for path in DEVICES:
            rules.allow_path(path, access.READ_FILE | access.WRITE_FILE)
        for path in libraries.gpu_devices():
            rules.allow_path(path, access.READ_FILE | access.WRITE_FILE | access.IOCTL_DEV)
        rules.allow_path(scratch, read | make | write)
        rules.restrict()


@functools.cache
def call_rules() -> Any:
    """The filter on system calls, but for what only concerns the process that it is put up in."""
    if pyseccomp is None:
        raise OSError(errno.ENOSYS, "`pyseccomp` or the system's libseccomp is not installed")
    sc, gpu = pyseccomp, bool(libraries.gpu_devices())
    rules = sc.SyscallFilter(sc.ERRNO(errno.EPERM))
    add = functools.partial(_add, rules)
    add(sc.ALLOW, ALLOWED + (GPU if gpu else ""))
    add(sc.ERRNO(0), PRETENDED)
    add(sc.ERRNO(errno.ENOTSUP), "listxattr llistxattr flistxattr getxattr lgetxattr fgetxattr")
    add(sc.ERRNO(errno.ENOSYS), "clone3 rseq_slice_yield")
    add(sc.ERRNO(errno.EOPNOTSUPP), "fallocate")
    # Allowed in some of their uses.
    add(sc.ALLOW, "clone", sc.Arg(0, sc.MASKED_EQ, CLONE_THREAD, CLONE_THREAD))
    add(sc.ALLOW, "socketpair", sc.Arg(0, sc.EQ, AF_UNIX))
    add(sc.ALLOW, "sendto", sc.Arg(4, sc.EQ, 0))
    for command in FCNTLS:
        add(sc.ALLOW, "fcntl fcntl64", sc.Arg(1, sc.EQ, command))
    for option in PRCTLS:
        add(sc.ALLOW, "prctl", sc.Arg(0, sc.EQ, option))
    for mask, request in IOCTLS + (GPU_IOCTLS if gpu else ()):
        add(sc.ALLOW, "ioctl", sc.Arg(1, sc.MASKED_EQ, mask, request))
    return rules


def _add(rules: Any, action: object, names: str, *when: object) -> None:
    for name in names.split():
        with suppress(ValueError, OSError):  # this architecture has no such call
            rules.add_rule(action, name, *when)


def _restrict_calls() -> None:
    """Put this process under the filter on system calls, for good."""
    rules, sc, me = call_rules(), pyseccomp, os.getpid()
    _add(rules, sc.ALLOW, "kill tgkill", sc.Arg(0, sc.EQ, me))
    for pid in (0, me):
        _add(rules, sc.ALLOW, "prlimit64 sched_setaffinity sched_getaffinity", sc.Arg(0, sc.EQ, pid))
    rules.load()
