"""The layers around one answer, put up by the process that runs it: limits, files, system calls.

Nothing but the standard library is needed, so that any Python can run it. System calls are allowed by name
and the rest refused with "Operation not permitted": the calls that compute are known and few, while new
kernels bring new ones.
"""

from __future__ import annotations

import ctypes
import errno
import functools
import itertools
import json
import operator
import os
import resource
import struct
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from ptcards.language import later
from ptcards.runner import libraries
from ptcards.runner.protocol import Layer

LIBC = ctypes.CDLL(None, use_errno=True)
MIB = 1 << 20
MOST_BYTES = 16 << 20  # of a file
OPEN_FILES = 64  # a file can be kept open after its removal, where no one counts it: so many of them at most
MAC_FOLDERS = ("/System", "/Library/Frameworks", "/opt/homebrew", "/usr/local")
DEVICES = ("/dev/null", "/dev/zero", "/dev/random", "/dev/urandom")
LARGE, MADV_COLLAPSE = 2 << 20, 25
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS = 1, 4, 22, 38
CLONE_THREAD, AF_UNIX = 0x10000, 1
CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446  # Landlock's calls, everywhere
KNOWN = ({1: 13, 2: 14, 3: 15, 5: 16, 9: 17}, {1: 0, 4: 2, 10: 4}, {1: 0, 6: 2})
"""How many rights to files, network and other processes Landlock knows, from which version of it on: all are
taken away, but for those to some files."""
READ_FILE, READ = 1 << 2, 1 << 2 | 1 << 3
WRITE, TRUNCATE, DEVICE_IOCTL = 1 << 1, 1 << 14, 1 << 15
MAKE = 1 << 4 | 1 << 5 | 1 << 7 | 1 << 8 | 1 << 13  # files and folders, remove them, move them elsewhere
NO_LANDLOCK = {
    errno.ENOSYS: later("this kernel has no Landlock"),
    errno.EOPNOTSUPP: later("Landlock is off in this kernel"),
    errno.EPERM: later("Landlock is refused here"),
}
NO_LIST = later("there is no list of them for this processor")
NO_FILTER = later("seccomp is refused here")
MACHINES = {"x86_64": (1, 0xC000003E), "aarch64": (2, 0xC00000B7)}
"""Which of the numbers of a call is the machine's, and how its kernel calls the machine."""
ALLOWED = """
read/0/63 write/1/64 readv/19/65 writev/20/66 pread64/17/67 pwrite64/18/68 preadv/295/69 pwritev/296/70
preadv2/327/286 pwritev2/328/287 lseek/8/62 close/3/57 close_range/436/436 creat/85/ stat/4/ fstat/5/80
lstat/6/ newfstatat/262/79 statx/332/291 access/21/ faccessat/269/48 faccessat2/439/439 readlink/89/
readlinkat/267/78 getdents/78/ getdents64/217/61 getcwd/79/17 chdir/80/49 fchdir/81/50 mkdir/83/
mkdirat/258/34 rmdir/84/ unlink/87/ unlinkat/263/35 rename/82/ renameat/264/38 renameat2/316/276
ftruncate/77/46 fsync/74/82 fdatasync/75/83 sync_file_range/277/84 flock/73/32 fadvise64/221/223
copy_file_range/326/285 sendfile/40/71 dup/32/23 dup2/33/ dup3/292/24 pipe/22/ pipe2/293/59 statfs/137/43
fstatfs/138/44 umask/95/166 select/23/ pselect6/270/72 poll/7/ ppoll/271/73 epoll_create/213/
epoll_create1/291/20 epoll_ctl/233/21 epoll_wait/232/ epoll_pwait/281/22 epoll_pwait2/441/441 eventfd/284/
eventfd2/290/19 timerfd_create/283/85 timerfd_settime/286/86 timerfd_gettime/287/87 nanosleep/35/101
clock_nanosleep/230/115 pause/34/ alarm/37/ setitimer/38/103 getitimer/36/102 wait4/61/260 waitid/247/95
restart_syscall/219/128 recvfrom/45/207 shutdown/48/210 setsockopt/54/208 getsockopt/55/209
getsockname/51/204 getpeername/52/205 mmap/9/222 mprotect/10/226 munmap/11/215 mremap/25/216 madvise/28/233
brk/12/214 mincore/27/232 msync/26/227 mlock/149/228 munlock/150/229 membarrier/324/283 pkey_alloc/330/289
pkey_free/331/290 pkey_mprotect/329/288 get_mempolicy/239/236 mbind/237/235 set_mempolicy/238/237
rt_sigaction/13/134 rt_sigprocmask/14/135 rt_sigreturn/15/139 rt_sigpending/127/136 rt_sigtimedwait/128/137
rt_sigsuspend/130/133 sigaltstack/131/132 futex/202/98 futex_waitv/449/449 set_robust_list/273/99
get_robust_list/274/100 rseq/334/293 set_tid_address/218/96 get_thread_area/211/ set_thread_area/205/
arch_prctl/158/ gettid/186/178 getpid/39/172 getppid/110/173 getuid/102/174 geteuid/107/175 getgid/104/176
getegid/108/177 getgroups/115/158 getresuid/118/148 getresgid/120/150 getpgrp/111/ getpgid/121/155
getsid/124/156 getrusage/98/165 sysinfo/99/179 uname/63/160 getrlimit/97/163 setrlimit/160/164 exit/60/93
exit_group/231/94 sched_yield/24/124 sched_getparam/143/121 sched_getscheduler/145/120
sched_get_priority_max/146/125 sched_get_priority_min/147/126 sched_rr_get_interval/148/127 getcpu/309/168
getpriority/140/141 capget/125/90 clock_gettime/228/113 clock_getres/229/114 gettimeofday/96/169 time/201/
times/100/153 getrandom/318/278
"""
PRETENDED = """
chmod/90/ fchmod/91/52 fchmodat/268/53 fchmodat2/452/452 chown/92/ fchown/93/55 lchown/94/ fchownat/260/54
utime/132/ utimes/235/ utimensat/280/88 futimesat/261/
"""
"""Said to have worked, and not done: Landlock has no rule for them, and copying a file must not fail."""
GPU = "memfd_create/319/279 sched_setscheduler/144/119 mlock2/325/284 set_mempolicy_home_node/450/450"
"""What CUDA's driver asks for besides, where there is a device."""
OF_PROCESSES = "prlimit64/302/261 sched_setaffinity/203/122 sched_getaffinity/204/123"
OPENED = ((os.O_TRUNC, 0), (os.O_ACCMODE, os.O_WRONLY), (os.O_ACCMODE, os.O_RDWR))
"""Masks and flags: who only reads empties no file, which Landlock before version 3 has no right for."""
PRCTLS = (3, 15, 16, 21, 23, 39, 0x53564D41)  # questions about this process, and names for threads and memory
FCNTLS = (*range(8), 36, 37, 38, 1030, 1032)
"""Copies, flags and locks of descriptors: who gets which signal when data come stays as it is."""
IOCTLS = tuple((0xFFFFFFFF, request) for request in (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451))
"""Masks and requests: is it a terminal, how wide, how much waits, (non-)blocking, close on exec."""
GPU_IOCTLS = ((0x0000FF00, 0x00004600), (0xFFFFFF00, 0x00000000), (0xF0000000, 0x30000000))
"""NVIDIA's control, memory and version requests."""
LOAD, AND, EQUAL, AT_LEAST, RETURN = 0x20, 0x54, 0x15, 0x35, 0x06  # of the filter's programs
KILL, ERRNO, ALLOW = 0x80000000, 0x00050000, 0x7FFF0000
WHOLE, LOW = (1 << 64) - 1, (1 << 32) - 1
ME = 0x7FFFFFFE  # in place of the process that the filter is put up in
Code = list[tuple[int, int, int, int]]


