"""`ptcards serve --stdio` as editors and agents use it: a real process, spoken to by the package's own client."""

from __future__ import annotations

import json
import os
import select
import shutil
import signal
import subprocess
import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from anyio.from_thread import start_blocking_portal

from tests.cli.shell import QuickShell, Shell
from tests.conftest import Late

mcp = Late("mcp")
COLUMN = "pytorch-notes/unsqueeze-column"
SERVE = (sys.executable, "-m", "ptcards", "serve", "--stdio")
ROWS = {
    "id": "sum-rows",
    "question": "Give the sum of each row of `x`, as a list.\n",
    "given": "import random\nx = [[random.randint(1, 9) for _ in range(3)] for _ in range(4)]\n",
    "check": 'assert type(answer) is list, "a list is asked for"\n'
    'assert answer == [sum(row) for row in x], "each row has its own sum"\n',
    "solution": "[sum(row) for row in x]",
    "also": ["list(map(sum, x))"],
    "wrong": [{"code": "sum(map(sum, x))", "because": "that is the sum of all rows together"}],
    "hints": ["Take one row after the other", "`sum` takes a list"],
    "explanation": "`[sum(row) for row in x]` goes through the rows.",
    "x-equivalent": [{"operators": ["container"], "reason": "a list of a list is the same"}],
}
AXIS = {
    "id": "last-axis",
    "question": "Which number names the last axis, whatever comes before it?",
    "accepts": "literal",
    "solution": "-1",
    "wrong": [{"code": "0", "because": "that is the first"}],
    "hints": ["It counts from the end", "`x[-1]`"],
    "explanation": "Negative axes count from the end.",
}


class Talk:
    """A client with a form, which a person fills in as `says` has it."""

    def __init__(self, home: Path, mode: Any) -> None:
        self.shell, self.asked = QuickShell(home), list[str]()
        self.says = mcp.types.ElicitResult(action="decline")
        named = {"PTCARDS_HOME": str(home), "PTCARDS_NOW": str(self.shell.now)}
        server = mcp.StdioServerParameters(command=SERVE[0], args=[*SERVE[1:]], env=named)
        self.client = mcp.Client(server, mode=mode, elicitation_callback=self._ask)

    async def _ask(self, context: object, params: Any) -> Any:
        assert params.requested_schema["required"] == ["take"]
        self.asked.append(params.message)
        return self.says

    @contextmanager
    def opened(self) -> Iterator[Talk]:
        with start_blocking_portal() as portal, portal.wrap_async_context_manager(self.client):
            self.portal = portal
            yield self

    def __call__(self, verb: str, **arguments: Any) -> tuple[str, Any]:
        """What a verb says in words and as data; nothing as data where it was an error."""
        done: Any = self.portal.call(self.client.call_tool, verb, arguments)
        assert done.is_error == (done.structured_content is None)
        return done.content[0].text, done.structured_content


@pytest.fixture(scope="module")
def talk(used_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Talk]:
    home = tmp_path_factory.mktemp("serve") / "home"
    shutil.copytree(used_home, home)
    with Talk(home, "auto").opened() as talk:
        yield talk


def test_there_are_five_verbs_and_those_that_write_say_so(talk: Talk) -> None:
    tools = {tool.name: tool for tool in talk.portal.call(talk.client.list_tools).tools}
    assert list(tools) == ["due", "show", "answer", "draft", "add"]
    assert [name for name, tool in tools.items() if not getattr(tool.annotations, "read_only_hint", 0)] == [
        "answer",
        "add",
    ]
    card = tools["draft"].input_schema["properties"]["card"]
    assert {"check", "wrong", "forbid"} < card["properties"].keys()
    assert "was" not in card["properties"]


def test_what_is_due_is_what_the_command_says_and_the_first_cards(talk: Talk) -> None:
    due = talk("due")[1]
    assert due.pop("next")[0] == COLUMN
    assert due == talk.shell("due", "--json").json


def test_a_solution_is_shown_to_who_asks_for_it(talk: Talk) -> None:
    words, data = talk("show", card="unsqueeze-column")
    assert "`x` holds 4 numbers" in words
    assert data["given"] == "x = torch.randint(-9, 10, (4,))\n"
    assert "unsqueeze(" not in words + json.dumps(data)
    words, data = talk("show", card=COLUMN, solution=True)
    assert data["solution"] == "x.unsqueeze(1)"
    assert "-- solution\nx.unsqueeze(1)" in words


def test_an_answer_is_judged_in_words_and_recorded_when_that_is_asked_for(talk: Talk) -> None:
    words, data = talk("answer", card=COLUMN, code="x.unsqueeze(0)")
    assert "✗ Not yet. that is a row" in words
    assert words.endswith("\nNothing was recorded.")
    assert (data["verdict"], data["graded"]) == ("fail", None)
    assert talk.shell("show", COLUMN, "--json").json["reviews"] == []
    words, data = talk("answer", card=COLUMN, code="x.unsqueeze(1)", grade=True)
    assert words == "✓ Right.\nRecorded as 4; due 2026-11-24."
    (review,) = talk.shell("show", COLUMN, "--json").json["reviews"]
    assert (review["grade"], review["verdict"]) == (4, "pass")


