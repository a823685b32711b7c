"""The commands as scripts use them."""

import json
import os
import pty
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from select import select
from typing import Any

import pytest

from ptcards import language, paths
from ptcards.cli.main import COMMANDS
from tests.cli.shell import QuickShell, Shell
from tests.study.conftest import lay_out

CARD = "pytorch-notes/unsqueeze-column"


def test_a_fresh_home_offers_five_new_cards_of_the_built_in_deck(tmp_path: Path) -> None:
    fresh = QuickShell(tmp_path / "home")
    due = fresh("due", "--json").json
    assert (due["day"], due["due"], due["new"], due["drill"]) == ("2026-11-23", 0, 5, 0)
    held = {"reviews": 0, "new": 25, "after": 0, "requires": 0, "suspended": 0, "buried": 0}
    assert due["held_back"] == held
    assert due["decks"]["pytorch-notes"]["new"] == 5
    (deck,) = fresh("decks", "--json").json
    assert (deck["deck"], deck["cards"], deck["state"]) == ("pytorch-notes", 30, "current")
    assert deck["trusted"]


def test_decks_that_come_with_the_program_are_named_and_added(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paths, "PACKAGE", lay_out(tmp_path / "program" / "decks").parent)
    fresh = QuickShell(tmp_path / "home")
    more = "More come with ptcards: tensor-fluency, autograd-and-training, by-hand (ptcards decks add DECK)"
    assert more in fresh("decks").out
    assert fresh("decks", "add", "by-hand").out == "by-hand is added: 3 cards\n"
    assert fresh("due", "--json").json["decks"]["by-hand"]["held_back"]["after"] == 1
    assert fresh("show", "by-hand/relu", "--json").json["waits_for"] == ["by-hand/exp"]
    assert "waits for: by-hand/exp" in fresh("show", "by-hand/relu").out
    assert fresh("why", "by-hand/relu").out.splitlines()[1] == "It waits for: by-hand/exp"
    assert fresh("decks", "add", "by-hand").code == fresh("decks", "add", "mine").code == 2
    assert "by-hand is there already." in fresh("decks", "add", "by-hand").err
    assert "'mine' is not one of 'pytorch-notes', 'tensor-fluency'" in fresh("decks", "add", "mine").err
    assert "decks add [OPTIONS] DECK\n" in fresh("decks", "add", "--help").out
    assert "by-hand is removed" in fresh("decks", "remove", "by-hand").out
    assert more in fresh("decks").out


def test_a_grade_moves_the_card_and_undo_brings_it_back(ptcards: Shell) -> None:
    graded = ptcards("grade", CARD, "good", "--json").json
    assert (graded["kind"], graded["grade"], graded["due"]) == ("graded", 4, "2026-11-24")
    shown = ptcards("show", CARD, "--json").json
    assert (shown["state"], shown["due"]) == ("learning", "2026-11-24")
    assert (shown["interval_days"], shown["repetitions"]) == (1, 1)
    assert [past["grade"] for past in shown["reviews"]] == [4]
    assert ptcards("due").out == "0 due · 4 new\n"
    assert "Good on unsqueeze-column" in ptcards("undo").out
    assert ptcards("show", CARD, "--json").json["state"] == "new"
    assert ptcards("due").out == "0 due · 5 new\n"
    assert ptcards("undo", "--redo", "--json").json["what"] == "Good on unsqueeze-column"
    assert ptcards("show", CARD, "--json").json["due"] == "2026-11-24"


def test_what_scored_below_four_is_drilled_today(ptcards: Shell) -> None:
    ptcards("grade", CARD, "again")
    assert ptcards("due", "--json").json["drill"] == 1
    assert ptcards("grade", CARD, "good", "--json").json["kind"] == "drilled"
    assert ptcards("due", "--json").json["drill"] == 0


