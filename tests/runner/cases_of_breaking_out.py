"""Answers and decks that take too much, or want to get out."""

from __future__ import annotations

from ptcards.runner.protocol import Phase, Why
from tests.runner.runner_cases import BROKEN, PASS, Case, cases

HANGING = {
    "endless-loop": "y = 1\nwhile True:\n    pass",
    "endless-loop-in-c": "y = 1\nimport itertools\nx = sum(itertools.repeat(0))",
    "catches-everything": "while True:\n    try:\n        pass\n    except BaseException:\n        pass",
    "long-matmul": "a = torch.ones(3000, 3000)\nwhile True: a = a @ a",
}
FILLING = {
    "huge-file": "f = open('big', 'wb')\nfor _ in range(10_000): f.write(bytes(1 << 20))",
    "many-files": "n = 0\nwhile True:\n    n += 1\n    open(f'f{n}', 'wb').write(bytes(8 << 20))",
    "very-many-empty-files": "n = 0\nwhile True:\n    n += 1\n    open(f'f{n}', 'wb').close()",
}
GREEDY = (
    *cases(HANGING, why=Why.TIMEOUT, seconds=0.4, says="on line", slip=True),
    *cases(FILLING, why=Why.DISK, seconds=30.0),
    Case(
        "ignores-signals",
        "import signal\nfor s in range(1, 32):\n    try: signal.signal(s, signal.SIG_IGN)\n    except OSError: pass\n"
        "while True: pass",
        why=Why.TIMEOUT,
        seconds=0.4,
    ),
    Case(
        "endless-loop-in-the-check",
        "def f():\n    while True: pass",
        check="assert f() == 1",
        solution="def f(): return 1",
        why=Why.TIMEOUT,
        phase=Phase.CHECK,
        slip=False,
        line=1,
        seconds=0.4,
    ),
    Case(
        "growing-list",
        "kept = []\nwhile True: kept.append(bytearray(16 << 20))",
        why=Why.MEMORY,
        says="MemoryError",
        seconds=20.0,
        memory_mb=128,
    ),
    Case("huge-tensor", "x = torch.ones(100_000_000_000)", why=Why.MEMORY, says="memory"),
    Case("shared-memory", "import mmap\nx = [mmap.mmap(-1, 1 << 30) for _ in range(64)]", slip=True),
    Case(
        "gigabyte-printed",
        "import os\nfor _ in range(1024): os.write(1, bytes(1 << 20))",
        why=Why.OUTPUT,
        seconds=20.0,
        says="printed more than 16 MB, on line 2",
    ),
    Case("deep-folders", "import os\nfor _ in range(1500):\n    os.mkdir('d'); os.chdir('d')\nx = 2"),
)

OUT_OF_GIVEN = {
    "daemon": "import os\nif os.fork() == 0:\n    os.setsid(); os.execv('/bin/sleep', ['sleep', '60'])",
    "read-a-key": "print(open('HOME!/.ssh/id_rsa').read())",
    "write-the-database": "import sqlite3\nc = sqlite3.connect('HOME!/ptcards.db')\n"
    "c.execute(\"update t set v = 'owned'\")\nc.commit()",
    "write-outside": "import json, sys\nwritten = 0\n"
    "for path in ('HOME!/.bashrc', '/tmp/ptcards-owned', '/dev/shm/ptcards-owned', sys.base_prefix + '/owned', json.__file__):\n"
    "    try:\n        open(path, 'a').write('owned'); written += 1\n    except OSError: pass\nassert written",
    "remove-a-home": "import shutil\nshutil.rmtree('HOME!')",
    "udp": "import socket\n"
    "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', PORT!))",
    "unix-socket": "import socket\nsocket.socket(socket.AF_UNIX).connect('HOME!/agent.sock')",
    "trace-the-parent": "import ctypes, os\nif ctypes.CDLL(None).ptrace(16, os.getppid(), 0, 0) != 0:\n"
    "    open(f'/proc/{os.getppid()}/mem', 'rb')",
    "terminal": "import fcntl, os\nfcntl.ioctl(os.open('/dev/tty', os.O_RDWR), 0x5412, b'i')",
}
"""What a deck's `given` tries."""
TCP = {"tcp": "import socket\nsocket.create_connection(('127.0.0.1', PORT!), 2)"}
SHELL = {"shell": "import subprocess\nx = subprocess.run(['true']).returncode + 1"}
STOPPED = {
    "hard-link": "import os\nos.link('HOME!/ptcards.db', 'mine')\nx = 1",
    "raise-limits": "import resource\nresource.setrlimit(resource.RLIMIT_DATA, (-1, -1))\nx = 1",
}
WITHOUT_EFFECT = {
    "system": "import os\nx = 1 if os.system('true') == 0 else 2",
    "namespaces": "import ctypes\nx = 1 if ctypes.CDLL(None).unshare(0x10000000) == 0 else 2",
    "fork-bomb": "import os\nx = 2\nfor _ in range(200):\n    try:\n"
    "        if os.fork() == 0:\n            import time; time.sleep(30)\n    except OSError:\n        break",
    "kill-the-parent": "import os, signal\nx = 2\nfor s in (signal.SIGTERM, signal.SIGKILL, signal.SIGSTOP):\n"
    "    for pid in (os.getppid(), -1):\n"
    "        try: os.kill(pid, s)\n        except OSError as error: print(error)",
}
BREAKING_OUT = (
    *cases(dict.fromkeys(OUT_OF_GIVEN, "x = 1"), OUT_OF_GIVEN, verdict=BROKEN),
    *cases(STOPPED, slip=True),
    *cases(WITHOUT_EFFECT, slip=False, says="x is one"),
    *cases({"tcp": "x = 1"}, TCP, verdict=BROKEN, says="no network here"),
    *cases(SHELL, says="start no processes here", slip=True),
    Case(
        "kill-itself",
        "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)",
        why=Why.SIGNAL,
        says="SIGKILL",
    ),
    Case("segfault", "import ctypes\nctypes.string_at(0)", why=Why.SIGNAL, says="SIGSEGV"),
    Case("change-modes", "import os\nos.chmod('HOME!/ptcards.db', 0o777)\nx = 2"),
    Case(
        "environment",
        "import os\nx = 1 + len({*os.environ} - {'HOME', 'LANG', 'PATH', 'TMPDIR'})\nfor who in ('self', os.getppid()):\n"
        "    try: x += b'SECRET' in open(f'/proc/{who}/environ', 'rb').read()\n    except OSError: pass",
        verdict=PASS,
    ),
)
