"""`ptcards serve`: the app in a browser, a process for each window.

Whoever comes in runs code as the learner does. So everything asks for a token, and no file is read that a
request names. Of textual-serve only the page's script, its style and its fonts are used.
"""

import asyncio
import errno
import html
import json
import logging
import os
import secrets
import signal
import socket
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from ipaddress import ip_address
from pathlib import Path
from string import Template
from typing import Any, cast
from urllib.parse import urlsplit

import click
import textual_serve
from aiohttp import WSMsgType, web

from ptcards import language
from ptcards.cli import common
from ptcards.cli.common import narrate
from ptcards.errors import UsageError
from ptcards.language import _, later
from ptcards.paths import keep_report
from ptcards.text import visible

PORT, TRIED = 8000, 20  # where none is named: the first of so many that is free
MOST_APPS = 4  # at once; each is a process with a Python of its own for answers
MOST_BYTES = 1 << 20  # of one message from a browser
PATIENCE = 12.0  # seconds that an app has to end: more than it gives itself
HEARTBEAT = 20.0  # seconds after which a browser that says nothing is asked whether it is still there
COLUMNS, ROWS = (10, 500), (4, 300)
_LAST_WORDS = 4000  # bytes of what an app says on stderr
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_BEGINS = b"__GANGLION__\n"  # the framework's driver says so, and speaks in packets from then on
_TYPES = {"css": "text/css", "js": "text/javascript", "ttf": "font/ttf"}
_FROM_TEXTUAL = {
    "textual.js": "js/textual.js",
    "xterm.css": "css/xterm.css",
    "mono.ttf": "fonts/RobotoMono-VariableFont_wght.ttf",
    "mono-italic.ttf": "fonts/RobotoMono-Italic-VariableFont_wght.ttf",
}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self'; "
    "img-src data:; connect-src 'self' ws://{0} wss://{0}; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
