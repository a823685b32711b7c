from __future__ import annotations

import socket
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from ptcards.runner.runner import Runner
from tests.conftest import running
from tests.runner.nobody import no_rights
from tests.runner.runner_cases import World


@pytest.fixture(scope="session")
def as_nobody() -> Iterator[Runner]:
    """A runner that root starts as a user without any rights."""
    with running(mode="fork", wrap=no_rights(), libraries=()) as unprivileged:
        yield unprivileged


@pytest.fixture(scope="session")
def spawning() -> Iterator[Runner]:
    with running(mode="spawn", libraries=()) as spawned:
        yield spawned


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A home with a secret key, the app's database and an agent's socket; listeners on the loopback."""
    monkeypatch.setenv("PTCARDS_TEST_SECRET", "hunter2")
    home = tmp_path / "h"
    (home / ".ssh").mkdir(parents=True)
    (home / ".ssh" / "id_rsa").write_text("SECRETKEY")
    with closing(sqlite3.connect(home / "ptcards.db")) as database, database:
        database.execute("create table t (v text)")
        database.execute("insert into t values ('mine')")
    with ExitStack() as open_ones:
        tcp = open_ones.enter_context(socket.create_server(("127.0.0.1", 0)))
        udp = open_ones.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        agent = open_ones.enter_context(socket.socket(socket.AF_UNIX))
        udp.bind(tcp.getsockname())
        agent.bind(str(home / "agent.sock"))
        agent.listen()
        yield World(home, (tcp, udp, agent))
