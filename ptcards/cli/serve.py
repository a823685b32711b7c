"""`ptcards serve`; with `--stdio` editors and agents come in here, by five verbs over MCP.

Whoever calls is not the learner: no verb takes a card into a deck unless the learner said yes to all of it,
in a form that their client shows them, or in their own terminal.
"""

import json
import os
import secrets
import signal
import sys
import threading
import tomllib
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import aclosing, closing, suppress
from functools import cache, partial
from itertools import chain, islice
from pathlib import Path
from textwrap import indent
from typing import TYPE_CHECKING, Any, cast

import click

from ptcards.cli import common, study
from ptcards.cli.cards import answered_json, answered_lines
from ptcards.cli.common import iso, narrate, picked
from ptcards.cli.main import apology
from ptcards.cli.review import due_json
from ptcards.errors import PtcardsError, UsageError
from ptcards.language import _, later
from ptcards.text import visible

if TYPE_CHECKING:
    from mcp import types
    from mcp.server.context import ServerRequestContext

    from ptcards.checking.drafting import Draft
    from ptcards.study.desk import Desk

PATIENCE = 180.0  # seconds for one call, less what the learner takes to answer
MOST_BYTES = 16 << 20  # of one message
MOST_TEXT = 100_000  # characters of an argument
MOST_NEXT, MOST_DRAFTS = 10, 32
_KINDS = {"string": (str, "a text"), "boolean": (bool, "true or false"), "object": (dict, "keys with values")}
_KEPT = {"type", "description", "enum", "items", "properties", "required"}
Said = tuple[dict[str, Any], str]
"""What a verb says, as data and in words."""


@cache
def about() -> dict[str, Any]:
    """What a client is told: the `instructions`, and the `verbs` by name."""
    return tomllib.loads(Path(__file__).with_name("verbs.toml").read_text(encoding="utf-8"))


def schema_of(name: str) -> dict[str, Any]:
    """The arguments of a verb as JSON Schema; a card's keys are those of the deck format."""
    from ptcards.deck.reading import CARD

    def simply(part: Any) -> Any:
        # Not every client knows all of JSON Schema.
        said = {key: part[key] for key in part if key in _KEPT}
        if "properties" in said:
            said["properties"] = {key: simply(one) for key, one in part["properties"].items() if key != "was"}
        return said | ({"items": simply(part["items"])} if "items" in said else {})

    verb = about()["verbs"][name]
    properties = dict(verb.get("arguments", {}))
    if name == "draft":
        properties["card"] = simply(CARD) | properties["card"]
    required = verb.get("required", [])
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


# -- the verbs, as functions of an open library ----------------------------------------------------------


