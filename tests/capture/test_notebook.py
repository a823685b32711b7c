"""The magics in a real IPython kernel: what is shown, what is asked, what is kept."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from jupyter_client.blocking import BlockingKernelClient
from jupyter_client.manager import KernelManager

from ptcards.deck.card import Card
from ptcards.deck.reading import read_deck
from tests.cli.shell import MORNING, QuickShell
from tests.store.steps import logged

CAPITAL = """\
deck: mine
title: Mine
cards:
- {id: capital, question: The capital of France?, accepts: text, solution: Paris}
- {id: river, question: The river of Paris?, accepts: text, solution: Seine}
"""


class Said(NamedTuple):
    out: str
    err: str
    error: str  # what the cell ended with: "ValueError: ..."


class Kernel:
    """A kernel, what is run in it, and who types where it asks: that may come before what was printed."""

    def __init__(self, manager: KernelManager, client: BlockingKernelClient) -> None:
        self.manager, self.client = manager, client

    def __call__(self, code: str, *typed: str | Callable[[], Any], stdin: bool = True) -> Said:
        """Run a cell; each text that is typed answers one question, and a function is called in its place."""
        streams, answers = {"stdout": "", "stderr": ""}, iter(typed)

        def shown(message: dict[str, Any]) -> None:
            content = message["content"]
            match message["msg_type"]:
                case "stream":
                    streams[content["name"]] += content["text"]
                case "execute_result":
                    streams["stdout"] += content["data"]["text/plain"] + "\n"

        def asked(message: dict[str, Any]) -> None:
            streams["stdout"] += message["content"]["prompt"]
            answer = next(answers)
            if callable(answer):
                answer()
            else:
                self.client.input(answer)

        reply = self.client.execute_interactive(
            code, allow_stdin=stdin, output_hook=shown, stdin_hook=asked, timeout=300
        )
        assert next(answers, None) is None, f"not all that was typed was asked for: {reply}"
        ended = reply["content"]
        error = f"{ended['ename']}: {ended['evalue']}" if ended["status"] == "error" else ""
        return Said(streams["stdout"], streams["stderr"], error)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path
    (folder / "mine.yaml").write_text(CAPITAL)
    ptcards = QuickShell(folder / "home")
    assert ptcards("import", folder / "mine.yaml").code == 0
    return folder / "home"


@pytest.fixture
def kernel(home: Path) -> Iterator[Kernel]:
    """A real kernel, with the extension loaded."""
    manager = KernelManager(kernel_name="python3")
    folder = home.parent
    manager.start_kernel(
        env=os.environ
        | {"PTCARDS_HOME": str(home), "PTCARDS_NOW": MORNING, "IPYTHONDIR": str(folder), "HOME": str(folder)},
        cwd=str(folder),
    )
    client = manager.blocking_client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=60)
        kernel = Kernel(manager, client)
        assert kernel("%load_ext ptcards") == Said("", "", "")
        yield kernel
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
        manager.cleanup_resources()


def own_cards(home: Path) -> dict[str, Card]:
    """The cards of one's own that were saved, by id."""
    file = home / "decks" / "my-cards.yaml"
    return {card.id: card for card in read_deck(file, file.read_text())[0].cards} if file.exists() else {}


def test_the_magics_are_there_in_a_notebook(kernel: Kernel, home: Path) -> None:
    """One after the other: a kernel, and its runner, take seconds."""
    loading_it_loads_no_torch_and_changes_no_name(kernel)
    a_review_is_typed_in_the_notebook_and_an_interrupt_loses_nothing(kernel, home)
    a_cell_becomes_a_card_with_small_values_of_the_names_that_it_uses(kernel, home)
    an_exception_becomes_a_card_of_the_line_that_the_fix_is_about(kernel, home)
    what_makes_no_card_is_said_and_leaves_nothing(kernel, home)
    unloading_it_takes_the_magics_away_and_ends_the_runner(kernel)


def loading_it_loads_no_torch_and_changes_no_name(kernel: Kernel) -> None:
    names = "sorted(name for name in dir() if name[0] != '_')"
    heavy = "import sys; print(sorted({'torch', 'numpy', 'textual'} & set(sys.modules)))"
    before = kernel(f"print({names})").out
    assert kernel("%reload_ext ptcards\n%due").out == "0 due · 5 new\n"
    assert kernel(f"print({names})").out == before
    assert kernel(heavy).out == "[]\n"


def a_review_is_typed_in_the_notebook_and_an_interrupt_loses_nothing(kernel: Kernel, home: Path) -> None:
    said = kernel("%review 1", "Lyon", "Paris", "", "n")
    assert "The capital of France?" in said.out
    assert "Not yet." in said.out
    assert "Done today: 1 card" in said.out
    assert said.error == ""
    left = kernel("%review 2", ":m", "The Seine,", kernel.manager.interrupt_kernel)
    assert left.error.startswith("UsageError: Interrupted.")
    assert "Traceback" not in left.err
    assert "Typed before:\nThe Seine," in kernel("%review 2", ":q").out
    assert [one.kind for one in logged(home / "ptcards.db")] == ["graded"]