def confine(scratch: str, packages: list[str]) -> dict[str, Any]:
    """Put up every layer that holds here: `layers` are these, `lacking` says of each other one why.

    Must run while the process has one thread.
    """
    layers, lacking = list[str](), dict[str, str]()
    files: Callable[[], None] = functools.partial(restrict_files, scratch, packages)
    put_ups = (_limit, files, _restrict_calls)
    if sys.platform == "darwin":
        both = functools.cache(functools.partial(_restrict_on_mac, scratch, packages))
        put_ups = (_limit, both, both)
    for layer, put_up in zip(Layer, put_ups):
        try:
            put_up()
            layers.append(layer.value)
        except Exception as error:
            lacking[layer.value] = getattr(error, "strerror", None) or str(error)
    return {"layers": layers, "lacking": lacking}


def prctl(option: int, value: int) -> None:
    with suppress(OSError, AttributeError):  # only Linux has it
        _system("prctl", option, value, 0, 0, 0)


def _system(name: str, *arguments: Any) -> int:
    """A function of the C library's, its failure an OSError."""
    values = [ctypes.c_long(one) if isinstance(one, int) else one for one in arguments]
    if (result := int(getattr(LIBC, name)(*values))) < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


def in_large_pages() -> None:
    """Hold memory in pages of 2 MB, where Linux can (6.1 on): a fork takes a third of the time.

    Each copies the table of pages, 50,000 lines with torch; where a child writes, one page is split.
    """
    with open("/proc/self/maps", encoding="utf-8", errors="replace") as file:
        lines = file.readlines()
    for line in lines:
        place, rights, _offset, _device, inode, *name = line.split()
        first, end = (int(address, 16) for address in place.split("-"))
        first, end = -(-first // LARGE) * LARGE, end // LARGE * LARGE
        if (rights, inode) == ("rw-p", "0") and name in ([], ["[heap]"]) and first < end:
            with suppress(
                OSError
            ):  # a part was never written to, or this Linux is older: all else is as it was
                _system("madvise", first, end - first, MADV_COLLAPSE)


def _limit() -> None:
    fixed = {resource.RLIMIT_CORE: 0, resource.RLIMIT_FSIZE: MOST_BYTES, resource.RLIMIT_NOFILE: OPEN_FILES}
    if sys.platform == "linux":
        fixed |= {resource.RLIMIT_MEMLOCK: 64 << 10, resource.RLIMIT_MSGQUEUE: 0}
    for kind, most in fixed.items():
        _, hard = resource.getrlimit(kind)
        allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (allowed, allowed))
    if sys.platform == "linux":
        # Root keeps nothing of being root: raising limits again and reading what others may not.
        _system("capset", (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)())


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