def test_why_prints_the_arithmetic(ptcards: Shell) -> None:
    for day, grade in (("23", "5"), ("24", "5"), ("30", "3")):
        assert ptcards("grade", CARD, grade, now=f"2026-11-{day}T08:00:00+01:00").code == 0
    out = ptcards("why", CARD, now="2026-11-30T09:00:00+01:00").out
    assert "2.70" in out
    assert "16" in out


def test_cards_are_put_away_several_at_once_and_come_back_with_one_undo(ptcards: Shell) -> None:
    numpy = [card["card"] for card in ptcards("cards", "tag:numpy", "--json").json]
    for action, state in (("suspend", "suspended"), ("bury", "buried")):
        done = ptcards(action, "unsqueeze-column", "-q", "tag:numpy", "--json").json
        assert done == {"action": action, "cards": [CARD, *numpy]}
        found = {card["card"]: card["state"] for card in ptcards("cards", "--json").json}
        assert {key for key, said in found.items() if said == state} == {CARD, *numpy}
        ptcards("undo")
    assert ptcards("resume", "-q", "is:suspended").err == "No card matches 'is:suspended'.\n"


def test_a_language_that_no_deck_has_is_named_with_those_there_are(ptcards: Shell) -> None:
    assert ptcards("--language", "zh", "decks").err == ""
    assert ptcards("--language", "fr", "decks").err == "No deck has the language 'fr'; there are: en, zh.\n"


def test_what_was_done_is_said_in_one_language_and_reports_for_scripts_are_in_english(ptcards: Shell) -> None:
    typed = (f"grade {CARD} good", f"grade {CARD} 1", f"grade {CARD} 4", "undo", *["undo --redo"] * 2)
    try:
        said = "".join(ptcards("--language", "zh", *words.split()).out for words in typed)
        (log, *_) = ptcards("--language", "zh", "doctor", "--quick", "--json").json["data"]["log"]
    finally:
        language.use("en")
    assert {*re.findall("[A-Za-z]+", said.replace(CARD, "").replace("unsqueeze-column", ""))} == set()
    assert log == "drilled: 1 event"


def test_cards_are_found_by_anki_s_words(ptcards: Shell) -> None:
    ptcards("mark", CARD)
    assert [card["card"] for card in ptcards("cards", "is:marked", "--json").json] == [CARD]
    assert len(ptcards("cards", "tag:shape", "-is:marked", "--json").json) < 30


WRONG = {
    "show unsqeeze-column": "Did you mean 'pytorch-notes/unsqueeze-column'",
    f"grade {CARD} goood": "'goood' is not one of",
    "review --plane": "--plane",
    "revew": "Did you mean one of: 'reset', 'review'",
    "new nowhere/x --no-edit": "nowhere/x.yaml: it cannot be written: No such file",
    "decks disable pytorch": "pytorch-notes",
    "import nowhere.yaml": "nowhere.yaml: there is no such file",
    "import x.csv --header": "goes with --columns",
    "import x.csv --columns front,bakc": "'bakc' is none, or there twice; there are question/front",
    "cards prop:ivl~3": "prop:ivl>=10",
    "cards is:wrong": "is:wrong",
    "cards --purge is:orphaned": "leave out what chooses cards",
    "mark": "ame a card",
    "export --format jsnl -o -": "did you mean `jsonl`",
    "export --deck nope -o -": "There is no deck 'nope'",
    "export --tag nope -o -": "No card has the tag 'nope'",
    "": "needs a terminal",
}
"""What is typed, and the one clear sentence that answers."""


def test_bad_input_is_named_in_one_clear_sentence_and_nothing_is_written(ptcards: Shell) -> None:
    for typed, says in WRONG.items():
        done = ptcards(*typed.split())
        assert (done.code, done.out) == (2, ""), typed
        assert says in done.err