def a_cell_becomes_a_card_with_small_values_of_the_names_that_it_uses(kernel: Kernel, home: Path) -> None:
    kernel("import numpy as np\nbatch, calls, found, api_key = np.random.randn(64, 300), 0, 7, 'sk-1234'")
    cell = "calls += 1\nfound = batch.mean(axis=1) * len(api_key)\nfound[:, None]"
    said = kernel(f"%%card --id means What is {{each}} row's mean?\n{cell}", "")
    assert "api_key may be a secret" in said.out
    assert "sk-1234" not in said.out
    assert "Save it as my-cards/means? [Y/n]" in said.out
    assert "my-cards/means is in " in said.out
    card = own_cards(home)["means"]
    assert card.question == "What is {each} row's mean?\n"
    small = r"calls = 0\nbatch = np\.random\.randn\(\d, \d\)\napi_key = '\.\.\.'\n?"
    assert re.fullmatch(small, card.given)
    assert card.solution.strip() == cell
    assert kernel("print(calls, found.shape, batch.shape)").out == "1 (64,) (64, 300)\n"


def an_exception_becomes_a_card_of_the_line_that_the_fix_is_about(kernel: Kernel, home: Path) -> None:
    (home.parent / "layers.py").write_text("def layer(x, w):\n    y = x * 2\n    return y @ w\n")
    kernel("import layers\nx, w = np.random.randn(64, 30), np.random.randn(12, 30)")
    assert kernel("layers.layer(x, w)").error.startswith("ValueError: matmul: Input operand 1")
    assert kernel("%due now").error.startswith("UsageError: %due takes nothing")
    assert kernel("%card", stdin=False).error.endswith("Say it at once: %card FIX")
    assert kernel("%card", kernel.manager.interrupt_kernel).out.endswith("Nothing was saved.\n")
    said = kernel("%card --id inside", "y @ w.T", "y")
    assert "ValueError: matmul: Input operand 1" in said.out
    assert "    return y @ w\n" in said.out
    card = own_cards(home)["inside"]
    assert re.fullmatch(r"y = np\.random\.randn\(\d, (\d)\)\nw = np\.random\.randn\(\d, \1\)\n?", card.given)
    assert (card.starter.strip(), card.solution, card.source) == ("y @ w", "y @ w.T", "layers.py:3")
    assert (card.wrong[0].code, card.wrong[0].raises) == ("y @ w", "ValueError")
    outside = kernel("%card layers.layer(x, 1)").error
    assert "the fix fails, too" in outside
    assert outside.endswith("A card to finish by hand is in layers-layer-x-w.yaml")


def what_makes_no_card_is_said_and_leaves_nothing(kernel: Kernel, home: Path) -> None:
    kept = own_cards(home)

    def refused(code: str, *typed: str) -> str:
        said = kernel(code, *typed)
        assert said.error.startswith("UsageError: ")
        assert "Traceback" not in said.err
        return said.error.removeprefix("UsageError: ")

    assert refused("%review all").startswith("%review takes how many cards")
    assert refused("%%card\n1").startswith("Say what is asked")
    assert refused("%%card --quick Why?\n1").startswith("'--quick' is no option")
    assert refused("%%card Why?\n!ls").startswith("A card is plain Python")
    assert refused("%%card Why?\nprint(1)").startswith("the line gives no value to check")
    assert refused("%%card --deck pytorch-notes Why?\n1 + 2").startswith(
        "pytorch-notes is no deck of your own"
    )
    kernel("import threading\nlock = threading.Lock()")
    assert "`lock` can't be made small" in refused("%%card Why?\nlock.locked()")
    assert kernel("%review", stdin=False).error.startswith("UsageError: This front end takes no typing.")
    assert refused("%%card Why?\n1 + '2'").startswith("What raises makes no card.")
    kernel("lock + 1")
    assert "A card to finish by hand is in lock-1.yaml" in refused("%card 1")
    assert "lock + 1" in (home.parent / "lock-1.yaml").read_text()
    kernel("1 +")
    assert refused("%card 1").startswith("What is no Python was never run")
    assert own_cards(home) == kept


def unloading_it_takes_the_magics_away_and_ends_the_runner(kernel: Kernel) -> None:
    children = (
        "import os; print(len(open(f'/proc/{os.getpid()}/task/{os.getpid()}/children').read().split()))"
    )
    before = int(kernel(children).out)
    kernel("%unload_ext ptcards")
    assert int(kernel(children).out) == before - 1
    assert "not found" in kernel("%due").error
    assert kernel("%load_ext ptcards\n%due").error == ""
