"""Decks between their files and the database."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from ptcards import language, paths
from ptcards.config import Config
from ptcards.deck.card import Card, Deck, Limits, Within
from ptcards.errors import CancelledError, DeckError, UsageError
from ptcards.runner import libraries
from ptcards.runner.interpreter import choose, own
from ptcards.runner.runner import Runner
from ptcards.store import connection
from ptcards.study import actions, decks, trust
from ptcards.study.cards import Catalogue, card
from ptcards.study.decks import open_desk, refresh
from ptcards.study.desk import Desk
from ptcards.study.trust import code_text
from tests.study.conftest import BY_HAND, COLUMN, WORDS, Bench, lay_out


@pytest.fixture
def words(open_bench: Callable[..., Bench]) -> Bench:
    return open_bench(WORDS)


def change(bench: Bench, old: str, new: str, name: str = "words") -> Path:
    path = bench.folder / f"{name}.yaml"
    path.write_text(path.read_text().replace(old, new))
    return path


def edit(bench: Bench, old: str, new: str, name: str = "words") -> tuple[str, ...]:
    """Change a deck's file and have it read again; gives what that noticed."""
    change(bench, old, new, name)
    return refresh(bench.desk, again=True)


def state_of(desk: Desk, slug: str = "words") -> str:
    return next(deck.state for deck in desk.home().decks if deck.slug == slug)


def test_a_changed_file_is_read_of_a_broken_one_the_last_version_stays_and_of_a_vanished_one_the_cards(
    words: Bench,
) -> None:
    assert edit(words, "One?", "Number one?") == ("words was changed: 1 changed",)
    assert card(words.desk, "words/one").shown.question == "Number one?"
    assert refresh(words.desk, again=True) == ()
    path = words.folder / "words.yaml"
    (notice,) = edit(words, "solution: uno", "solutoin: uno")
    assert notice.startswith(f"{path}:4: card 'one': ")
    assert "The last good version of words stays in use." in notice
    assert state_of(words.desk) == "broken"
    edit(words, "solutoin", "solution")
    assert state_of(words.desk) == "current"
    path.rename(path.with_suffix(".away"))
    (notice,) = refresh(words.desk, again=True)
    assert f"{path} is gone" in notice
    assert state_of(words.desk) == "vanished"
    assert card(words.desk, "words/one").state == "new"
    path.with_suffix(".away").rename(path)
    refresh(words.desk, again=True)
    assert state_of(words.desk) == "current"


def test_a_file_that_cannot_be_used_is_reported_at_one_start_and_at_every_refresh(words: Bench) -> None:
    change(words, "solution: uno", "solutoin: uno")
    for _ in ("broken", "vanished"):
        assert [len(words.open()), len(words.open())] == [1, 0]
        assert [len(refresh(words.desk, again=True)) for _ in range(2)] == [1, 1]
        (words.folder / "words.yaml").unlink(missing_ok=True)


def test_a_removed_card_returns_with_its_history_were_it_purged_and_one_renamed_with_was_keeps_it(
    words: Bench,
) -> None:
    actions.grade(words.desk, "words/one", 4)
    for purge in (False, True):
        edit(words, "id: one", "id: uno")
        assert card(words.desk, "words/one").state == "orphaned"
        if purge:
            assert words.desk.store.library.purge() == ("words/one",)
        edit(words, "id: uno", "id: one")
        view = card(words.desk, "words/one")
        assert (view.state, len(view.reviews)) == ("learning", 1)
    edit(words, "id: one,", "id: uno, was: [one],")
    assert card(words.desk, "words/uno").schedule.repetitions == 1
    with pytest.raises(UsageError):
        card(words.desk, "words/gone")


def test_the_built_in_deck_does_not_come_back_once_it_is_renamed_or_removed(words: Bench) -> None:
    decks.rename(words.desk, "pytorch-notes", "mine")
    words.open()
    assert [deck.slug for deck in words.desk.home().decks] == ["mine", "words"]
    decks.rename(words.desk, "mine", "pytorch-notes")
    decks.remove(words.desk, "pytorch-notes")
    words.open()
    assert [deck.slug for deck in words.desk.home().decks] == ["words"]