def test_a_frozen_clock_is_refused_in_the_everyday_database(ptcards: Shell, tmp_path: Path) -> None:
    ptcards.env = {"PTCARDS_HOME": "", "XDG_DATA_HOME": str(tmp_path)}
    done = ptcards("due")
    assert done.code == 2
    assert "PTCARDS_NOW" in done.err


def test_help_names_every_command_and_every_command_has_help(ptcards: Shell) -> None:
    out = ptcards("--help").out
    assert all(name in out for name in COMMANDS)
    for name in COMMANDS:
        done = ptcards(name, "--help")
        assert done.code == 0
        assert "Usage" in done.out


def test_what_came_in_is_data_though_another_file_is_missing(
    ptcards: Shell, write_deck: Callable[..., Path]
) -> None:
    path = write_deck()
    done = ptcards("import", path, "nowhere.yaml", "--json")
    counts = {"new": 1, "changed": 0, "same": 0, "removed": 0, "renamed": 0}
    assert done.json["decks"] == [{"deck": "mine", **counts, "trusted": True, "notes": []}]
    assert [error["message"] for error in done.json["errors"]] == ["there is no such file"]
    assert done.code == 2
    again = ptcards("import", path, "--json")
    assert (again.code, again.json["decks"][0]["same"], again.json["errors"]) == (0, 1, [])


def test_a_broken_file_is_refused_with_its_lines_and_the_last_good_version_stays(
    ptcards: Shell, write_deck: Callable[..., Path]
) -> None:
    path = write_deck()
    ptcards("import", path)
    write_deck(extra="    promt: x\n    tags: oops\n")
    done = ptcards("import", path, "--json")
    assert done.code == 2
    assert [error["line"] for error in done.json["errors"]] == [10, 11]
    assert ptcards("show", "mine/capital", "--json").json["question"].startswith("The capital")
    assert {deck["deck"]: deck["state"] for deck in ptcards("decks", "--json").json}["mine"] == "broken"
    assert ptcards("merge", path).code == 2


def test_a_card_that_is_edited_keeps_its_schedule_and_one_that_is_gone_is_an_orphan_with_its_history(
    ptcards: Shell, write_deck: Callable[..., Path]
) -> None:
    path = write_deck()
    ptcards("import", path)
    ptcards("grade", "mine/capital", "good")
    write_deck(question="What is the capital of France?")
    shown = ptcards("show", "mine/capital", "--json").json
    assert shown["question"].startswith("What is")
    assert shown["repetitions"] == 1
    path.write_text(path.read_text().replace("id: capital", "id: town"))
    assert [card["card"] for card in ptcards("cards", "--orphaned", "--json").json] == ["mine/capital"]
    assert len(ptcards("show", "mine/capital", "--json").json["reviews"]) == 1
    assert ptcards("cards", "--purge").out.startswith("1 orphaned card purged")
    assert ptcards("cards", "--orphaned", "--json").json == []


def test_text_answers_are_judged_with_no_torch_at_all(
    ptcards: Shell, write_deck: Callable[..., Path]
) -> None:
    ptcards("import", write_deck())
    assert [ptcards("answer", "mine/capital", stdin=typed).code for typed in ("Paris\n", "paris")] == [0, 1]


def test_an_answer_is_run_and_shown_as_json(ptcards: Shell) -> None:
    done = ptcards("answer", "install-opencv", "--json", "--grade", "auto", stdin="opencv-python")
    found = done.json
    assert (done.code, found["verdict"], found["proposed_grade"]) == (0, "pass", 4)
    assert found["graded"]["due"] == "2026-11-24"