_HEADERS = {
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), clipboard-read=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "Server": "ptcards",
    "X-Content-Type-Options": "nosniff",
}
_CLEAR = "\x1b[?1049l\x1b[2J\x1b[H"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class AppProcess:
    """One app, whose screen goes to one browser; it ends as it does where its terminal is gone."""

    def __init__(self, process: asyncio.subprocess.Process, browser: web.WebSocketResponse) -> None:
        self._process, self._browser, self._said = process, browser, b""
        self._out, self._in = cast("Any", process.stdout), cast("Any", process.stdin)
        self._showing = asyncio.create_task(self._show())
        self._listening = asyncio.create_task(self._listen())

    @classmethod
    async def start(cls, browser: web.WebSocketResponse, size: tuple[int, int]) -> "AppProcess":
        command, environment = how_to_start()
        environment |= {"COLUMNS": str(size[0]), "ROWS": str(size[1])}
        piped: Any = dict.fromkeys(("stdin", "stdout", "stderr"), asyncio.subprocess.PIPE)
        # A session of its own: Ctrl+C in the terminal is for us, who end it in order.
        process = await asyncio.create_subprocess_exec(
            *command, **piped, env=environment, start_new_session=True
        )
        return cls(process, browser)

    async def _show(self) -> None:
        """Pass on what it draws, until it ends; the browser is then told, and let go."""
        with suppress(asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            await self._out.readuntil(_BEGINS)
            while True:
                head = await self._out.readexactly(5)
                drawn = await self._out.readexactly(int.from_bytes(head[1:], "big"))
                if head[:1] == b"D":
                    await self._tell(drawn)
        await self._listening
        if self._said and not self._browser.closed:
            narrate(last := self._said.decode(errors="replace").strip())
            await self._tell((_CLEAR + visible(last).replace("\n", "\r\n")).encode())
        await self._browser.close()

    async def _tell(self, drawn: bytes) -> None:
        # What nobody sees any more is read all the same, or the app would wait to be read.
        with suppress(ConnectionError, RuntimeError):
            await self._browser.send_bytes(drawn)

    async def _listen(self) -> None:
        while said := await cast("Any", self._process.stderr).read(_LAST_WORDS):
            self._said = (self._said + said)[-_LAST_WORDS:]

    async def take(self, text: str) -> None:
        """Do what a message of the browser says; what is no message is passed over."""
        try:
            message = json.loads(text)
        except (ValueError, RecursionError):
            return
        kind, payload = b"M", dict[str, Any]()
        match message:
            case ["stdin", str(typed)]:
                kind, payload = b"D", {"typed": typed}
            case ["resize", {"width": int(width), "height": int(height)}]:
                width, height = fitting(width, height)
                payload = {"type": "resize", "width": width, "height": height}
            case ["focus" | "blur" as what]:
                payload = {"type": what}
            case _:
                return
        data = payload["typed"].encode(errors="replace") if kind == b"D" else json.dumps(payload).encode()
        with suppress(ConnectionError):  # it has just ended
            self._in.write(kind + len(data).to_bytes(4, "big") + data)
            async with asyncio.timeout(PATIENCE):
                await self._in.drain()

    async def end(self) -> None:
        """Take its terminal away, wait until it has put everything down, and is gone."""
        self._in.close()
        try:
            async with asyncio.timeout(PATIENCE):
                await self._showing
                await self._process.wait()
        except TimeoutError:
            with suppress(ProcessLookupError):
                self._process.kill()


def how_to_start() -> tuple[list[str], dict[str, str]]:
    """The command of an app with what was said before `serve`, and its environment.

    A database may be a URL with a password, which no command line may hold.
    """
    said = click.get_current_context().find_root().params
    command = [sys.executable, "-P", "-m", "ptcards"]
    for name, value in said.items():
        if value and name not in ("database", "version"):
            command.append(f"--{name}" if value is True else f"--{name}={value}")
    driver = {"TEXTUAL_DRIVER": "textual.drivers.web_driver:WebDriver", "TEXTUAL_COLOR_SYSTEM": "truecolor"}
    named = {"PTCARDS_DATABASE": str(said["database"])} if said["database"] else {}
    return command, os.environ | driver | named


def fitting(width: int, height: int) -> tuple[int, int]:
    """A size that the app can draw in."""
    return max(COLUMNS[0], min(width, COLUMNS[1])), max(ROWS[0], min(height, ROWS[1]))


class Door:
    """What may come in, and what it is shown; `local` where nobody but this machine can reach it.

    The cookie goes to addresses below `place` only, a word that nobody else knows: a browser sends it to
    every port of this machine, and somebody else's program may listen there.
    """

    def __init__(self, *, local: bool, port: int) -> None:
        self._local, self._cookie = local, f"ptcards-{port}"
        self.token, self._place = secrets.token_urlsafe(32), f"/{secrets.token_hex(8)}/"
        self._files, self._page = files()
        self._room = asyncio.Semaphore(MOST_APPS)
        self._apps, self._ending = set[AppProcess](), set[asyncio.Task[None]]()

    def application(self) -> web.Application:
        app = web.Application(middlewares=[web.middleware(partial(self._guard))])
        app.router.add_get("/", self._enter)
        app.router.add_get(self._place, self._show_page)
        app.router.add_get(f"{self._place}ws", self._connect)
        app.router.add_get(f"{self._place}{{name}}", self._file)
        app.on_response_prepare.append(self._head)
        return app

    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        enters = request.path == "/"
        given = request.query.get("token", "") if enters else request.cookies.get(self._cookie, "")
        try:
            if self._local and name_of(request.host) not in _LOOPBACK:
                # A foreign name that leads here is how a page elsewhere would get around its browser.
                return _refused(later("Only the address that `ptcards serve` printed leads in here."))
            if not secrets.compare_digest(given.encode(errors="replace"), self.token.encode()):
                return _refused(later("Open the whole address that `ptcards serve` printed, with its token."))
            return await handler(request)
        except web.HTTPException as error:
            return web.Response(status=error.status, text=f"{error.reason}.\n", headers=error.headers)
        except ConnectionError:
            raise  # the browser has gone
        except Exception as error:  # noqa: BLE001 - whatever it is, it is told without its details
            keep_report(error)
            return web.Response(status=500, text=_("Something in ptcards itself went wrong.") + "\n")

    async def _head(self, request: web.Request, response: web.StreamResponse) -> None:
        response.headers.update(_HEADERS)
        response.headers["Content-Security-Policy"] = _POLICY.format(request.host)

    async def _enter(self, _request: web.Request) -> web.Response:
        # Not a 303: a browser that came by a link of another site would follow it without the cookie.
        response = web.Response(headers={"Refresh": f"0; url={self._place}"})
        response.set_cookie(self._cookie, self.token, path=self._place, httponly=True, samesite="Strict")
        return response

    async def _show_page(self, _request: web.Request) -> web.Response:
        return web.Response(text=self._page, content_type="text/html")

    async def _file(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        if name not in self._files:
            raise web.HTTPNotFound
        kind = _TYPES[name.rpartition(".")[2]]
        return web.Response(body=self._files[name], content_type=kind, charset="utf-8")

    async def _connect(self, request: web.Request) -> web.StreamResponse:
        if request.headers.get("Origin") not in (f"http://{request.host}", f"https://{request.host}"):
            return _refused(later("Only the page that `ptcards serve` shows may connect."))
        browser = web.WebSocketResponse(heartbeat=HEARTBEAT, max_msg_size=MOST_BYTES)
        await browser.prepare(request)
        while self._ending:  # the app of a page that is loaded anew has its draft to write yet
            await asyncio.wait(self._ending)
        if self._room.locked():
            too_many = _("{} windows are open already: close one, then start again here.", MOST_APPS)
            await browser.send_bytes((_CLEAR + too_many).encode())
            await browser.close()
            return browser
        async with self._room:
            app = await AppProcess.start(browser, _size(request))
            self._apps.add(app)
            try:
                async for message in browser:
                    if message.type is WSMsgType.TEXT:
                        await app.take(message.data)
            except TimeoutError:
                narrate("An app took nothing more that was typed, and was ended.")
            finally:
                ending = asyncio.create_task(app.end())
                self._ending.add(ending)
                ending.add_done_callback(self._ending.discard)
                await asyncio.shield(ending)
                self._apps.discard(app)
        return browser

    async def close(self) -> None:
        """End all apps."""
        await asyncio.gather(*(app.end() for app in self._apps))


def _size(request: web.Request) -> tuple[int, int]:
    size = [80, 24]
    for number, name in enumerate(("width", "height")):
        with suppress(ValueError):
            size[number] = int(request.query.get(name, "")[:9])
    return fitting(*size)


def _refused(words: str) -> web.Response:
    return web.Response(status=403, text=_(words) + "\n")


def name_of(host: str) -> str:
    """The name in a Host header, without the port: another one may lead here, as by `ssh -L`."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def files() -> tuple[dict[str, bytes], str]:
    """What the page loads, by name, and the page itself in the language in use."""
    theirs = Path(textual_serve.__file__).parent / "static"
    ours = Path(__file__)
    found = {name: (theirs / path).read_bytes() for name, path in _FROM_TEXTUAL.items()}
    found |= {f"page{end}": ours.with_suffix(end).read_bytes() for end in (".css", ".js")}
    words = {
        "language": language.in_use(),
        "starts": _("ptcards starts…"),
        "ended": _("The app has ended here. What you typed is kept."),
        "again": _("Start again"),
        "keyboard": _("Keyboard"),
    }
    page = Template(ours.with_suffix(".html").read_text(encoding="utf-8"))
    return found, page.substitute({name: html.escape(text) for name, text in words.items()})


def listener(host: str, port: int | None) -> socket.socket:
    """A socket that listens there, at the first free port of some where none is named; UsageError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    ports = range(PORT, PORT + TRIED) if port is None else (port,)
    for tried in ports:
        try:
            return socket.create_server((host, tried), family=family)
        except OSError as error:
            number = error.errno or 0
            if number != errno.EADDRINUSE:
                break
    if number < 0 or number == errno.EADDRNOTAVAIL:
        raise UsageError(f"--host {host}: this is no address of this machine.")
    what = f"{host}: port {tried} cannot be had: {os.strerror(number)}"
    raise UsageError(
        f"{what}; leave --port out, or name another." if port else f"{what}; name another: --port."
    )


def is_local(address: str) -> bool:
    return ip_address(address.partition("%")[0]).is_loopback


def reachable(address: str) -> str:
    """An address for a URL; for all addresses of this machine the one that others most likely reach it by."""
    if ip_address(address.partition("%")[0]).is_unspecified:
        with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect(("192.0.2.1", 9))  # nothing is sent
            address = probe.getsockname()[0]
    return f"[{address}]" if ":" in address else address


def _keep(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Keep a defect's details; that there are too many connections just now is none."""
    error = context.get("exception")
    if isinstance(error, Exception) and not isinstance(error, OSError):
        keep_report(error)


async def _serve(listening: socket.socket) -> None:
    address, port = listening.getsockname()[:2]
    local = is_local(address)
    door = Door(local=local, port=port)
    quiet = logging.Logger("ptcards-serve")  # noqa: LOG001 - nobody else is to hear of what strangers send
    quiet.addHandler(logging.NullHandler())
    told: Any = {"access_log": None, "logger": quiet}
    runner = web.AppRunner(door.application(), **told, keepalive_timeout=HEARTBEAT, shutdown_timeout=1)
    await runner.setup()
    await web.SockSite(runner, listening).start()
    click.echo(f"http://{reachable(address)}:{port}/?token={door.token}")
    if not local:
        narrate(
            "This is not encrypted: whoever has the address with its token, or reads along, can run code on "
            "this machine as you. Better leave --host out, and on the other machine: "
            f"ssh -L {port}:127.0.0.1:{port} {os.environ.get('USER', 'NAME')}@{socket.gethostname()}"
        )
    narrate(_("Open it in a browser. Whoever has it can run code as you. Ctrl+C ends it."))
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    loop.set_exception_handler(_keep)
    hangs_up = [signal.SIGHUP] if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN else []  # nohup
    for number in (signal.SIGINT, signal.SIGTERM, *hangs_up):
        loop.add_signal_handler(number, stop.set)
    await stop.wait()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, partial(os._exit, 130))  # once more: at once
    await door.close()
    await runner.cleanup()


def serve_browser(host: str, port: int | None) -> None:
    """Serve until Ctrl+C."""
    common.library()  # bad settings are told here, and the language is in use
    asyncio.run(_serve(listener(host, port)))