def test_a_deck_that_was_renamed_in_its_file_says_how_to_follow(words: Bench) -> None:
    (notice,) = edit(words, "deck: words", "deck: parole")
    assert "ptcards decks rename words parole" in notice
    assert "4 cards keep" in decks.rename(words.desk, "words", "parole")


def test_a_disabled_deck_is_out_of_reviews(words: Bench) -> None:
    decks.disable(words.desk, "words")
    assert state_of(words.desk) == "disabled"
    (deck,) = (deck for deck in words.desk.home().decks if deck.slug == "words")
    assert (deck.counts.due, deck.counts.new, deck.cards) == (0, 0, 4)
    assert words.desk.home().counts.new == 5
    decks.disable(words.desk, "words", disabled=False)
    assert state_of(words.desk) == "current"


def test_editing_a_built_in_card_copies_its_deck_first(words: Bench) -> None:
    shipped = paths.built_in_decks()[0].read_text()
    path, line = decks.locate(words.desk, "pytorch-notes/unsqueeze-column")
    assert path == paths.own_decks() / "pytorch-notes.yaml"
    assert "unsqueeze-column" in path.read_text().splitlines()[line - 1]
    path.write_text(path.read_text().replace("title: ", "title: My ", 1))
    decks.card_edited(words.desk, path)
    lines = {deck.slug: deck for deck in words.desk.home().decks}
    assert lines["pytorch-notes"].title.startswith("My ")
    assert lines["pytorch-notes"].trusted
    assert paths.built_in_decks()[0].read_text() == shipped


def test_a_broken_edit_says_why_and_keeps_the_old_card(words: Bench) -> None:
    path, _ = decks.locate(words.desk, "words/one")
    change(words, "question: One?", "questoin: One?")
    with pytest.raises(DeckError, match=r"did you mean .question"):
        decks.card_edited(words.desk, path)
    assert card(words.desk, "words/one").shown.question == "One?"


def test_changed_code_is_asked_about_with_a_diff_and_texts_an_edit_and_a_deck_of_my_own_are_not(
    open_bench: Callable[..., Bench],
) -> None:
    bench = open_bench(COLUMN)
    assert trust.requests(bench.desk) == ()
    edit(bench, "Make x a column.", "Turn x into a column.", "shapes")
    assert trust.requests(bench.desk) == ()
    edit(bench, "x.unsqueeze(1)", "x[:, None]", "shapes")
    (request,) = trust.requests(bench.desk)
    assert "-x.unsqueeze(1)" in request.diff
    assert "+x[:, None]" in request.diff
    change(bench, "x[:, None]", "x.view(4, 1)", "shapes")
    decks.card_edited(bench.desk, decks.locate(bench.desk, "shapes/column")[0])
    assert trust.requests(bench.desk) == ()
    trust.agree(bench.desk, "shapes", mine=True)
    edit(bench, "x.view(4, 1)", "x.reshape(4, 1)", "shapes")
    assert trust.requests(bench.desk) == ()


def test_the_code_worth_reading_is_pointed_out(open_bench: Callable[..., Bench]) -> None:
    bench = open_bench(COLUMN.replace("import torch", "import torch, socket"), trust=False)
    (request,) = trust.requests(bench.desk)
    assert request.findings == ("preamble: uses the network (socket)",)
    language.use("zh")
    (request,) = trust.requests(bench.desk)
    language.use("en")
    assert request.findings == ("preamble：使用网络（socket）",)  # noqa: RUF001
    assert "# column: solution\nx.unsqueeze(1)" in request.code


@pytest.mark.parametrize(
    ("before", "follows"), [("gone", True), ("another copy", True), ("one's own", False)]
)
def test_the_built_in_deck_follows_the_program_when_it_moves(
    words: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: str, *, follows: bool
) -> None:
    elsewhere, old = tmp_path / "moved", tmp_path / before / "pytorch-notes.yaml"
    for folder in (elsewhere / "decks", old.parent)[: 1 + (before == "another copy")]:
        shutil.copytree(paths.shipped("decks"), folder)
    if not follows:
        old.parent.mkdir()
        shutil.copy(paths.built_in_decks()[0], old)
    monkeypatch.setattr(paths, "PACKAGE", elsewhere)
    words.desk.store.library.set_deck("pytorch-notes", path=str(old))
    assert words.open() == ()
    assert (words.desk.deck("pytorch-notes").path or "").startswith(str(elsewhere)) == follows


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the program's decks."""
    decks = lay_out(tmp_path / "program" / "decks")
    monkeypatch.setattr(paths, "PACKAGE", decks.parent)
    return decks