def checked(name: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of a verb, those that are null left out; UsageError says all that is wrong with them."""
    if name not in (verbs := about()["verbs"]):
        raise UsageError(f"There is no verb {name[:48]!r}; there are: {', '.join(verbs)}.")
    schema, wrong = schema_of(name), list[str]()
    known = schema["properties"]
    given = {key: value for key, value in given.items() if value is not None}
    for key, value in given.items():
        if key not in known:
            wrong.append(f"{key[:48]!r} is no argument; it takes {', '.join(known) or 'none'}")
            continue
        kind, words = _KINDS[known[key]["type"]]
        if type(value) is not kind:
            wrong.append(f"`{key}` must be {words}")
        elif isinstance(value, str) and len(value) > MOST_TEXT:
            wrong.append(f"`{key}` is longer than {MOST_TEXT:,} characters")
    wrong += [f"`{key}` is missing" for key in schema["required"] if key not in given]
    if wrong:
        raise UsageError(f"{name}: {'; '.join(wrong)}.")
    return given


def due(desk: "Desk") -> Said:
    queue = desk.store.queue.of_day(desk.now().day, desk.config, unmet=desk.unmet())
    value = due_json(desk.home()) | {"next": [*islice(chain(*queue), MOST_NEXT)]}
    return value, json.dumps(value, default=str, ensure_ascii=False)


def show(desk: "Desk", card: str, *, solution: bool = False) -> Said:
    from ptcards.runner.rules import said_of
    from ptcards.study.desk import deck_of

    view = study.cards.card(desk, desk.card(card, present=True).key)
    content = view.shown
    rules = said_of(content, whole=True)
    parts = picked(content, "given starter") | ({"rules": rules} if rules else {})
    parts |= {"preamble": deck_of(desk.deck(view.deck)).preamble}
    parts |= picked(content, "solution explanation") if solution else {}
    head = {"card": view.key, **picked(view, "deck state"), "due": view.schedule.due}
    value = head | {"accepts": content.accepts.value, "question": content.question, **parts}
    due_day = f", due {iso(view.schedule.due)}" if view.schedule.due else ""
    said = f"{view.key}: {view.state}{due_day}; accepts {content.accepts.value}"
    lines = [said, "", content.question.rstrip()]
    lines += [f"\n-- {title}\n{text.rstrip()}" for title, text in parts.items() if text.strip()]
    return value, "\n".join(lines)


def answer(desk: "Desk", card: str, code: str, *, grade: bool = False) -> Said:
    answered = study.actions.answer(desk, card, code.replace("\r\n", "\n"), record=grade)
    lines = answered_lines(answered) + ["Nothing was recorded."] * (answered.graded is None)
    return answered_json(answered), "\n".join(lines)


def draft(desk: "Desk", card: dict[str, Any], deck: str = "my-cards") -> "tuple[Said, Draft | None]":
    from ptcards.checking.proposing import propose

    found = propose(desk, deck, card)
    proved = None if found.reasons else found.draft
    value: dict[str, Any] = {"proved": proved is not None, "draft": proved and proved.key}
    lines = [f"Proved. Its name is {proved.key}: `add` puts it before the person." if proved else "Refused:"]
    for name, part in (("reasons", found.reasons), ("doubts", found.doubts)):
        value[name] = [one._asdict() for one in part]
        lines += ["Doubtful:"] * (name == "doubts" and bool(part))
        lines += [f"- {one.field or 'the card'}: {one.reason}" for one in part]
    return (value, "\n".join(lines)), proved


def take(desk: "Desk", proposed: "Draft") -> Said:
    """Take a card in that the learner said yes to, proved once more in its deck as that is now."""
    from ptcards.checking.drafting import prove, save

    again = prove(desk, proposed.deck, proposed.card)
    if again.problems:
        reasons = "\n".join(f"- {problem.message}" for problem in again.problems)
        raise UsageError(f"The person said yes, but it does not hold in the deck as it is now:\n{reasons}")
    key = save(desk, again)
    with suppress(UsageError):  # it did not wait
        study.drafts.forget(proposed.key)
    return {"added": True, "card": key}, f"The person took it: {key} is in the deck, and comes as a new card."


def leave(desk: "Desk", proposed: "Draft") -> Said:
    """Keep a card until the learner takes it in their own terminal."""
    from ptcards.checking.drafting import own_deck
    from ptcards.deck.reading import write_deck

    deck = own_deck(desk, proposed.deck)._replace(cards=(proposed.card,))
    study.drafts.keep(proposed.key, write_deck(deck))
    command = f"ptcards new --draft {proposed.key}"
    words = f"It is not in the deck: the person has to take it. Ask them to run, in a terminal: {command}"
    return {"added": False, "waits": proposed.key, "command": command}, words


# -- the protocol ----------------------------------------------------------------------------------------


class Door:
    """Calls of verbs, one at a time, each in a library that is opened for it."""

    def __init__(self) -> None:
        from anyio import Lock

        self._where, self._runner = common.library(), common.make_runner()
        self._drafts: dict[str, Draft] = {}  # proved, by name
        self._asked: dict[str, Draft] = {}  # what the learner is being asked about, by a word of ours
        self._told: set[str] = set()
        self._turn = Lock()
        self.interrupted = False

    def close(self) -> None:
        self._runner.close()

    async def call(self, context: "ServerRequestContext[Any]", wanted: "types.CallToolRequestParams") -> Any:
        """Do what one call asks; whatever goes wrong becomes a text."""
        from mcp import types

        verbs: dict[str, Callable[..., Any]] = {"due": due, "show": show, "answer": answer}
        failed = False
        try:
            arguments = checked(wanted.name, wanted.arguments or {})
            if wanted.name == "add":
                found = await self._add(context, wanted, arguments["draft"])
            elif wanted.name == "draft":
                found, proved = await self._work(draft, **arguments)
                if proved:
                    _remember(self._drafts, proved.key, proved)
            else:
                found = await self._work(verbs[wanted.name], **arguments)
            if isinstance(found, types.InputRequiredResult):
                return found
        except PtcardsError as error:
            failed, found = True, ({}, str(error))
        except Exception as error:  # noqa: BLE001 - whatever it is, it becomes a sentence and no traceback
            failed, found = True, ({}, apology(error))
        value = json.loads(json.dumps(found[0], default=str)) if found[0] else None
        content: list[Any] = [types.TextContent(type="text", text=visible(found[1]))]
        return types.CallToolResult(content=content, structured_content=value, is_error=failed)

    async def _work(self, verb: Callable[..., Any], **arguments: Any) -> Any:
        """Call a verb in a thread; where the call is given up its answer ends, and is not recorded."""
        import anyio

        async with self._turn:
            doing = partial(self._in_library, self._runner, verb, arguments)
            try:
                with anyio.fail_after(PATIENCE):
                    return await anyio.to_thread.run_sync(doing, abandon_on_cancel=True)
            except TimeoutError:
                self._end_answers()
            except anyio.get_cancelled_exc_class():
                self._end_answers()
                raise
        raise UsageError(f"It took longer than {PATIENCE:g} seconds and was stopped; nothing was written.")

    def _end_answers(self) -> None:
        """The thread that waits for answers is told that none come, and the next call has another runner."""
        self._runner.close()
        self._runner = common.make_runner()

    def _in_library(self, runner: Any, verb: Callable[..., Any], arguments: Mapping[str, Any]) -> Any:
        desk = study.decks.open_desk(*self._where, runner)
        with closing(desk.store):
            for notice in {*desk.notices} - self._told:
                self._told.add(notice)
                narrate(notice)
            return verb(desk, **arguments)

    async def _add(
        self, context: "ServerRequestContext[Any]", wanted: "types.CallToolRequestParams", name: str
    ) -> Any:
        """Ask the learner about a draft, in the way that the client's version of the protocol has for it."""
        from mcp import MCPError, types
        from pydantic import ValidationError

        said: object = None
        if wanted.request_state is not None:  # the client comes back with what the learner said
            proposed = self._asked.pop(wanted.request_state, None)
            if proposed is None:
                raise UsageError("Nobody was asked that, or it is answered already: call `add` again.")
            said = (wanted.input_responses or {}).get("take")
        elif (proposed := self._drafts.get(name)) is None:
            raise UsageError(f"There is no proved draft {name[:140]!r} here: call `draft` first.")
        elif _can_ask(context.session.client_capabilities):
            question, form = _question(proposed)
            if not context.session.can_send_request:
                word = secrets.token_urlsafe()
                _remember(self._asked, word, proposed)
                asks = types.ElicitRequestFormParams(message=question, requested_schema=form)
                requests: Any = {"take": types.ElicitRequest(params=asks)}
                return types.InputRequiredResult(input_requests=requests, request_state=word)
            try:
                said = await context.session.elicit_form(
                    question, form, related_request_id=context.request_id
                )
            except (MCPError, ValidationError):
                said = None  # it cannot ask, after all
        self._drafts.pop(name, None)
        if isinstance(said, types.ElicitResult) and said.action != "cancel":
            if said.action == "accept" and said.content and said.content.get("take") is True:
                return await self._work(take, proposed=proposed)
            return {"added": False}, "The person said no: nothing was written."
        return await self._work(leave, proposed=proposed)


def _remember(kept: "dict[str, Draft]", name: str, one: "Draft") -> None:
    kept[name] = one
    while len(kept) > MOST_DRAFTS:
        del kept[next(iter(kept))]


def _can_ask(client: "types.ClientCapabilities | None") -> bool:
    """Whether the client shows forms; before there were others, it did not say which."""
    forms = client.elicitation if client else None
    return forms is not None and (forms.form is not None or forms.url is None)


def _question(proposed: "Draft") -> tuple[str, dict[str, Any]]:
    """What the learner is asked: all of the card; neither Markdown nor control characters can hide any."""
    from ptcards.deck.reading import write_card

    words = later(
        "A card is proposed for your deck {}. Its answers ran in the sandbox, and prove it. If you take it, "
        "its code runs in your reviews, in the sandbox. This is all of it:"
    )
    whole = indent(visible(write_card(proposed.card)), "    ")
    take_it = {"type": "boolean", "title": _("Take it into {}", proposed.deck)}
    return f"{_(words, proposed.deck)}\n\n{whole}", {
        "type": "object",
        "properties": {"take": take_it},
        "required": ["take"],
    }


async def _lines() -> AsyncGenerator[bytes]:
    """The lines of stdin, until its end or one that is too long; read in a thread that nobody waits for."""
    import anyio

    send, receive = anyio.create_memory_object_stream[bytes]()
    here = anyio.lowlevel.current_token()

    def read() -> None:
        # Not sys.stdin's own buffer, which an exit would wait for; at the end nobody may be there to read.
        gone = (RuntimeError, anyio.BrokenResourceError, anyio.ClosedResourceError)
        with os.fdopen(os.dup(0), "rb") as file, suppress(*gone):
            while (line := file.readline(MOST_BYTES)) and (len(line) < MOST_BYTES or line.endswith(b"\n")):
                anyio.from_thread.run(send.send, line, token=here)
            if line:
                narrate(f"A message of more than {MOST_BYTES >> 20} MB came: nothing more is read.")
            anyio.from_thread.run_sync(send.close, token=here)

    threading.Thread(target=read, daemon=True, name="ptcards-stdin").start()
    async with receive:
        async for line in receive:
            yield line


def _unreadable(line: bytes) -> "types.JSONRPCError":
    """What is answered to a line that is no message, by its id where it has one that can be read."""
    from mcp import types

    words = "This is no message that can be read: one JSON-RPC object a line, in UTF-8, not nested deeply."
    name = None
    with suppress(ValueError, RecursionError):
        said = json.loads(line)
        name = said.get("id") if isinstance(said, dict) else None
    error = types.ErrorData(code=types.INVALID_REQUEST, message=words)
    return types.JSONRPCError(jsonrpc="2.0", id=name if type(name) in (str, int) else None, error=error)


async def _nothing() -> AsyncIterator[str]:
    return
    yield


async def _speak(door: Door) -> None:
    from importlib.metadata import version

    import anyio
    from mcp import types
    from mcp.server.lowlevel import Server
    from mcp.server.stdio import stdio_server
    from mcp.shared.message import SessionMessage

    async def verbs(_context: object, _params: object) -> types.ListToolsResult:
        tools = []
        for name, verb in about()["verbs"].items():
            reads = verb.get("only_reads", False)
            hints = types.ToolAnnotations(read_only_hint=reads, destructive_hint=False, open_world_hint=False)
            its = {"description": verb["about"], "input_schema": schema_of(name), "annotations": hints}
            tools.append(types.Tool(name=name, **its))
        return types.ListToolsResult(tools=tools)

    server: Server[Any] = Server(
        "ptcards",
        version=version("ptcards"),
        instructions=about()["instructions"],
        on_list_tools=verbs,
        on_call_tool=door.call,
    )

    async def read(send: Any, outgoing: Any) -> None:
        async with send, aclosing(_lines()) as lines:
            async for line in lines:
                if not line.strip():
                    continue
                # At the end there may be nobody to send it to.
                with suppress(anyio.BrokenResourceError, anyio.ClosedResourceError):
                    try:
                        message = types.jsonrpc_message_adapter.validate_json(line, by_name=False)
                    except ValueError:
                        await outgoing.send(SessionMessage(_unreadable(line)))
                    else:
                        await send.send(SessionMessage(message))

    async def listen(to: Any) -> None:
        with anyio.open_signal_receiver(signal.SIGINT) as signals:
            async for _number in signals:
                door.interrupted = True
                to.cancel()

    # It reads nothing for us: it would drop what is no message, and nothing could end it while it waits.
    async with stdio_server(stdin=cast("Any", _nothing())) as (ignored, outgoing):
        await ignored.aclose()
        send, incoming = anyio.create_memory_object_stream[SessionMessage | Exception]()
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(listen, tasks.cancel_scope)
            tasks.start_soon(read, send, outgoing)
            await server.run(incoming, outgoing, server.create_initialization_options())
            tasks.cancel_scope.cancel()


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), help="Else the first free one from 8000 on.")
@click.option("--host", help="An address that others reach, too; it is not encrypted.")
@click.option("--stdio", is_flag=True, help="Let editors and agents in, over MCP on stdin and stdout.")
def serve(*, stdio: bool, host: str | None, port: int | None) -> None:
    """Open the app in a browser; or, with --stdio, let editors and agents in.

    An address with a token is printed, and served until Ctrl+C. Whoever has it can run code as you. From
    another machine come through ssh: `ssh -L 8000:127.0.0.1:8000 NAME`, then open the same address there.
    Browsers keep Ctrl+N, Ctrl+Q, Ctrl+T and Ctrl+W to themselves: press Alt with these letters.

    Agents are told to start `ptcards serve --stdio`. They see what is due, show a card, run an answer, and
    propose cards, which are proved. A card that they propose comes into a deck only when you take it, in a
    form that they show you or by `ptcards new --draft`.
    """
    if not stdio:
        try:
            from ptcards.cli.web import serve_browser
        except ImportError:
            raise UsageError(
                "This needs the textual-serve package, which is not here: pip install 'ptcards[web]'"
            ) from None
        serve_browser(host or "127.0.0.1", port)
        return
    if (host, port) != (None, None):
        raise click.UsageError("--stdio listens to no address: leave --host and --port out.")
    if sys.stdin.isatty():
        narrate("MCP is spoken here, line by line; an editor or agent starts this by itself. Ctrl+C ends it.")
    try:
        import anyio
        import mcp.server.stdio  # noqa: F401
    except ImportError:
        raise UsageError(
            "This needs the mcp package, which is not here: pip install 'ptcards[mcp]'"
        ) from None
    with closing(Door()) as door:
        try:
            anyio.run(_speak, door)
        except* (OSError, anyio.BrokenResourceError, anyio.ClosedResourceError):
            pass  # nobody listens any more
        if door.interrupted:
            raise KeyboardInterrupt