def test_ones_own_mistake_becomes_a_card_once_it_is_proved(ptcards: Shell) -> None:
    column = "pytorch-notes/unsqueeze-column"
    make = "new", "--from-failure", column, "--no-edit"
    none = ptcards(*make)
    assert (none.code, none.out) == (2, "")
    assert none.err == f"{column} has no failed answer that was kept: there is no mistake yet\n"
    ptcards("answer", column, "--grade", "auto", stdin="x.unsqueeze(0)")
    theirs = ptcards(*make, "pytorch-notes")
    assert theirs.code == 2
    assert "deck: pytorch-notes is no deck of your own" in theirs.err
    assert not (ptcards.home / "decks").exists()
    made = ptcards(*make, "mine")
    assert (made.code, made.out) == (0, "mine/unsqueeze-column-mistake\n")
    assert "starter: x.unsqueeze(0)" in (ptcards.home / "decks" / "mine.yaml").read_text()


def test_a_stream_of_answers_goes_on_after_a_bad_line(ptcards: Shell) -> None:
    lines = [
        json.dumps({"card": CARD, "answer": "x.unsqueeze(0)"}),
        "not json",
        json.dumps({"card": "no/card", "answer": "1"}),
        json.dumps({"card": CARD, "answer": "x[:, None]"}),
        json.dumps({"card": CARD, "answer": "x.unsqueez(1)"}),
    ]
    done = ptcards("answer", "--jsonl", "--grade", "auto", stdin="\n".join(lines))
    outcomes = [json.loads(line) for line in done.out.splitlines()]
    assert done.code == 2
    assert [(one["verdict"], one["why"], one["slip"]) for one in outcomes] == [
        ("fail", None, False),
        ("skipped", "bad_line", False),
        ("skipped", "unknown_card", False),
        ("pass", None, False),
        ("fail", None, True),
    ]
    assert outcomes[0]["because"]
    assert [one["graded"] is not None for one in outcomes] == [True, False, False, True, False]
    assert outcomes[4]["proposed_grade"] is None


def test_columns_of_a_table_without_names_are_asked_for_at_a_terminal(ptcards: Shell, tmp_path: Path) -> None:
    path = tmp_path / "words.csv"
    path.write_text("English,kind,Deutsch\ndog,animal,Hund\n")
    ours, theirs = os.openpty()
    os.write(ours, b"back,kind,front\nn\nback,tags,front\ny\n")
    command = [sys.executable, "-m", "ptcards", "import", str(path)]
    streams: Any = dict.fromkeys(("stdin", "stdout", "stderr"), theirs)
    with subprocess.Popen(command, env=ptcards.environment(None), **streams) as process:
        assert process.wait(60) == 0
    said = os.read(ours, 2**16).decode()
    assert all(
        words in said for words in ("dog | animal | Hund", "'kind' is none", "1 new", "tags, question")
    )
    os.close(ours)
    os.close(theirs)
    again = ptcards("import", path, "--columns", "back,tags,front", "--header")
    assert "1 same" in again.out
    assert "columns read as solution, tags, question" in again.out


def test_an_untrusted_deck_is_skipped_until_it_is_trusted(ptcards: Shell, tmp_path: Path) -> None:
    path = tmp_path / "code.yaml"
    path.write_text(
        "deck: code\ncards:\n  - id: two\n    question: Two?\n    check: 'assert answer == 2, \"two\"'\n    solution: 1 + 1\n"
    )
    (deck,) = ptcards("import", path, "--json").json["decks"]
    assert deck["trusted"] is False
    refused = ptcards("answer", "code/two", "--json", stdin="2")
    assert (refused.code, refused.json["why"]) == (3, "untrusted")
    assert ptcards("trust", "code").code == 0
    assert ptcards("answer", "code/two", stdin="2").code == 0
    assert "  assert answer == 2\n  yours: [3, 3, 3," in (
        long := ptcards("answer", "code/two", stdin="[3] * 99").out
    )
    assert "wanted: 2" in long.splitlines()[3]
    path.write_text(path.read_text().replace("1 + 1", "2 * 1"))
    assert ptcards("answer", "code/two", "--json", stdin="2").json["why"] == "untrusted"


