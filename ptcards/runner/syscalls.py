"""What an answer may ask of the kernel; the rest is refused with "Operation not permitted".

An allow list, because the calls that compute are known and few, while new kernels bring new calls.
"""

from __future__ import annotations

_FILES = """
read write readv writev pread64 pwrite64 preadv pwritev preadv2 pwritev2 lseek _llseek close
close_range open openat openat2 creat stat stat64 fstat fstat64 lstat lstat64 newfstatat fstatat64
statx access faccessat faccessat2 readlink readlinkat getdents getdents64 getcwd chdir fchdir mkdir
mkdirat rmdir unlink unlinkat rename renameat renameat2 ftruncate ftruncate64 fsync fdatasync
sync_file_range flock fadvise64 copy_file_range sendfile sendfile64 dup dup2
dup3 pipe pipe2 statfs fstatfs statfs64 fstatfs64 umask
""".split()

_WAITING = """
select _newselect pselect6 poll ppoll epoll_create epoll_create1 epoll_ctl epoll_wait epoll_pwait
epoll_pwait2 eventfd eventfd2 timerfd_create timerfd_settime timerfd_gettime nanosleep
clock_nanosleep pause alarm setitimer getitimer wait4 waitid restart_syscall recvfrom shutdown
setsockopt getsockopt getsockname getpeername
""".split()

_MEMORY = """
mmap mmap2 mprotect munmap mremap madvise brk mincore msync mlock munlock membarrier pkey_alloc
pkey_free pkey_mprotect get_mempolicy mbind set_mempolicy
""".split()

_PROCESS = """
rt_sigaction rt_sigprocmask rt_sigreturn rt_sigpending rt_sigtimedwait rt_sigsuspend sigaltstack
sigreturn futex futex_time64 futex_waitv set_robust_list get_robust_list rseq set_tid_address
get_thread_area set_thread_area arch_prctl gettid getpid getppid getuid geteuid getgid getegid
getgroups getresuid getresgid getpgrp getpgid getsid getrusage sysinfo uname getrlimit ugetrlimit
setrlimit exit exit_group sched_yield sched_getparam sched_getscheduler sched_get_priority_max
sched_get_priority_min sched_rr_get_interval getcpu getpriority capget clock_gettime clock_getres
clock_gettime64 clock_getres_time64 gettimeofday time times getrandom
""".split()

ALLOWED = (*_FILES, *_WAITING, *_MEMORY, *_PROCESS)

PRETENDED = tuple(
    """
chmod fchmod fchmodat fchmodat2 chown fchown lchown fchownat utime utimes utimensat futimesat
""".split()
)
"""Said to have worked, and not done: Landlock has no rule for them, and copying a file must not fail."""

GPU = ("memfd_create", "sched_setscheduler", "mlock2", "set_mempolicy_home_node")
"""What CUDA's driver asks for besides, where there is a device."""

PRCTLS = (3, 15, 16, 21, 23, 39, 0x53564D41)
"""Questions about this process, and names for threads and memory."""

FCNTLS = (*range(8), 36, 37, 38, 1030, 1032)
"""Copies, flags and locks of descriptors: who gets which signal when data come stays as it is."""

WHOLE = 0xFFFFFFFF
IOCTLS = tuple((WHOLE, request) for request in (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451))
"""Masks and requests: is it a terminal, how wide, how much waits, (non-)blocking, close on exec."""

GPU_IOCTLS = ((0x0000FF00, 0x00004600), (0xFFFFFF00, 0x00000000), (0xF0000000, 0x30000000))
"""NVIDIA's control, memory and version requests."""