def test_decks_that_come_with_the_program_are_offered_until_they_are_added_and_once_removed(
    words: Bench, program: Path
) -> None:
    def offered() -> list[str]:
        words.open()
        assert [one.slug for one in decks.offers(words.desk)] == [
            one.stem for one in words.desk.home().offered
        ]
        return [one.slug for one in decks.offers(words.desk)]

    assert offered() == ["tensor-fluency", "autograd-and-training", "by-hand"]
    by_hand = decks.offers(words.desk)[-1]
    assert by_hand == ("by-hand", "By hand", "Three pieces of networks.", 3, ("en", "zh"))
    words.config = Config(language="zh")
    assert offered()
    assert decks.offers(words.desk)[-1][1:3] == ("手写", "三个部件。")
    assert decks.add(words.desk, "by-hand") == "by-hand is added: 3 cards"
    deck = words.desk.home().decks[0]
    assert (deck.slug, deck.trusted, deck.state, deck.counts.held_back.after) == (
        "by-hand",
        True,
        "current",
        1,
    )
    assert trust.requests(words.desk) == ()
    assert offered() == ["tensor-fluency", "autograd-and-training"]
    decks.rename(words.desk, "by-hand", "mine")
    assert offered() == ["tensor-fluency", "autograd-and-training"]
    for slug in ("mine", "pytorch-notes"):
        decks.remove(words.desk, slug)
    # What is somebody's own file is not offered, and stays theirs.
    words.take(BY_HAND.replace("deck: by-hand", "deck: tensor-fluency"))
    assert offered() == ["pytorch-notes", "autograd-and-training", "by-hand"]
    assert words.desk.deck("tensor-fluency").path == str(words.folder / "tensor-fluency.yaml")
    assert "30 cards" in decks.add(words.desk, "pytorch-notes")
    with pytest.raises(UsageError, match="tensor-fluency is there already"):
        decks.add(words.desk, "tensor-fluency")


