"""`ptcards serve`: a real server, and a client that does as a browser does, or as none should."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import pyte
import pytest

from tests.cli.shell import QuickShell
from tests.conftest import Late
from tests.tui.terminal import DEADLINE, NOW
from tests.tui.test_tui_in_terminal import drafts_of

aiohttp = Late("aiohttp")
LIGHT = getattr(sys, "_base_executable", sys.executable)
"""A Python for the answers, without torch."""


class Server:
    """A server, its address, its words."""

    def __init__(self, process: asyncio.subprocess.Process, url: str) -> None:
        self.process, self.url = process, url
        self.origin, self.port = url.partition("/?")[0], int(url.partition("/?")[0].rpartition(":")[2])
        self.client = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))

    async def get(self, path: str, **headers: str) -> tuple[int, str]:
        where = self.origin + path if path.startswith("/") else path
        async with self.client.get(where, headers=headers, allow_redirects=False) as response:
            return response.status, await response.text()

    async def enter(self) -> tuple[str, str]:
        """Open the address with the token: where it leads to, and the cookie."""
        async with self.client.get(self.url) as entered:
            return entered.headers["Refresh"].removeprefix("0; url="), entered.headers["Set-Cookie"]

    async def raw(self, *lines: str) -> str:
        """What comes back of a request that no client would make."""
        read, write = await asyncio.open_connection("127.0.0.1", self.port)
        write.write("\r\n".join([*lines, "Connection: close", "", ""]).encode())
        said = await read.read()
        write.close()
        return said.decode()

    def apps(self) -> list[int]:
        pid = self.process.pid
        return [*map(int, facts(pid, f"task/{pid}/children").split())]

    async def end(self) -> tuple[int, str]:
        """Ctrl+C; the exit code, and what was said on stderr."""
        self.process.send_signal(signal.SIGINT)
        _out, said = await asyncio.wait_for(self.process.communicate(), DEADLINE)
        return self.process.returncode or 0, said.decode()


class Window:
    """A page's connection, and what its terminal shows."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self.screen = pyte.Screen(80, 24)
        self._stream = pyte.ByteStream(self.screen)

    async def send(self, *message: object) -> None:
        await self.connection.send_str(json.dumps(message))

    async def wait_for(self, *texts: str) -> None:
        while not all(text in "\n".join(self.screen.display) for text in texts):
            message = await asyncio.wait_for(self.connection.receive(), DEADLINE)
            assert message.type is aiohttp.WSMsgType.BINARY, "\n".join(self.screen.display)
            self._stream.feed(message.data)


@asynccontextmanager
async def serving(home: Path, *before: str) -> AsyncIterator[Server]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PTCARDS_")}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "ptcards", *before, "serve", "--port=0"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=clean | {"PTCARDS_HOME": str(home), "PTCARDS_NOW": NOW},
    )
    assert process.stdout is not None
    server = Server(process, (await asyncio.wait_for(process.stdout.readline(), DEADLINE)).decode().strip())
    try:
        yield server
    finally:
        await server.client.close()
        if process.returncode is None:
            process.kill()
            await process.wait()


@asynccontextmanager
async def window(server: Server, place: str) -> AsyncIterator[Window]:
    address = f"{server.origin}{place}ws?width=80&height=24"
    async with server.client.ws_connect(address, origin=server.origin) as connection:
        yield Window(connection)


def facts(process: int, name: str) -> str:
    """What the system says of a process; nothing once it is gone."""
    try:
        return Path(f"/proc/{process}/{name}").read_text()
    except OSError:
        return ""


async def test_nothing_comes_out_without_the_token_by_a_foreign_name_or_for_a_foreign_page(
    tmp_path: Path,
) -> None:
    async with serving(tmp_path) as server:
        needs = "Open the whole address that `ptcards serve` printed, with its token.\n"
        for path in ("/", "/?token=", "/?token=%ff", "/?token=" + "x" * 43, "/static/js/textual.js", "/ws"):
            assert await server.get(path) == (403, needs)
        foreign = f"Host: evil.example:{server.port}"
        for line in (f"GET /?{server.url.partition('?')[2]} HTTP/1.1", "GET / HTTP/1.1"):
            answered = await server.raw(line, foreign)
            assert answered.startswith("HTTP/1.1 403")
            assert "Set-Cookie" not in answered

        place, cookie = await server.enter()
        assert cookie.endswith(f"; HttpOnly; Path={place}; SameSite=Strict")
        status, page = await server.get(place)
        assert status == 200
        assert "//" not in page.replace("<!DOCTYPE html>", "")  # it names no other address
        assert [(await server.get(place + name))[0] for name in ("page.js", "textual.js", "ws.js")] == [
            200,
            200,
            404,
        ]

        value = cookie.partition(";")[0]
        for path in ("../../../../etc/passwd", "..%2f..%2fserve.py", "/etc/passwd", "%00", "serve.py"):
            host = f"Host: 127.0.0.1:{server.port}"
            answered = await server.raw(f"GET {place}{path} HTTP/1.1", host, f"Cookie: {value}")
            assert answered.startswith(("HTTP/1.1 404", "HTTP/1.1 403"))
        for origin in ("http://evil.example", f"http://127.0.0.1:{server.port + 1}", "null", None):
            with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
                await server.client.ws_connect(f"{server.origin}{place}ws", origin=origin)
            assert refused.value.status == 403
        assert server.apps() == []
        code, said = await server.end()
        assert (code, said.count("\n")) == (0, 1), said


async def test_the_app_is_in_a_browser_until_ctrl_c_which_keeps_the_draft(towns: Path) -> None:
    database = towns / "ptcards.db"
    async with serving(towns / "elsewhere", f"--database={database}", f"--python={LIGHT}") as server:
        place, _cookie = await server.enter()
        async with window(server, place) as shown:
            await shown.wait_for("Enter review today", "Towns")
            (app,) = server.apps()
            assert str(database) not in facts(app, "cmdline")
            rubbish = (
                "",
                "{",
                "[" * 100_000,
                '["stdin"]',
                '["resize", {"width": "wide"}]',
                '["resize"]',
                "null",
            )
            for message in rubbish:
                await shown.connection.send_str(message)
            await shown.connection.send_bytes(b"\xff\x00")
            for width, height in ((0, 0), (-1, 10**30), (80, 24)):
                await shown.send("resize", {"width": width, "height": height})
            await shown.send("stdin", "\r")
            await shown.wait_for("capital of France")
            await shown.send("stdin", "half-\udcff")
            await shown.send("stdin", "\x1b[200~typed\x1b[201~")
            await shown.wait_for("half-?typed")
            code, said = await server.end()
    assert (code, said) == (0, "Open it in a browser. Whoever has it can run code as you. Ctrl+C ends it.\n")
    assert facts(app, "cmdline") == ""
    assert "half-?typed" in drafts_of(towns)


def test_what_cannot_be_served_is_said_in_a_sentence(tmp_path: Path) -> None:
    ptcards = QuickShell(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = ptcards("serve", "--port", port)
        assert (done.code, done.out) == (2, "")
        assert f"127.0.0.1: port {port} cannot be had" in done.err
    assert ptcards("serve", "--host", "no.such.address.invalid").code == 2
    with mock.patch.dict(sys.modules, {"textual_serve": None}):
        sys.modules.pop("ptcards.cli.web", None)
        assert "pip install 'ptcards[web]'" in ptcards("serve").err
