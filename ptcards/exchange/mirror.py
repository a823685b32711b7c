"""A library on a server and its copy here, which `--offline` works on, brought together both ways."""

from collections import defaultdict
from collections.abc import Mapping
from hashlib import blake2b
from pathlib import Path

import orjson

from ptcards.errors import ExchangeError, UsageError
from ptcards.exchange.sync import SyncReport, alone
from ptcards.language import _, counted, later
from ptcards.paths import BUILT_IN
from ptcards.scheduling.days import time_of
from ptcards.store.library import CardContent, DeckContent, StoredCard
from ptcards.store.log import Merged
from ptcards.store.store import Store
from ptcards.study.decks import COPIED, ORIGIN_OF, REMOVED, RENAMED, remove
from ptcards.study.desk import DRAFTS_THERE, Desk, newer

_DECKS_THERE = "decks-there"


def mirror(desk: Desk, file: Path) -> SyncReport:
    """Bring an open library and its copy in a file together: the union of their logs, decks, drafts.

    What only one side changed since the last time, the other takes over; of what both did the copy takes the
    library's. ExchangeError where another process does the same just now.
    """
    report = SyncReport(str(file))
    with alone(desk), Store.open(file) as store:
        near = Desk(store, file, desk.config, desk.clock)
        _decks(desk, near, report)
        _histories(desk, near, report)
        _drafts(desk, near)
        store.library.save_note(COPIED, f"{time_of(desk.clock()):%Y-%m-%d %H:%M}")
    return report


def _histories(desk: Desk, near: Desk, report: SyncReport) -> None:
    there, here = ({name: code or "" for name, _, code in each.store.log.marks()} for each in (desk, near))
    came = _send(near, desk, _lacking(here, there), report)
    went = _send(desk, near, _lacking(there, here), report)
    if came is not None:
        report.received, report.moved = came.new, len(came.cards)
        if came.new:
            report.told.append(_("{} from offline in the log now", counted(came.new, "event")))
    if went is not None:
        report.sent = went.new


def _lacking(some: Mapping[str, str], others: Mapping[str, str]) -> set[str]:
    """The ids of events that the others lack, or of whose answer they lack the code."""
    return {name for name, code in some.items() if name not in others or others[name] < code}


def _send(source: Desk, target: Desk, ids: set[str], report: SyncReport) -> Merged | None:
    try:
        if ids:
            return target.store.log.merge(one for one in source.store.log.events() if one[0].id in ids)
    except ExchangeError as error:
        report.wrong.append(str(error))
    return None


# -- decks ---------------------------------------------------------------------------------------------------


class _Side:
    """The decks of one of the two, read as far as they are asked for."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self._library, self._read = desk, desk.store.library, dict[str, DeckContent | None]()
        self.rows = {deck.slug: deck for deck in self._library.decks()}
        self._was = defaultdict[str, list[str]](list)
        for name, key in self._library.names().items():
            self._was[key].append(name)

    def facts(self, slug: str) -> tuple[object, ...]:
        """What is said of a deck, without its cards; what comes with the program lies where that does."""
        deck, agreed = self.rows[slug], self._library.trust(slug)
        own = None if slug in BUILT_IN else deck.path
        trust = agreed and (agreed.code_hash, agreed.mine, agreed.unsandboxed)
        return deck.title, deck.about, deck.language, deck.content, deck.code_hash, deck.disabled, own, trust

    def content(self, slug: str) -> DeckContent | None:
        if slug not in self._read:
            cards = tuple(map(self._card, self._library.cards([slug])))
            here = slug in self.rows
            self._read[slug] = (
                DeckContent(self.rows[slug], cards, self._library.trust(slug)) if here else None
            )
        return self._read[slug]

    def _card(self, card: StoredCard) -> CardContent:
        after, was = orjson.loads(card.content).get("after", ()), tuple(self._was.get(card.key, ()))
        name = card.key.partition("/")[2]
        return CardContent(name, card.content, was, card.tags, card.requires, tuple(after))

    def digest(self, slug: str) -> str:
        """Is another where the deck is; "" where there is none."""
        if (content := self.content(slug)) is None:
            return ""
        found = blake2b(orjson.dumps(self.facts(slug)), digest_size=16)
        for card in content.cards:
            found.update(orjson.dumps((card.id, card.content)))
        return found.hexdigest()

    def take(self, slug: str, source: "_Side") -> None:
        """Have a deck as the other one has it; UsageError where two cards want one history."""
        if (content := source.content(slug)) is None:
            remove(self.desk, slug)
            return
        self._library.save([content])
        self._library.set_deck(slug, disabled=content.deck.disabled)
        origin = ORIGIN_OF.format(slug)
        self._library.save_note(origin, source.desk.store.library.note(origin))


def _decks(desk: Desk, near: Desk, report: SyncReport) -> None:
    known: dict[str, str] = orjson.loads(near.store.library.note(_DECKS_THERE) or "{}")
    for name in (REMOVED, *map(RENAMED.format, BUILT_IN)):
        near.store.library.save_note(name, desk.store.library.note(name))
    there, here, now = _Side(desk), _Side(near), dict[str, str]()
    for slug in sorted({*there.rows, *here.rows}):
        before, mine = known.get(slug, ""), here.digest(slug)
        theirs = mine if _same_file(there, here, slug) else there.digest(slug)
        back = mine != before and theirs == before
        if theirs == mine or (back and not theirs and slug in BUILT_IN):
            now[slug] = theirs
            continue
        if back:
            words = later("{} comes from offline") if mine else later("{} was removed offline: it is gone")
            report.decks.append(_(words, slug))
        elif mine not in ("", before) and slug not in BUILT_IN:
            report.told.append(_("{} was changed offline and here; it stays as it is here", slug))
        try:
            (there if back else here).take(slug, here if back else there)
            now[slug] = mine if back else theirs
        except UsageError as error:
            now[slug] = before
            report.wrong.append(str(error))
    kept = {slug: digest for slug, digest in now.items() if digest}
    called = desk.store.library.names()
    if not report.wrong and called != near.store.library.names():
        # Of a deck that both changed the copy took the cards, and what it called them itself is left.
        near.store.library.call(called)
    near.store.library.save_note(_DECKS_THERE, orjson.dumps(kept).decode())


def _same_file(there: _Side, here: _Side, slug: str) -> bool:
    """Whether both have read the same version of a file: then the cards of one need not be read."""
    theirs, mine = there.rows.get(slug), here.rows.get(slug)
    if theirs is None or mine is None or not mine.path or not mine.stamp:
        return False
    return (theirs.path, theirs.stamp) == (mine.path, mine.stamp) and there.facts(slug) == here.facts(slug)


# -- drafts --------------------------------------------------------------------------------------------------


def _drafts(desk: Desk, near: Desk) -> None:
    there, here = desk.store.library, near.store.library
    before: dict[str, str] = orjson.loads(here.note(DRAFTS_THERE) or "{}")
    theirs, mine = there.drafts(), here.drafts()
    for key in {*theirs, *mine}:
        newest = newer(mine.get(key), theirs.get(key), before.get(key))
        for library, has in ((there, theirs), (here, mine)):
            if has.get(key) != newest:
                library.save_draft(key, newest)
    here.save_note(DRAFTS_THERE, orjson.dumps(there.drafts()).decode())