def test_a_configuration_holds_and_one_with_mistakes_names_them_all(ptcards: Shell) -> None:
    (ptcards.home / "config.toml").write_text("new_per_day = 2\n")
    assert ptcards("due", "--json").json["new"] == 2
    (ptcards.home / "config.toml").write_text("new_per_dya = 3\nday_starts_at = 25\n")
    done = ptcards("due")
    assert done.code == 2
    assert "did you mean 'new_per_day'" in done.err
    assert "day_starts_at" in done.err


@pytest.mark.parametrize("way", ["moved", "lost", "forgotten"])
def test_the_commands_named_where_a_deck_file_is_gone_put_it_right(
    ptcards: Shell, write_deck: Callable[..., Path], tmp_path: Path, way: str
) -> None:
    path = write_deck()
    ptcards("import", path)
    ptcards("grade", "mine/capital", "good")
    moved = path.rename(tmp_path / "a new name.yaml")
    said = ptcards("decks").err
    assert f"{path} is gone" in said
    if way == "lost":
        moved.unlink()
        assert "ptcards export --format yaml --deck mine" in said
        assert ptcards("export", "--format", "yaml", "--deck", "mine", "-o", moved).code == 0
    if way == "forgotten":
        assert "ptcards decks remove mine" in said
        assert ptcards("decks", "remove", "mine").code == 0
    else:
        assert "ptcards import --replace ITS-NEW-PATH" in said
        assert f"ptcards import --replace '{moved}'" in ptcards("import", moved).err
        assert ptcards("import", "--replace", moved).code == 0
        assert ptcards("show", "mine/capital", "--json").json["repetitions"] == 1
    states = {deck["deck"]: deck["state"] for deck in ptcards("decks", "--json").json}
    assert states.get("mine", "forgotten") == ("forgotten" if way == "forgotten" else "current")


def test_at_a_terminal_it_is_asked_whose_version_of_a_card_stays(ptcards: Shell, tmp_path: Path) -> None:
    theirs, mine = tmp_path / "theirs", ptcards.home / "decks" / "one.yaml"
    text = "deck: one\ncards:\n  - {id: a, question: A?, solution: '1', check: assert answer == 1}\n"

    def commit(text: str) -> None:
        (theirs / "one.yaml").write_text(text)
        for words in ("init -q", "add -A", "-c user.name=A -c user.email=a@example.org commit -qm more"):
            subprocess.run(["git", "-C", str(theirs), *words.split()], check=True)

    theirs.mkdir()
    commit(text)
    assert ptcards("import", f"git+{theirs}", "--trust").out.startswith("one: 1 new")
    mine.write_text(text.replace("A?", "My A?"))
    commit(text.replace("A?", "Their A?").replace("== 1", "== 2"))
    # Without a terminal one's own stays.
    assert "changed by both, yours stays: a" in ptcards("decks", "update", "--dry-run").out
    ours, its = pty.openpty()
    command = [sys.executable, "-m", "ptcards", "decks", "update"]
    environment = ptcards.environment(None) | {"PAGER": "cat"}
    with subprocess.Popen(
        command, stdin=its, stdout=its, stderr=its, env=environment, close_fds=True
    ) as update:
        os.close(its)
        shown = ""
        steps = {
            "question: Their A?": "d",
            "is taken: a": "t",
            "+assert answer == 2": "d",
            "not run yet": "n",
        }
        for awaited, key in steps.items():
            while awaited not in shown:
                if select([ours], [], [], 0.3)[0]:
                    shown += os.read(ours, 2**16).decode(errors="replace")
                else:
                    os.write(ours, key.encode())
    os.close(ours)
    assert update.returncode == 0
    assert "Their A?" in mine.read_text()
    assert "\n-assert answer == 1\n+assert answer == 2\n" in ptcards("trust", "one", "--show").out
    assert ptcards("trust", "one").code == 0
    assert [deck["trusted"] for deck in ptcards("decks", "--json").json if deck["deck"] == "one"] == [True]
