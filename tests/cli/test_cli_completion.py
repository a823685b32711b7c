"""What the Tab key offers, and `--version`."""

import os
import shutil
import sys
from pathlib import Path

import pytest
from click.shell_completion import FishComplete

from ptcards.cli.main import ptcards as command
from tests.cli.shell import QuickShell, Shell
from tests.tui.terminal import Terminal

HOSTILE = r"""
deck: evil
title: "An\e]0;x\a\nother: deck"
cards:
  - id: capital
    question: The capital of France?
    accepts: text
    solution: Paris
    tags: [shapes, größe, 'a::b', '$(touch pwned)', '`touch pwned`', '*', 'a b', '~', '-x', ok, 'ok,go', "\e[2J", 'a\b', '!!']
  - {id: second, question: And of Peru?, accepts: text, solution: Lima}
"""
START = {
    "bash": (["bash", "--norc", "--noprofile", "-i"], 'eval "$(ptcards completion bash)"'),
    "zsh": (["zsh", "-f", "-i"], 'autoload -U compinit; compinit -D -u; eval "$(ptcards completion zsh)"'),
    "fish": (["fish", "--no-config", "-i"], "ptcards completion fish | source"),
}


@pytest.fixture(scope="module")
def hostile(used_home: Path, tmp_path_factory: pytest.TempPathFactory) -> QuickShell:
    """A home with a deck whose tags and title a shell would take for more than names."""
    folder = tmp_path_factory.mktemp("hostile")
    shell = QuickShell(Path(shutil.copytree(used_home, folder / "home")))
    (folder / "evil.yaml").write_text(HOSTILE)
    assert shell("import", folder / "evil.yaml").code == 0
    return shell


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("st", "stats"),
        ("--da", "--database"),
        ("decks dis", "disable"),
        ("decks disable e", "evil"),
        ("review evil py", "pytorch-notes"),
        ("show evil/", "evil/capital evil/second"),
        ("why capi", "evil/capital"),
        ("watch --today", "--today"),
        ("watch capi", "evil/capital"),
        ("show nothing", ""),
        ("suspend evil/capital evil/s", "evil/second"),
        ("answer unsq", "pytorch-notes/unsqueeze-column"),
        ("stats --deck=evil --tag s", "shape shapes"),
        ("stats --deck=e", "--deck=evil"),
        ("review --tag a", "a::b autograd"),
        ("export --tag g", "größe"),
        ("review --tag $", ""),
        ("review --tag ok", "ok"),  # at a comma fish would end it
        ("show \udcff", ""),
        ("completion f", "fish"),
        ("class h", "hand-in"),
        ("class report --deck e", "evil"),
    ],
)
def test_tab_offers_what_begins_so(
    hostile: Shell, words: str, offered: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PTCARDS_HOME", str(hostile.home))
    monkeypatch.setenv("COMP_WORDS", f"ptcards {words}")
    *given, last = words.split(" ")
    found = FishComplete(command, {}, "ptcards", "_PTCARDS_COMPLETE").get_completions(given, last)
    assert " ".join(one.value for one in found) == offered
    assert all((one.help or "").isprintable() for one in found)


@pytest.mark.parametrize("shell", START)
def test_the_tab_key_completes_in_a_real_shell(hostile: Shell, tmp_path: Path, shell: str) -> None:
    if not shutil.which(shell):
        pytest.skip(f"no {shell} on this machine")
    begin, load = START[shell]
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    home = {"HOME": str(tmp_path), "PATH": path, "PS1": "$ ", "PYTHONDONTWRITEBYTECODE": ""}
    with Terminal(["env", "-C", str(tmp_path), *begin], {**hostile.environment(None), **home}) as terminal:
        terminal.type(f"{load}; echo lo''aded\r")
        terminal.wait_for("loaded")
        terminal.type("ptcards why evil/cap\t#")
        terminal.wait_for("evil/capital #")
        terminal.type("\x15ptcards review --tag \t\t")
        terminal.wait_for("größe")
        assert "touch" not in terminal.text
        terminal.type("\x15exit\r")
        terminal.process.wait(20)
    assert not (tmp_path / "pwned").exists()


def test_tab_loads_no_more_than_a_prompt(hostile: Shell) -> None:
    """The libraries that make a start slow stay out of every command's way."""
    code = (
        "import sys; from ptcards.cli.main import COMMANDS, ptcards; import click;"
        "[ptcards.get_command(click.Context(ptcards), name) for name in COMMANDS];"
        "print({'torch', 'textual', 'sqlalchemy', 'alembic', 'yaml', 'orjson', 'statistics', 'packaging'} & {*sys.modules})"
    )
    assert hostile.process(sys.executable, "-c", code).out == "set()\n"


def test_the_version_names_what_matters_and_loads_none_of_it(ptcards: Shell) -> None:
    said = dict(line.split(" ", 1) for line in ptcards("--version").out.splitlines())
    assert next(iter(said)) == "ptcards"
    assert {"torch", "numpy", "textual", "python", "sqlite"} <= said.keys()
    assert "ptcards' own" in said["interpreter"]
    assert any(name.startswith("opencv-python") for name in said)
