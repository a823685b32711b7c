"""Decks between their files and the database."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from ptcards import paths
from ptcards.config import Config
from ptcards.deck.card import Card, Deck, Limits
from ptcards.errors import CancelledError, DeckError, UsageError
from ptcards.study.study import Study
from ptcards.study.trust import code_text
from tests.study.bench import COLUMN, WORDS, Bench


@pytest.fixture
def words(open_bench: Callable[..., Bench]) -> Bench:
    return open_bench(WORDS)


def change(bench: Bench, old: str, new: str, name: str = "words") -> Path:
    path = bench.folder / f"{name}.yaml"
    path.write_text(path.read_text().replace(old, new))
    return path


def state_of(study: Study, slug: str = "words") -> str:
    return next(line.state for line in study.home().decks if line.slug == slug)


def test_a_changed_file_is_noticed_and_told(words: Bench) -> None:
    change(words, "One?", "Number one?")
    assert words.study.refresh() == ("words was changed: 1 changed",)
    assert words.study.card("words/one").question == "Number one?"
    assert words.study.refresh() == ()


def test_a_broken_file_keeps_its_last_good_version_and_says_so(words: Bench) -> None:
    path = change(words, "solution: uno", "solutoin: uno")
    (notice,) = words.study.refresh()
    assert notice.startswith(f"{path}:4: card 'one': ")
    assert "The last good version of words stays in use." in notice
    assert state_of(words.study) == "broken"
    change(words, "solutoin", "solution")
    words.study.refresh()
    assert state_of(words.study) == "current"


def test_a_vanished_file_keeps_its_cards_and_they_return_with_it(words: Bench) -> None:
    path = words.folder / "words.yaml"
    path.rename(path.with_suffix(".away"))
    (notice,) = words.study.refresh()
    assert f"{path} is gone" in notice
    assert state_of(words.study) == "vanished"
    assert words.study.card("words/one").state == "new"
    path.with_suffix(".away").rename(path)
    words.study.refresh()
    assert state_of(words.study) == "current"


def test_a_file_that_cannot_be_used_is_told_at_one_start_and_whenever_it_is_asked(words: Bench) -> None:
    change(words, "solution: uno", "solutoin: uno")
    assert len(words.study.open().notices) == 1
    assert words.study.open().notices == ()
    assert len(words.study.refresh()) == len(words.study.refresh()) == 1
    (words.folder / "words.yaml").unlink()
    assert len(words.study.open().notices) == 1
    assert words.study.open().notices == ()
    assert len(words.study.refresh()) == len(words.study.refresh()) == 1


def test_a_removed_card_is_an_orphan_and_returns_with_its_history(words: Bench) -> None:
    words.study.grade("words/one", 4)
    change(words, "id: one", "id: uno")
    words.study.refresh()
    assert words.study.card("words/one").state == "orphaned"
    change(words, "id: uno", "id: one")
    words.study.refresh()
    view = words.study.card("words/one")
    assert (view.state, len(view.reviews)) == ("learning", 1)


def test_a_rename_with_was_keeps_the_schedule(words: Bench) -> None:
    words.study.grade("words/one", 4)
    change(words, "id: one,", "id: uno, was: [one],")
    words.study.refresh()
    assert words.study.card("words/uno").schedule.repetitions == 1
    with pytest.raises(UsageError):
        words.study.card("words/gone")


def test_purged_orphans_are_gone_but_their_events_stay(words: Bench) -> None:
    words.study.grade("words/one", 4)
    change(words, "id: one", "id: uno")
    words.study.refresh()
    assert words.study.purge_orphans() == 1
    change(words, "id: uno", "id: one")
    words.study.refresh()
    assert len(words.study.card("words/one").reviews) == 1


def test_the_built_in_deck_does_not_come_back_beside_itself_when_it_is_renamed(words: Bench) -> None:
    words.study.change_deck("pytorch-notes", "rename", "mine")
    words.study.close()
    words.study.open()
    assert [line.slug for line in words.study.home().decks] == ["mine", "words"]


def test_a_deck_that_was_renamed_in_its_file_says_how_to_follow(words: Bench) -> None:
    change(words, "deck: words", "deck: parole")
    (notice,) = words.study.refresh()
    assert "ptcards decks rename words parole" in notice
    assert "4 cards keep" in words.study.change_deck("words", "rename", "parole")


def test_a_disabled_deck_is_out_of_reviews(words: Bench) -> None:
    words.study.change_deck("words", "disable")
    assert state_of(words.study) == "disabled"
    (line,) = (deck for deck in words.study.home().decks if deck.slug == "words")
    assert (line.due, line.new) == (0, 0)
    assert line.total > 0
    assert words.study.home().new == 5
    words.study.change_deck("words", "enable")
    assert state_of(words.study) == "current"


def test_a_removed_built_in_deck_stays_away(words: Bench) -> None:
    words.study.change_deck("pytorch-notes", "remove")
    again = Study(words.study.database, Config(), words.now)
    again.open()
    assert [line.slug for line in again.home().decks] == ["words"]
    again.close()


def test_editing_a_built_in_card_copies_its_deck_first(words: Bench) -> None:
    shipped = paths.built_in_deck().read_text()
    path, line = words.study.locate("pytorch-notes/unsqueeze-column")
    assert path == paths.own_decks() / "pytorch-notes.yaml"
    assert "unsqueeze-column" in path.read_text().splitlines()[line - 1]
    path.write_text(path.read_text().replace("title: ", "title: My ", 1))
    words.study.card_edited("pytorch-notes/unsqueeze-column")
    home = {deck.slug: deck for deck in words.study.home().decks}
    assert home["pytorch-notes"].title.startswith("My ")
    assert home["pytorch-notes"].trusted
    assert paths.built_in_deck().read_text() == shipped


def test_a_broken_edit_says_why_and_keeps_the_old_card(words: Bench) -> None:
    path, _ = words.study.locate("words/one")
    change(words, "question: One?", "questoin: One?")
    with pytest.raises(DeckError, match=r"did you mean .question"):
        words.study.card_edited("words/one")
    assert words.study.card("words/one").question == "One?"
    assert path.exists()


def test_an_edit_counts_as_agreed(open_bench: Callable[..., Bench]) -> None:
    bench = open_bench(COLUMN)
    change(bench, "x.unsqueeze(1)", "x[:, None]", "shapes")
    bench.study.card_edited("shapes/column")
    assert bench.study.trust_requests() == ()


def test_changed_code_asks_again_with_a_diff(open_bench: Callable[..., Bench]) -> None:
    bench = open_bench(COLUMN)
    assert bench.study.trust_requests() == ()
    change(bench, "x.unsqueeze(1)", "x[:, None]", "shapes")
    bench.study.refresh()
    (request,) = bench.study.trust_requests()
    assert "-x.unsqueeze(1)" in request.diff
    assert "+x[:, None]" in request.diff


def test_changed_texts_ask_nothing(open_bench: Callable[..., Bench]) -> None:
    bench = open_bench(COLUMN)
    change(bench, "Make x a column.", "Turn x into a column.", "shapes")
    bench.study.refresh()
    assert bench.study.trust_requests() == ()


def test_a_deck_of_my_own_is_asked_about_once(open_bench: Callable[..., Bench]) -> None:
    bench = open_bench(COLUMN, trust=False)
    bench.study.trust("shapes", mine=True)
    change(bench, "x.unsqueeze(1)", "x[:, None]", "shapes")
    bench.study.refresh()
    assert bench.study.trust_requests() == ()


def test_the_code_worth_a_look_is_pointed_out(open_bench: Callable[..., Bench]) -> None:
    bench = open_bench(COLUMN.replace("import torch", "import torch, socket"), trust=False)
    (request,) = bench.study.trust_requests()
    assert request.findings == ("preamble: uses the network (socket)",)
    assert "# column: solution\nx.unsqueeze(1)" in request.code


def test_a_folder_is_imported_whole_and_a_dry_run_changes_nothing(words: Bench) -> None:
    folder = words.folder / "more"
    folder.mkdir()
    (folder / "a.yaml").write_text(WORDS.replace("deck: words", "deck: a"))
    (folder / "b.yaml").write_text(WORDS.replace("deck: words", "deck: b").replace("One?", "[]"))
    report = words.study.import_paths([folder], dry_run=True)
    assert [(deck.deck, deck.new) for deck in report.decks] == [("a", 4)]
    assert {problem.file.name for problem in report.errors} == {"b.yaml"}
    assert {line.slug for line in words.study.home().decks} == {"pytorch-notes", "words"}


def test_the_built_in_deck_follows_the_program_when_it_moves(
    words: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "moved"
    shutil.copytree(paths.shipped("decks"), elsewhere / "decks")
    monkeypatch.setattr(paths, "PACKAGE", elsewhere)
    words.study.workspace.store.library.set_deck(
        "pytorch-notes", path=str(tmp_path / "gone" / "pytorch-notes.yaml")
    )
    again = Study(words.study.database, Config(), words.now)
    assert again.open().notices == ()
    assert next(deck.path for deck in again.home().decks if deck.slug == "pytorch-notes").startswith(
        str(elsewhere)
    )
    again.close()


def test_search_words_combine(words: Bench) -> None:
    words.study.grade("words/one", 4)
    assert [view.key for view in words.study.cards("deck:words -is:new")] == ["words/one"]
    assert [view.key for view in words.study.cards("tag:odd")] == ["words/three"]
    assert [view.key for view in words.study.cards('deck:words "four?"')] == ["words/four"]
    assert [view.key for view in words.study.cards("deck:w* prop:reps>=1")] == ["words/one"]
    with pytest.raises(UsageError, match="prop:ivl"):
        words.study.cards("prop:interval>3")


def test_lists_show_questions_in_the_configured_language(open_bench: Callable[..., Bench]) -> None:
    study = open_bench(config=Config(language="zh")).study
    listed = {card.key: card.question for card in study.cards("deck:pytorch-notes")}
    assert "抛出" in listed["pytorch-notes/install-opencv"]
    assert "raises" in open_bench().study.cards("install-opencv")[0].question


def test_a_clock_set_back_behind_the_newest_answer_is_told(words: Bench) -> None:
    words.study.grade("words/one", 4)
    for days, told in ((-3, 1), (3, 0)):
        words.study.close()
        words.pass_days(days)
        notices = words.study.open().notices
        assert ["behind your newest answer (2026-11-23)" in notice for notice in notices] == [True] * told


def test_a_library_that_begins_anew_beside_its_backups_says_so(words: Bench, tmp_path: Path) -> None:
    fresh = Study(tmp_path / "other" / "ptcards.db", Config(), words.now)
    assert fresh.open().notices == ()
    fresh.close()
    words.study.workspace.store.back_up(words.now())
    words.study.close()
    words.study.database.unlink()
    (notice,) = words.study.open().notices
    assert "ptcards restore" in notice
    words.study.close()
    assert words.study.open().notices == ()


def test_cards_that_vary_are_listed_as_they_will_be_asked(words: Bench) -> None:
    words.take(WORDS.replace("question: One?", 'question: "One of $n?", vary: {n: [3, 4]}'))
    listed, shown = words.study.cards("words/one")[0], words.study.card("words/one")
    assert listed.question == shown.question
    assert "$" not in listed.question


def test_a_changed_deck_file_that_is_not_read_to_its_end_is_read_at_the_next_start(
    words: Bench, tmp_path: Path
) -> None:
    words.study.close()
    file = tmp_path / "words.yaml"
    file.write_text(WORDS.replace("One?", "Once?"))
    told: list[str] = []

    def stop(what: str) -> None:
        told.append(what)
        if "words.yaml" in what:
            raise CancelledError("stopped")

    with pytest.raises(CancelledError):
        words.study.open(stop)
    assert told[-1] == "reading words.yaml"
    words.study.open()
    assert words.study.card("words/one").question == "Once?"


def test_what_is_agreed_to_is_told_in_the_words_of_a_deck() -> None:
    card = Card(
        "one",
        "Which $n?",
        "$n",
        check="assert answer == $n, 'no'",
        vary={"n": ("3", "'a\nb'")},
        expects=("ValueError",),
        limits=Limits(20.5, 2048),
    )
    told = code_text(Deck("mine", (card, Card("two", "What?", "2", check="assert answer == 2, 'no'"))))
    assert "# one: limits\n# 20.5 seconds, 2,048 MB of memory\n" in told
    assert "# one: expects\n# ValueError\n" in told
    assert "# one: vary\n# n: '3', \"'a\\nb'\"\n" in told
    assert "two: limits" not in told