@pytest.mark.parametrize("way", ["a wheel", "a clone that moved", "another copy"])
def test_an_upgrade_refreshes_the_built_in_decks_and_keeps_the_schedules(
    words: Bench, program: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    decks.add(words.desk, "by-hand")
    for key in ("by-hand/exp", "by-hand/max", "by-hand/relu"):
        actions.grade(words.desk, key, 4)
    words.close()
    if way != "a wheel":
        elsewhere = shutil.copytree(program, tmp_path / "newer" / "decks")
        if way == "a clone that moved":
            shutil.rmtree(program)
        monkeypatch.setattr(paths, "PACKAGE", elsewhere.parent)
    (_, _, _, file) = paths.built_in_decks()
    text = BY_HAND.replace("of 1 and 2?", "of 2 and 1?").replace("{id: relu", "{id: ramp, was: [relu]")
    file.write_text("".join(line for line in text.splitlines(keepends=True) if "id: exp" not in line))
    notices = words.open()
    assert [notice for notice in notices if "by-hand" in notice] == (
        ["by-hand was changed: 2 changed, 1 removed, 1 renamed"] if way == "a wheel" else []
    )
    assert (words.desk.deck("by-hand").path, words.desk.home().decks[0].trusted) == (str(file), True)
    for key, state in (("max", "learning"), ("ramp", "learning"), ("exp", "orphaned")):
        view = card(words.desk, f"by-hand/{key}")
        assert (view.state, view.schedule.repetitions, len(view.reviews)) == (state, 1, 1)
    assert card(words.desk, "by-hand/max").shown.question == "The largest of 2 and 1?"
    assert words.open() == ()


def test_a_clock_set_back_behind_the_newest_answer_is_reported(words: Bench) -> None:
    actions.grade(words.desk, "words/one", 4)
    for days, times in ((-3, 1), (3, 0)):
        words.desk.close()
        words.pass_days(days)
        notices = words.open()
        assert ["behind your newest answer (2026-11-23)" in notice for notice in notices] == [True] * times


def test_a_library_that_begins_anew_beside_its_backups_says_so(words: Bench, tmp_path: Path) -> None:
    open_desk(tmp_path / "other" / "ptcards.db", Config(), words.now).close()
    words.desk.store.back_up(words.now())
    words.desk.close()
    words.file.unlink()
    (notice,) = words.open()
    assert "ptcards restore" in notice
    words.desk.close()
    assert words.open() == ()


def test_another_python_for_answers_is_named_once_and_one_that_cannot_be_used_until_it_can(
    words: Bench,
) -> None:
    other = own()._replace(why="named by a test")
    gone = choose({"python": "/nowhere/python"})
    for there, said in ((own(), ()), (other, (f"Answers run in {other}.",)), (gone, (gone.trouble,))):
        words.runner = Runner(interpreter=there)
        assert words.open() == said
        assert words.open() == (said if there.trouble else ())


def test_cards_that_vary_are_listed_as_they_will_be_asked(words: Bench) -> None:
    words.take(WORDS.replace("question: One?", 'question: "One of $n?", vary: {n: [3, 4]}'))
    listed, shown = Catalogue(words.desk).find("words/one")[0], card(words.desk, "words/one")
    assert listed.shown.question == shown.shown.question
    assert "$" not in listed.shown.question


def test_a_changed_deck_file_that_is_not_read_to_its_end_is_read_at_the_next_start(
    words: Bench, tmp_path: Path
) -> None:
    words.desk.close()
    file = tmp_path / "words.yaml"
    file.write_text(WORDS.replace("One?", "Once?"))
    steps: list[str] = []

    def stop(what: str) -> None:
        steps.append(what)
        if "words.yaml" in what:
            raise CancelledError("stopped")

    with pytest.raises(CancelledError):
        words.open(stop)
    assert steps[-1] == "reading words.yaml"
    words.open()
    assert card(words.desk, "words/one").shown.question == "Once?"


def test_what_is_agreed_to_is_shown_in_the_words_of_a_deck() -> None:
    card = Card(
        "one",
        "Which $n?",
        "$n",
        check="assert answer == $n, 'no'",
        vary={"n": ("3", "'a\nb'")},
        expects=("ValueError",),
        within=Within(2, setup="n = 9", run="f(n)"),
        limits=Limits(20.5, 2048),
    )
    shown = code_text(Deck("mine", (card, Card("two", "What?", "2", check="assert answer == 2, 'no'"))))
    assert "# one: limits\n# 20.5 seconds, 2,048 MB of memory\n" in shown
    assert "# one: expects\n# ValueError\n" in shown
    assert "# one: within setup\nn = 9\n" in shown
    assert "# one: within run\nf(n)\n" in shown
    assert "# one: vary\n# n: '3', \"'a\\nb'\"\n" in shown
    assert "two: limits" not in shown
    first, answers = shown.index("# two: check"), shown.index("# one: solution")
    assert first < answers < shown.index("# two: solution")


def test_a_card_that_needs_cuda_waits_until_there_is_a_device(
    words: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    device = tmp_path / "dxg"
    monkeypatch.setattr(libraries, "GPU_DEVICES", [str(device)])
    words.take(WORDS.replace("solution: uno", "solution: uno, requires: {cuda: true}"))
    words_line = words.desk.home().decks[1]
    assert (words_line.counts.new, words_line.counts.held_back.requires) == (2, 1)
    device.touch()
    assert words.desk.home().decks[1].counts.held_back.requires == 0


def test_a_library_on_a_network_says_so_and_what_to_do(
    words: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words.desk.close()
    (mounts := tmp_path / "mountinfo").write_text("22 1 0:21 / / rw shared:1 - nfs4 server:/home rw\n")
    monkeypatch.setattr(connection, "MOUNTS", mounts)
    (notice,) = words.open()
    assert "lies on a network file system (nfs4)" in notice
    assert "PTCARDS_DATABASE" in notice
