"""`ptcards new` at a real terminal: what is written is opened."""

import sys
from pathlib import Path

from tests.tui.terminal import Terminal

EDITORS = {
    "cat": "tags: [torch, reduction]",
    "no-such-editor": "Set EDITOR to one that is installed",
    "'half a quote": "Set EDITOR to one that is installed",
    "false": "Set EDITOR to one that is installed",
}
"""What is seen of each."""
NEW = """
import os, sys
from ptcards.cli.main import run
folder, *editors = sys.argv[1:]
for number, os.environ["EDITOR"] in enumerate(editors):
    print(run(["new", f"{folder}/mine-{number}.yaml"]), "=====")
"""


def test_a_new_deck_is_opened_or_the_reason_why_not_is_said(tmp_path: Path) -> None:
    command = [sys.executable, "-c", NEW, str(tmp_path), *EDITORS]
    with Terminal(command, {"PTCARDS_HOME": str(tmp_path / "home"), "VISUAL": ""}, lines=200) as terminal:
        assert terminal.end() == 0, terminal.text
        seen = terminal.text.replace("\n", " ").split("0 =====")
    for number, says in enumerate(EDITORS.values()):
        assert says in seen[number]
        assert (tmp_path / f"mine-{number}.yaml").read_text().startswith("# A deck of cards")