def seatbelt(scratch: str, packages: list[str]) -> str:
    """The profile of macOS's sandbox for one answer, as `sandbox-exec -p` takes it; untried on a Mac.

    What it does not allow is refused: the network, other programs and processes among it.
    """

    def named(kind: str, *paths: str) -> str:
        return " ".join(f"({kind} {json.dumps(os.path.realpath(one), ensure_ascii=False)})" for one in paths)

    found = [*libraries.readable(tuple(packages)), *((path, True) for path in MAC_FOLDERS)]
    readable = " ".join(named("subpath" if folder else "literal", path) for path, folder in found)
    return f"""(version 1)
(deny default)
(allow file-read-metadata sysctl-read)
(allow signal process-info* (target self))
(allow file-read* file-map-executable {readable})
(allow file-read* file-write* {named("subpath", scratch)})
(allow file-read* file-write-data {named("literal", *DEVICES)})
"""


def _restrict_on_mac(scratch: str, packages: list[str]) -> None:
    error = ctypes.c_char_p()
    if LIBC.sandbox_init(seatbelt(scratch, packages).encode(), ctypes.c_uint64(0), ctypes.byref(error)):
        raise OSError(errno.EPERM, f"Seatbelt: {(error.value or b'').decode()}")


def restrict_files(scratch: str, packages: list[str]) -> None:
    try:
        version = _system("syscall", CREATE_RULESET, 0, 0, 1)
    except OSError as error:
        raise OSError(error.errno, NO_LANDLOCK.get(error.errno or 0, NO_LANDLOCK[errno.EPERM])) from None
    known = [max(count for since, count in one.items() if since <= version) for one in KNOWN]
    handled = (ctypes.c_uint64 * 3)(*((1 << count) - 1 for count in known))
    rules = _system("syscall", CREATE_RULESET, handled, ctypes.sizeof(handled), 0)
    allowed = [(path, READ if folder else READ_FILE) for path, folder in libraries.readable(tuple(packages))]
    allowed += [(path, READ_FILE | WRITE) for path in DEVICES]
    allowed += [(path, READ_FILE | WRITE | DEVICE_IOCTL) for path in libraries.gpu_devices()]
    for path, access in (*allowed, (scratch, READ | MAKE | WRITE | TRUNCATE)):
        with suppress(FileNotFoundError):  # an environment that was removed while the app runs
            beneath = os.open(path, os.O_PATH | os.O_CLOEXEC)
            _system("syscall", ADD_RULE, rules, 1, struct.pack("=Qi", access & handled[0], beneath), 0)
            os.close(beneath)
    _system("prctl", PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    _system("syscall", RESTRICT_SELF, rules, 0)
    os.close(rules)


@functools.cache
def call_rules() -> bytes:
    """The filter on system calls, a program for the kernel; `ME` is to be replaced in it."""
    column, name = MACHINES.get(os.uname().machine if sys.maxsize > 1 << 32 else "", (0, 0))
    if not column:
        raise OSError(errno.ENOSYS, NO_LIST)
    gpu = bool(libraries.gpu_devices())
    rules: tuple[tuple[int, str, list[tuple[int, int, int]]], ...] = (
        (ALLOW, ALLOWED + (GPU if gpu else ""), []),
        (ERRNO, PRETENDED, []),
        (ERRNO | errno.ENOTSUP, "listxattr/194/11 llistxattr/195/12 flistxattr/196/13", []),
        (ERRNO | errno.ENOTSUP, "getxattr/191/8 lgetxattr/192/9 fgetxattr/193/10", []),
        (ERRNO | errno.ENOSYS, "clone3/435/435 openat2/437/437 rseq_slice_yield/471/471", []),
        (ERRNO | errno.EOPNOTSUPP, "fallocate/285/47", []),
        # Allowed in some of their uses: which argument, its mask and value.
        (ALLOW, "open/2/", [(1, *flags) for flags in OPENED]),
        (ALLOW, "openat/257/56", [(2, *flags) for flags in OPENED]),
        (ALLOW, "clone/56/220", [(0, CLONE_THREAD, CLONE_THREAD)]),
        (ALLOW, "socketpair/53/199", [(0, WHOLE, AF_UNIX)]),
        (ALLOW, "sendto/44/206", [(4, WHOLE, 0)]),
        (ALLOW, "fcntl/72/25", [(1, WHOLE, command) for command in FCNTLS]),
        (ALLOW, "prctl/157/167", [(0, WHOLE, option) for option in PRCTLS]),
        (ALLOW, "ioctl/16/29", [(1, *request) for request in IOCTLS + (GPU_IOCTLS if gpu else ())]),
        (ALLOW, "kill/62/129 tgkill/234/131", [(0, WHOLE, ME)]),
        (ALLOW, OF_PROCESSES, [(0, WHOLE, 0), (0, WHOLE, ME)]),
    )
    refused: Code = [(RETURN, 0, 0, ERRNO | errno.EPERM)]
    codes = {0: refused}
    if column == 1:  # the numbers of x32, a third set of calls
        codes |= {0x40000000: [(RETURN, 0, 0, KILL)], 0xFFFFFFFF: refused}
    for result, calls, uses in rules:
        code: Code = [] if uses else [(RETURN, 0, 0, result)]
        for argument, mask, value in uses:
            low, high = 16 + 8 * argument, 20 + 8 * argument
            code += [(LOAD, 0, 0, low), (AND, 0, 0, mask & LOW), (EQUAL, 0, 4, value & LOW)]
            code += [(LOAD, 0, 0, high), (AND, 0, 0, mask >> 32), (EQUAL, 0, 1, value >> 32)]
            code += [(RETURN, 0, 0, result)]
        for number in (call.split("/")[column] for call in calls.split()):
            if number:
                codes[int(number)] = code + refused * bool(uses)
                codes.setdefault(int(number) + 1, refused)
    # From the highest number down: what stands for a number holds up to the next one.
    program: Code = [(LOAD, 0, 0, 4), (EQUAL, 1, 0, name), (RETURN, 0, 0, KILL), (LOAD, 0, 0, 0)]
    groups = itertools.groupby(sorted(codes.items()), key=operator.itemgetter(1))
    for first, code in reversed([(next(group)[0], code) for code, group in groups]):
        program += [(AT_LEAST, 0, len(code), first), *code]
    return b"".join(struct.pack("HBBI", *one) for one in program + refused)


def _restrict_calls() -> None:
    """Put this process under the filter on system calls, for good."""
    rules = call_rules().replace(struct.pack("I", ME), struct.pack("I", os.getpid()))
    filled = ctypes.create_string_buffer(rules, len(rules))
    program = (ctypes.c_uint64 * 2)(len(rules) // 8, ctypes.addressof(filled))  # its length, and where it is
    _system("prctl", PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    try:
        _system("prctl", PR_SET_SECCOMP, 2, program, 0, 0)
    except OSError as error:
        raise OSError(error.errno, NO_FILTER) from None
