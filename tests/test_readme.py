"""What the README shows is true."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from ptcards.checking.check import check_files
from ptcards.cli.main import COMMANDS
from ptcards.runner.runner import Runner

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_deck_of_the_readme_proves_itself(tmp_path: Path, runner: Runner) -> None:
    (deck,) = re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)
    file = tmp_path / "my-tensors.yaml"
    file.write_text(deck)
    report = check_files([file], runners=[runner], progress=lambda _done, _total: None)
    assert [str(problem) for found in report.decks for problem in found.problems] == []


def test_every_command_and_file_of_the_readme_is_there() -> None:
    named = set(re.findall(r"ptcards ([a-z]+)\b(?! \()", re.sub(r"\*\*|ptcards and", "", README)))
    assert {"due", "check", "import", "export", "merge", "answer"} <= named & set(COMMANDS)
    for path in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / path).exists(), path


def test_the_hook_of_pre_commit_checks_the_decks_of_a_folder() -> None:
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert hook["entry"].split()[1] in COMMANDS
    wanted = {"decks/a.yaml": True, "my/decks/a.zh.yml": True, "decks/sub/a.yaml": False, "other.yaml": False}
    assert {path: bool(re.search(hook["files"], path)) for path in wanted} == wanted
