"""A library and its copy for `--offline`, brought together; that one is on a server makes no difference here."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ptcards.config import Config
from ptcards.exchange.importing import import_paths
from ptcards.exchange.mirror import mirror
from ptcards.scheduling.days import Moment
from ptcards.study import actions, decks, trust
from ptcards.study.decks import open_desk
from ptcards.study.desk import Desk, newer

CARD, OTHER = "pytorch-notes/install-opencv", "pytorch-notes/unsqueeze-column"
DECK = """\
deck: own
title: Own
preamble: import math
cards:
  - {id: sum, question: One and one?, solution: "2", check: assert answer == 2}
  - {id: capital, question: The capital of France?, accepts: text, solution: Paris}
"""


class Pair:
    """The libraries of one learner: that of the server, and the copy."""

    def __init__(self, folder: Path) -> None:
        self.file, self._at = folder / "offline-ann-0.db", 1_795_000_000_000
        self.server = open_desk(folder / "ptcards.db", Config(), self.now)
        self.copy = open_desk(self.file, Config(), self.now)

    def now(self) -> Moment:
        self._at += 1000
        return Moment(self._at, 0)

    def meet(self) -> list[str]:
        """Bring them together; gives what is told of it."""
        report = mirror(self.server, self.file)
        assert report.wrong == []
        assert [*self.server.store.log.events()] == [*self.copy.store.log.events()]
        for desk in (self.server, self.copy):
            assert desk.store.log.check() == ()
        again = mirror(self.server, self.file)
        assert (again.sent, again.received, again.decks, again.told) == (0, 0, [], [])
        return [*report.decks, *report.told]

    def slugs(self) -> list[list[tuple[str, bool]]]:
        return [
            [(one.slug, one.disabled) for one in desk.store.library.decks()]
            for desk in (self.server, self.copy)
        ]


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    made = Pair(tmp_path)
    yield made
    made.server.close()
    made.copy.close()


def due(desk: Desk, card: str) -> int | None:
    return desk.store.library.schedule(card).due_day


def test_what_was_answered_on_either_side_is_on_both(pair: Pair) -> None:
    actions.grade(pair.server, CARD, 4)
    assert pair.meet() == []
    actions.grade(pair.copy, OTHER, 3)
    actions.grade(pair.server, "pytorch-notes/imread-none", 4)
    assert pair.meet() == ["1 event from offline in the log now"]
    for card in (CARD, OTHER, "pytorch-notes/imread-none"):
        assert due(pair.server, card) == due(pair.copy, card) is not None


def test_decks_go_along_with_their_trust_and_their_names(pair: Pair, tmp_path: Path) -> None:
    (file := tmp_path / "own.yaml").write_text(DECK)
    import_paths(pair.server, [file])
    actions.grade(pair.server, "own/capital", 4)
    pair.meet()
    assert due(pair.copy, "own/capital")
    assert len(trust.requests(pair.copy)) == 1

    trust.agree(pair.copy, "own")
    assert pair.meet() == ["own comes from offline"]
    assert trust.requests(pair.server) == ()

    file.write_text(DECK.replace("deck: own", "deck: mine"))
    decks.rename(pair.server, "own", "mine")
    pair.meet()
    actions.grade(pair.copy, "mine/sum", 3)
    pair.meet()
    assert due(pair.server, "mine/capital") == due(pair.copy, "mine/capital") is not None
    assert due(pair.server, "mine/sum")
    assert trust.requests(pair.copy) == ()


def test_what_only_one_side_changed_of_its_decks_goes_to_the_other(pair: Pair, tmp_path: Path) -> None:
    (file := tmp_path / "own.yaml").write_text(DECK)
    import_paths(pair.copy, [file])
    assert pair.meet() == ["own comes from offline"]
    decks.disable(pair.server, "own")
    pair.meet()
    assert pair.slugs() == [[("own", True), ("pytorch-notes", False)]] * 2
    decks.remove(pair.copy, "own")
    assert pair.meet() == ["own was removed offline: it is gone"]
    decks.remove(pair.server, "pytorch-notes")
    pair.meet()
    assert pair.slugs() == [[], []]
    pair.copy.close()
    pair.copy = open_desk(pair.file, Config(), pair.now)
    pair.meet()
    assert pair.slugs() == [[], []]  # what comes with the program does not come back


def test_what_both_sides_changed_is_as_the_server_has_it(pair: Pair, tmp_path: Path) -> None:
    for desk, word in ((pair.server, "Paris"), (pair.copy, "Lyon")):
        (tmp_path / word).mkdir()
        (file := tmp_path / word / "own.yaml").write_text(DECK.replace("Paris", word))
        import_paths(desk, [file])
    assert pair.meet() == ["own was changed offline and here; it stays as it is here"]
    assert '"Paris"' in pair.copy.card("own/capital").content


def test_what_cards_were_called_is_as_the_server_has_it_too(pair: Pair, tmp_path: Path) -> None:
    (file := tmp_path / "own.yaml").write_text(DECK)
    import_paths(pair.server, [file])
    actions.grade(pair.server, "own/capital", 4)
    pair.meet()
    file.write_text(DECK.replace("id: capital,", "id: seat, was: [capital],"))
    import_paths(pair.copy, [file])
    actions.grade(pair.copy, "own/seat", 3)
    file.write_text(DECK.replace("One and one?", "1 and 1?"))
    import_paths(pair.server, [file])
    pair.meet()
    assert pair.copy.store.library.names() == pair.server.store.library.names()
    for card in ("own/capital", "own/seat"):
        assert pair.copy.store.library.schedule(card) == pair.server.store.library.schedule(card)


def test_drafts_go_along_and_the_newer_one_holds(pair: Pair) -> None:
    def drafts() -> list[dict[str, str]]:
        return [desk.store.library.drafts() for desk in (pair.server, pair.copy)]

    pair.copy.store.library.save_draft(CARD, "offline")
    pair.server.store.library.save_draft(OTHER, "online")
    pair.meet()
    assert drafts() == [{CARD: "offline", OTHER: "online"}] * 2
    pair.copy.store.library.save_draft(CARD, "further")
    actions.grade(pair.server, OTHER, 4)
    pair.meet()
    assert drafts() == [{CARD: "further"}] * 2


@pytest.mark.parametrize(
    ("here", "there", "before", "holds"),
    [
        ("ab", "a", "a", "ab"),  # typed on here
        ("a", "ab", "a", "ab"),  # and there
        (None, "a", "a", None),  # graded here
        ("a", None, "a", None),  # graded there
        ("x", None, "a", "x"),  # begun again here, after that
        ("x", "y", "a", "y"),
    ],
)
def test_of_two_drafts(here: str | None, there: str | None, before: str, holds: str | None) -> None:
    assert newer(here, there, before) == holds
