from __future__ import annotations

from pathlib import Path

import pytest

from ptcards.deck.card import Limits
from ptcards.runner.protocol import Why
from ptcards.runner.runner import Job, Runner
from tests.runner.runner_cases import plain_job

CALL = (
    "import ctypes, os\nlibc = ctypes.CDLL(None, use_errno=True)\n"
    "def call(*args):\n    return 'let in' if libc.syscall(*args) >= 0 else os.strerror(ctypes.get_errno())\n"
)
REFUSED = {
    "another queue to the kernel": CALL + "call(425, 8, ctypes.create_string_buffer(256))",
    "a file in memory": CALL + "call(319, b'x', 0)",
    "a program by its descriptor": CALL + "call(322, -100, b'/bin/true', 0, 0, 0)",
    "a link to a file outside": CALL + "call(266, b'/etc/passwd', -100, b'l')",
    "another name for a file outside": CALL + "call(265, -100, b'/etc/passwd', -100, b'l', 0)",
    "a device node": CALL + "call(133, b'd', 0o60666, 0x0801)",
    "memory shared with others": CALL + "call(29, 0, 1 << 20, 0o1600)",
    "a queue shared with others": CALL + "call(68, 0, 0o1600)",
    "watching files": CALL + "call(294, 0)",
    "outliving the parent": CALL + "call(157, 1, 0, 0, 0, 0)",
    "being looked at": CALL + "call(157, 4, 1, 0, 0, 0)",
    "another personality": CALL + "call(135, 0x0040000)",
    "being traced": CALL + "call(101, 0, 0, 0, 0)",
    "another's memory": CALL + "call(310, os.getppid(), 0, 0, 0, 0, 0)",
    "another's descriptors": CALL + "call(434, os.getppid(), 0)",
    "a key of the session": CALL + "call(250, 0, -3, 0, 0, 0)",
    "a signal to the parent's thread": CALL + "call(200, os.getppid(), 9)",
    "a queued signal to the parent": CALL + "call(129, os.getppid(), 9, 0)",
    "a file by its handle": CALL + "call(304, -100, 0, 0)",
    "another root": CALL + "call(161, b'.')",
    "a signal of one's choice when data come": "import fcntl, socket\na, b = socket.socketpair()\nfcntl.fcntl(a, 10, 9)",
    "signals to the parent when data come": "import fcntl, os, socket\na, b = socket.socketpair()\n"
    "fcntl.fcntl(a, fcntl.F_SETOWN, os.getppid())",
    "room on the disk at once": CALL + "call(285, os.open('f', os.O_RDWR | os.O_CREAT), 0, 0, 1 << 20)",
    "another's processors": "import os\nos.sched_setaffinity(os.getppid(), {0})",
    "another process's signals": "import os\nos.kill(os.getppid(), 0)",
    "a limit raised": "import resource\nresource.setrlimit(resource.RLIMIT_FSIZE, (-1, -1))",
    "a limit of the parent": "import os, resource\nresource.prlimit(os.getppid(), resource.RLIMIT_CPU, (1, 1))",
    "its own memory as a file": "open('/proc/self/mem', 'r+b')",
    "the parent's command": "import os\nopen(f'/proc/{os.getppid()}/cmdline', 'rb')",
    "a pipe with a name": "import os\nos.mkfifo('f')",
    "a socket with a name": "import socket\nsocket.socketpair()[0].bind('s')",
    "a socket with an abstract name": "import socket\nsocket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)[0].sendto(b'x', '\\0x')",
    "a descriptor handed on": "import socket\na, b = socket.socketpair()\nsocket.send_fds(a, [b'x'], [0])",
    "a terminal of its own": "import os\nos.openpty()",
    "shared memory by name": "from multiprocessing.shared_memory import SharedMemory\nSharedMemory(create=True, size=9)",
    "more than a file may hold": "open('s', 'wb').truncate(1 << 40)",
    "the neighbours' folders": "import os\nos.listdir('..')",
}
ALLOWED = {
    "locks and copies of descriptors": "import fcntl, os\nf = open('q', 'w')\nfcntl.flock(f, 2)\nfcntl.lockf(f, 2)\n"
    "os.set_inheritable(os.dup(f.fileno()), False)\nos.set_blocking(f.fileno(), True)",
    "room on the disk, slowly": "import os\nos.posix_fallocate(os.open('f', os.O_RDWR | os.O_CREAT), 0, 1 << 16)",
    "thirty open files": "kept = [open(f'f{n}', 'w') for n in range(30)]",
    "signals to itself": "import os, signal, threading\nos.kill(os.getpid(), 0)\nsignal.raise_signal(signal.SIGCHLD)\n"
    "signal.pthread_kill(threading.get_ident(), 0)",
    "its own limits and processors": "import os, resource\nresource.prlimit(os.getpid(), resource.RLIMIT_CPU)\n"
    "os.sched_setaffinity(os.getpid(), os.sched_getaffinity(0))",
    "files without a name": "import tempfile\nf = tempfile.TemporaryFile()\nf.write(b'x')",
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_door_is_closed(name: str, bare: Runner) -> None:
    outcome = bare.value(Job("d/c", answer=REFUSED[name], limits=Limits(1.0)))
    picture = outcome.answer_value
    assert picture is None or "let in" not in picture.text, outcome
    assert picture is not None or outcome.slip, outcome


@pytest.mark.parametrize("name", ALLOWED)
def test_what_honest_code_needs_is_open(name: str, bare: Runner) -> None:
    outcome = bare.value(Job("d/c", answer=f"{ALLOWED[name]}\n'done'", limits=Limits(1.0)))
    assert outcome.answer_value is not None, outcome


FILES = "import os\nos.mkdir('d', 0o300)\nn = 0\nwhile True:\n    n += 1\n    open(f'd/f{n}', 'wb').write(bytes(1 << 20))"
STOPS = "import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)"
NAMELESS = (
    "import os\nkept = []\ntry:\n    while True: kept.append(os.open('.', os.O_TMPFILE | os.O_RDWR))\n"
    "except OSError: pass\nlen(kept)"
)


def test_files_in_a_folder_that_nobody_may_list_are_counted_and_nameless_ones_are_few(
    as_nobody: Runner, bare: Runner
) -> None:
    """Root may look into every folder."""
    assert as_nobody.run(plain_job(FILES, limits=Limits(3.0))).why is Why.DISK
    assert bare.run(plain_job(NAMELESS, "assert answer < 64")).passed


def test_what_started_the_warm_process_is_not_disclosed(bare: Runner) -> None:
    check = f"assert answer and not any({str(Path(__file__).parents[2])!r} in one for one in answer)"
    assert bare.run(plain_job("import sys\nsys.argv + getattr(sys, 'orig_argv', [])", check)).passed


def test_an_answer_that_stops_itself_is_ended(bare: Runner) -> None:
    assert bare.run(plain_job(STOPS, limits=Limits(0.3))).why is Why.TIMEOUT