@pytest.mark.parametrize(
    ("verb", "arguments", "said"),
    [
        ("show", {"card": "nope"}, "There is no card 'nope'. See: ptcards cards"),
        ("show", {"card": "unsqueeze-colum\x1b"}, "Did you mean 'pytorch-notes/unsqueeze-column'?"),
        ("show", {"card": 5, "all": True}, "`card` must be a text; 'all' is no argument; it takes card, solution"),
        ("answer", {"card": COLUMN, "code": None}, "answer: `code` is missing."),
        ("answer", {"card": COLUMN, "code": "x" * 100_001}, "`code` is longer than 100,000 characters"),
        ("draft", {"card": AXIS | {"question": "?" * 40_000}}, "at most 30,000 are read: ask for one thing"),
        ("draft", {"card": AXIS, "deck": "../mine"}, "'../mine' is no slug"),
        ("draft", {"card": AXIS, "deck": "pytorch-notes"}, "is no deck of your own"),
        ("add", {"draft": "../../mine"}, "There is no proved draft '../../mine' here: call `draft` first."),
        ("grade", {}, "There is no verb 'grade'; there are: due, show, answer, draft, add."),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_call_is_said(talk: Talk, verb: str, arguments: Any, said: str) -> None:
    words, data = talk(verb, **arguments)
    assert said in words
    assert data is None


def test_a_draft_is_refused_with_every_reason_at_its_field(talk: Talk) -> None:
    words, data = talk("draft", card=AXIS | {"accepts": "cod", "wrong": [{"code": 0}], "colour": "&x"})
    assert {one["field"] for one in data["reasons"]} == {"accepts", "wrong[0]", "wrong[0].code", "colour"}
    assert "- colour: unknown key 'colour'" in words
    for key, value in (("accepts", "recall"), ("was", [COLUMN])):
        assert [one["field"] for one in talk("draft", card=AXIS | {key: value})[1]["reasons"]] == [key]
    # What YAML would take for something else stays what it is.
    odd = AXIS | {"question": "a\u2028b\x85 &c !!python/object:os.system [d]: {e"}
    assert talk("draft", card=odd)[1]["proved"]
    lax = ROWS | {"check": 'assert len(answer) == 4, "a sum for each row"\n'}
    words, data = talk("draft", card=lax)
    assert (data["proved"], data["draft"]) == (False, None)
    reasons = [f"{one['field']}: {one['reason']}" for one in data["reasons"]]
    assert any(reason.startswith("wrong[0]: `wrong[0]` fails, but not by an assertion") for reason in reasons)
    assert "check: `x` unchanged passes: the learner would see that it is right" in reasons
    assert "There is no proved draft" in talk("add", draft="my-cards/sum-rows")[0]


def test_a_proved_draft_lands_when_the_person_who_saw_all_of_it_says_yes(talk: Talk) -> None:
    name, decks = talk("draft", card=AXIS)[1]["draft"], talk.shell.home / "decks"
    yes = mcp.types.ElicitResult(action="accept", content={"take": True})
    forged: Any = {"input_responses": {"take": yes}, "request_state": "guessed"}
    done = talk.portal.call(lambda: talk.client.session.call_tool("add", {"draft": name}, **forged))
    assert "Nobody was asked that" in done.content[0].text
    assert talk.asked == []
    assert talk("add", draft=name) == ("The person said no: nothing was written.", {"added": False})
    assert not decks.exists()
    assert "There is no proved draft" in talk("add", draft=name)[0]

    talk.says = yes
    assert talk("draft", card=ROWS)[1]["draft"] == "my-cards/sum-rows"
    assert talk("add", draft="my-cards/sum-rows")[1] == {"added": True, "card": "my-cards/sum-rows"}
    code = "\n".join(str(ROWS[part]) for part in ("given", "check", "solution", "explanation"))
    assert [line for line in code.splitlines() if line not in talk.asked[-1]] == []
    assert "sum-rows" in (decks / "my-cards.yaml").read_text()
    assert talk.shell("due", "--json").json["decks"]["my-cards"]["new"] == 1
    assert talk("answer", card="sum-rows", code="[sum(x[0]), 0]")[1]["verdict"] == "fail"


def test_an_older_client_is_asked_during_the_call(talk: Talk) -> None:
    with Talk(talk.shell.home, "legacy").opened() as older:
        older.says = mcp.types.ElicitResult(action="cancel")
        name = older("draft", card=AXIS)[1]["draft"]
        words, data = older("add", draft=name)
        assert data["waits"] == name
        assert f"run, in a terminal: ptcards new --draft {name}" in words
        assert name in older.shell("decks").out
        older.says = mcp.types.ElicitResult(action="accept", content={"take": True})
        older("draft", card=AXIS)
        assert older("add", draft=name)[1]["added"]
        assert len(older.asked) == 2
        assert name not in older.shell("decks").out  # it waits no longer


class Pipe:
    """The bare protocol, as a client without forms speaks it."""

    def __init__(self, home: Path) -> None:
        how: Any = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
        self.process = subprocess.Popen(SERVE, env=Shell(home).environment(None), text=True, **how)
        hello = {
            "protocolVersion": "2025-06-18",
            "capabilities": {},
            "clientInfo": {"name": "a", "version": "1"},
        }
        assert self.ask("initialize", hello)["result"]["serverInfo"]["name"] == "ptcards"
        self.say({"jsonrpc": "2.0", "method": "notifications/initialized"})

    def say(self, message: Any) -> None:
        assert self.process.stdin is not None
        print(
            message if isinstance(message, str) else json.dumps(message), file=self.process.stdin, flush=True
        )

    def read(self) -> Any:
        assert self.process.stdout is not None
        return json.loads(self.process.stdout.readline())

    def ask(self, method: str, params: Any, *, name: int = 1) -> Any:
        self.say({"jsonrpc": "2.0", "id": name, "method": method, "params": params})
        return self.read()

    def call(self, verb: str, arguments: Any) -> Any:
        return self.ask("tools/call", {"name": verb, "arguments": arguments})["result"]


def test_only_the_persons_own_terminal_takes_what_no_form_could_ask_about(ptcards: QuickShell) -> None:
    pipe = Pipe(ptcards.home)
    name = pipe.call("draft", {"card": AXIS})["structuredContent"]["draft"]
    assert pipe.call("add", {"draft": name})["structuredContent"]["waits"] == name
    # What is no message is answered, too, and so is what comes after it.
    pipe.say("")
    pipe.say('{"id": 7, "method": "\\ud800"}')
    assert (answer := pipe.read())["error"]["message"].startswith("This is no message that can be read")
    assert answer["id"] == 7
    pipe.say("hello")
    assert pipe.read()["id"] is None
    assert pipe.call("show", {"card": "nope"})["isError"]
    # Ctrl+C takes the answer that runs with it.
    call = {"name": "answer", "arguments": {"card": COLUMN, "code": "while True: pass", "grade": True}}
    pipe.say({"jsonrpc": "2.0", "id": 9, "method": "tools/call", "params": call})
    pipe.process.send_signal(signal.SIGINT)
    out, err = pipe.process.communicate(timeout=60)
    assert (pipe.process.returncode, err.strip()) == (130, "Interrupted.")
    assert [json.loads(line)["id"] for line in out.splitlines()] in ([], [9])
    assert ptcards("show", COLUMN, "--json").json["reviews"] == []

    assert (
        f"Only you can take a card: run this in a terminal: ptcards new --draft {name}"
        in ptcards("new", "--draft", name, stdin="y\n").err
    )
    assert "There are: my-cards/last-axis." in ptcards("new", "--draft", "my-cards/other").err
    assert (
        _at_a_terminal(ptcards, name, "y")
        == f"{name} is yours now: {ptcards.home / 'decks' / 'my-cards.yaml'}"
    )
    assert ptcards("show", name, "--json").json["state"] == "new"
    assert name not in ptcards("decks").out


def _at_a_terminal(ptcards: Shell, name: str, key: str) -> str:
    """The last line of `ptcards new --draft`, whose question is answered by a key."""
    ours, its = os.openpty()
    command, shown = [sys.executable, "-m", "ptcards", "new", "--draft", name], ""
    with subprocess.Popen(command, stdin=its, stdout=its, stderr=its, env=ptcards.environment(None)) as new:
        os.close(its)
        with suppress(OSError):  # the end
            while new.poll() is None or select.select([ours], [], [], 0)[0]:
                if select.select([ours], [], [], 0.05)[0]:
                    shown += os.read(ours, 2**16).decode(errors="replace")
                # What is typed before a key is waited for is thrown away.
                waits = not termios.tcgetattr(ours)[3] & termios.ICANON
                if waits and "Take this card into" in shown and key:
                    assert "Which number names the last axis" in shown
                    os.write(ours, key.encode())
                    key = ""
        os.close(ours)
    assert new.returncode == 0
    return shown.splitlines()[-1]


def test_without_the_package_it_says_how_to_get_it(
    ptcards: QuickShell, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "leave --host and --port out" in ptcards("serve", "--stdio", "--port=1").err
    monkeypatch.setitem(sys.modules, "mcp", None)
    done = ptcards("serve", "--stdio")
    assert (done.code, "pip install 'ptcards[mcp]'" in done.err) == (2, True)
