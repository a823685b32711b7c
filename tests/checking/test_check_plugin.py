"""`pytest decks/`: the plugin as pytest itself runs it, in a folder of its own."""

import subprocess
import sys
from pathlib import Path

import pytest

FILES = {
    "decks/fine.yaml": """\
deck: fine
cards:
  - id: twice
    question: Twice `x`.
    tags: [numbers]
    given: x = 2
    check: assert answer == 4, "twice as much"
    solution: x * 2
    wrong: [{code: x, because: it is once x}]
    hints: [How often?]
    explanation: Both.
    fixed: true
  - id: far
    question: On what?
    requires: {nothing_like_it: '>=1'}
    check: assert answer == 1, "one"
    solution: '1'
    wrong: [{code: '2', because: it is one}]
    hints: [None]
    explanation: None.
""",
    "decks/bad.yaml": """\
deck: bad
cards:
  - id: thrice
    question: "Three times\u2028two?"
    check: assert answer == 5, "five"
    solution: 3 * 2
    wrong: [{code: '2', because: it is more}]
    hints: [More]
    explanation: Six.
""",
    "decks/broken.yaml": "deck: broken\ncards:\n  - id: a\n    question: q\n    solutoin: s\n",
    "decks/fine.zh.yaml": "translation-of: fine\nlanguage: zh\ncards:\n  twice: {question: 两倍}\n",
    "decks/poker.yaml": "deck: french\ncards: [ace, king]\n",
    "decks/ci.yml": "on: push\n",
    "test_own.py": "def test_own(): pass\n",
    "pytest.ini": "[pytest]\nfilterwarnings = error\n",
}
PLUGIN = [
    *(part for name in ("asyncio", "hypothesispytest", "ptcards") for part in ("-p", f"no:{name}")),
    *("-p", "ptcards.checking.plugin", "-p", "no:cacheprovider"),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("authors")
    (folder / "decks").mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text)
    return folder


def run(folder: Path, *arguments: str) -> tuple[int, str]:
    command = [sys.executable, "-m", "pytest", *PLUGIN, "-q", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)
    assert "Traceback" not in done.stdout + done.stderr
    return done.returncode, done.stdout


def test_every_card_is_a_test_and_a_failure_shows_its_line(folder: Path) -> None:
    code, out = run(folder, "-n", "1", "-rA", "--continue-on-collection-errors")
    assert code == 1
    for line in (
        "PASSED decks/fine.yaml::twice",
        "PASSED test_own.py::test_own",
        "decks/bad.yaml:6: card 'thrice': `solution` does not pass; the learner would see:",
        "> solution: 3 * 2",
        "decks/broken.yaml:5: card 'a': unknown key 'solutoin' (did you mean `solution`?)",
        "> solutoin: s",
    ):
        assert f"\n{line}" in out
    assert "needs nothing_like_it" in out
    assert "1 failed, 2 passed, 1 skipped, 1 error" in out
    assert "plugin.py" not in out.partition("short test summary")[0]


def test_cards_are_chosen_by_deck_id_and_tag_without_being_run(folder: Path) -> None:
    choose = ("--collect-only", "-k", "numbers or (bad and thrice)", "decks", "--ignore", "decks/broken.yaml")
    code, out = run(folder, *choose)
    assert (code, out.splitlines()[:2]) == (0, ["decks/bad.yaml::thrice", "decks/fine.yaml::twice"])
    assert "2/3 tests collected" in out


def test_a_project_without_decks_loads_nothing_of_ours(folder: Path) -> None:
    code = (
        "import sys, pytest; code = pytest.main(sys.argv[1:]); print({*sys.modules} & {'yaml', 'sqlalchemy'})"
    )
    command = [sys.executable, "-c", code, *PLUGIN, ".", "--ignore-glob=*/[bf]*.yaml"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.endswith("set()\n")
    assert "1 passed" in done.stdout
