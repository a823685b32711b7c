"""Answers and decks that take too much, or want to get out."""

from __future__ import annotations

from ptcards.runner.protocol import Phase, Why
from tests.runner.runner_cases import BROKEN, PASS, Case

GREEDY = (
    Case(
        "endless-loop",
        "y = 1\nwhile True:\n    pass",
        why=Why.TIMEOUT,
        seconds=0.4,
        says="on line",
        slip=True,
        also_spawned=True,
    ),
    Case(
        "endless-loop-in-c",
        "import itertools\nx = sum(itertools.repeat(0))",
        why=Why.TIMEOUT,
        line=2,
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
        "catches-everything",
        "while True:\n    try:\n        pass\n    except BaseException:\n        pass",
        why=Why.TIMEOUT,
        seconds=0.4,
    ),
    Case("long-matmul", "a = torch.ones(3000, 3000)\nwhile True: a = a @ a", why=Why.TIMEOUT, seconds=0.4),
    Case(
        "ignores-signals",
        "import signal\nfor s in range(1, 32):\n    try: signal.signal(s, signal.SIG_IGN)\n    except OSError: pass\nwhile True: pass",
        why=Why.TIMEOUT,
        seconds=0.4,
        also_spawned=True,
    ),
    Case(
        "growing-list",
        "kept = []\nwhile True: kept.append(bytearray(16 << 20))",
        why=Why.MEMORY,
        says="MemoryError",
        memory_mb=128,
        also_spawned=True,
    ),
    Case("huge-tensor", "x = torch.ones(100_000_000_000)", why=Why.MEMORY, says="memory"),
    Case("shared-memory", "import mmap\nx = [mmap.mmap(-1, 1 << 30) for _ in range(64)]", slip=True),
    Case(
        "huge-file",
        "f = open('big', 'wb')\nfor _ in range(10_000): f.write(bytes(1 << 20))",
        why=Why.DISK,
        also_spawned=True,
    ),
    Case(
        "many-files",
        "n = 0\nwhile True:\n    n += 1\n    open(f'f{n}', 'wb').write(bytes(8 << 20))",
        why=Why.DISK,
    ),
    Case(
        "very-many-empty-files",
        "n = 0\nwhile True:\n    n += 1\n    open(f'f{n}', 'wb').close()",
        why=Why.DISK,
        seconds=30.0,
    ),
    Case(
        "gigabyte-printed",
        "import os\nfor _ in range(1024): os.write(1, bytes(1 << 20))\nx = 1",
        why=Why.OUTPUT,
    ),
    Case("deep-folders", "import os\nfor _ in range(1500):\n    os.mkdir('d'); os.chdir('d')\nx = 2"),
)

BREAKING_OUT = (
    Case(
        "fork-bomb",
        "import os\nx = 2\nfor _ in range(200):\n    try:\n        if os.fork() == 0:\n            import time; time.sleep(30)\n    except OSError:\n        break",
        says="x is one",
        also_spawned=True,
    ),
    Case(
        "daemon",
        "x = 1",
        given="import os\nif os.fork() == 0:\n    os.setsid(); os.execv('/bin/sleep', ['sleep', '60'])",
        verdict=BROKEN,
    ),
    Case(
        "shell",
        also_spawned=True,
        answer="import subprocess\nx = subprocess.run(['true']).returncode + 1",
        says="start no processes here",
        slip=True,
    ),
    Case("system", "import os\nx = 1 if os.system('true') == 0 else 2", slip=False),
    Case(
        "kill-itself",
        "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)",
        why=Why.SIGNAL,
        says="SIGKILL",
        slip=True,
    ),
    Case("segfault", "import ctypes\nctypes.string_at(0)", why=Why.SIGNAL, says="SIGSEGV", also_spawned=True),
    Case(
        "kill-the-parent",
        "import os, signal\nx = 2\nfor s in (signal.SIGTERM, signal.SIGKILL, signal.SIGSTOP):\n    for pid in (os.getppid(), -1):\n        try: os.kill(pid, s)\n        except OSError as error: print(error)",
        also_spawned=True,
    ),
    Case(
        "read-a-key",
        "x = 1",
        given="print(open('HOME!/.ssh/id_rsa').read())",
        verdict=BROKEN,
        also_spawned=True,
    ),
    Case(
        "write-the-database",
        "x = 1",
        given="import sqlite3\nc = sqlite3.connect('HOME!/ptcards.db')\nc.execute(\"update t set v = 'owned'\")\nc.commit()",
        verdict=BROKEN,
    ),
    Case(
        "write-outside",
        "x = 1",
        given="import json, sys\nwritten = 0\nfor path in ('HOME!/.bashrc', '/tmp/ptcards-owned', '/dev/shm/ptcards-owned', sys.base_prefix + '/owned', json.__file__):\n    try:\n        open(path, 'a').write('owned'); written += 1\n    except OSError: pass\nassert written",
        verdict=BROKEN,
        also_spawned=True,
    ),
    Case("remove-a-home", "x = 1", given="import shutil\nshutil.rmtree('HOME!')", verdict=BROKEN),
    Case("change-modes", "import os\nos.chmod('HOME!/ptcards.db', 0o777)\nx = 2"),
    Case("hard-link", "import os\nos.link('HOME!/ptcards.db', 'mine')\nx = 1", slip=True),
    Case(
        "tcp",
        "x = 1",
        given="import socket\nsocket.create_connection(('127.0.0.1', PORT!), 2)",
        verdict=BROKEN,
        says="no network here",
    ),
    Case(
        "udp",
        "x = 1",
        given="import socket\nsocket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', PORT!))",
        verdict=BROKEN,
    ),
    Case(
        "unix-socket",
        "x = 1",
        given="import socket\nsocket.socket(socket.AF_UNIX).connect('HOME!/agent.sock')",
        verdict=BROKEN,
    ),
    Case(
        "trace-the-parent",
        "x = 1",
        given="import ctypes, os\nif ctypes.CDLL(None).ptrace(16, os.getppid(), 0, 0) != 0:\n    open(f'/proc/{os.getppid()}/mem', 'rb')",
        verdict=BROKEN,
    ),
    Case("namespaces", "import ctypes\nx = 1 if ctypes.CDLL(None).unshare(0x10000000) == 0 else 2"),
    Case(
        "environment",
        "import os\nx = 1 + sum('SECRET' in name for name in os.environ)\nfor who in ('self', os.getppid()):\n    try: x += b'SECRET' in open(f'/proc/{who}/environ', 'rb').read()\n    except OSError: pass",
        verdict=PASS,
    ),
    Case(
        "terminal",
        "x = 1",
        given="import fcntl, os\nfcntl.ioctl(os.open('/dev/tty', os.O_RDWR), 0x5412, b'i')",
        verdict=BROKEN,
    ),
    Case(
        "raise-limits",
        "import resource\nresource.setrlimit(resource.RLIMIT_DATA, (-1, -1))\nx = 1",
        slip=True,
    ),
)
