"""A dozen attacks, run like answers, to prove that the layers hold on this machine."""

from __future__ import annotations

import secrets
import socket
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ptcards.runner.protocol import Job, Limits, Outcome, Verdict, Why

if TYPE_CHECKING:
    from ptcards.runner.process import Runner

THROUGH = "got through"
LIMITS = Limits(seconds=1.0, memory_mb=256)


@dataclass(frozen=True, slots=True)
class Attack:
    name: str
    what_happened: str
    held: bool


TRIES = {
    "read a file of yours": "open({secret!r}).read()",
    "write beside it": "open({secret!r} + '.new', 'w').write('x')",
    "change the file": "open({secret!r}, 'a').write('x')",
    "remove the file": "import os; os.unlink({secret!r})",
    "reach the network": "import socket; socket.create_connection(('127.0.0.1', {port}), 1)",
    "send a datagram": "import socket; socket.socket(2, 2).sendto(b'x', ('127.0.0.1', {port}))",
    "start a program": "import subprocess; subprocess.run(['true'])",
    "start a second process": "import os; os.fork() or os._exit(0)",
    "signal its parent": "import os; os.kill(os.getppid(), 0)",
    "read its parent's memory": "import os; open(f'/proc/{{os.getppid()}}/mem', 'rb')",
    "open the terminal": "import os; os.open('/dev/tty', os.O_RDWR)",
}
EXHAUSTING = {
    "run for ever": ("while True: pass", (Why.TIMEOUT, Why.CPU)),
    "take all memory": ("kept = []\nwhile True: kept.append(bytearray(32 << 20))", (Why.MEMORY, Why.SIGNAL)),
    "fill the disk": ("f = open('f', 'wb')\nwhile True: f.write(bytes(1 << 20))", (Why.DISK,)),
    "write its own verdict": ("import os\nos.write(3, b'{}')", (Why.PROTOCOL,)),
}


def prove_layers(runner: Runner) -> list[Attack]:
    """Run each attack, and say what happened; starts the runner if need be."""
    with tempfile.TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0)) as listener:
        secret = Path(folder, "yours.txt")
        secret.write_text(secrets.token_hex(8))
        facts = {"secret": str(secret), "port": listener.getsockname()[1]}
        attacks = [_tried(runner, name, code.format(**facts)) for name, code in TRIES.items()]
    return attacks + [_exhausted(runner, name, *rest) for name, rest in EXHAUSTING.items()]


def _tried(runner: Runner, name: str, code: str) -> Attack:
    answer = f"try:\n    {code}\n    answer = {THROUGH!r}\nexcept OSError as error:\n    answer = str(error)"
    outcome = _run(runner, name, answer)
    if outcome.answer_value is None:
        return Attack(name, outcome.message, held=outcome.verdict is Verdict.FAIL)
    text = outcome.answer_value.text.strip("'\"")
    return Attack(name, text, held=text != THROUGH)


def _exhausted(runner: Runner, name: str, answer: str, stopped_by: tuple[Why, ...]) -> Attack:
    outcome = _run(runner, name, answer)
    return Attack(name, outcome.message, held=outcome.why in stopped_by)


def _run(runner: Runner, name: str, answer: str) -> Outcome:
    return runner.value(Job(f"attack/{name}", answer=answer, limits=LIMITS, fail_closed=False))
