"""Our statistics beside Anki's own of the same history: exported, imported by Anki's library, counted there.

PYTHONPATH=. python anki_numbers.py PYTHON-THAT-HAS-ANKI
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from ptcards.scheduling.days import Moment, study_day
from ptcards.scheduling.events import Event, Kind
from ptcards.store.store import Store
from tests.statistics.histories import Maker, Row, deck, make_history, play

OFFSET = 60
"""Minutes east of the histories' clock, and the zone that Anki is given."""
ZONE = "Etc/GMT-1"
SPANS = {"today": 1, "7 days": 7, "30 days": 30, "a year": 365, "ever": 10_000}
ANKIS = {"today": "today", "7 days": "week", "30 days": "month", "a year": "year", "ever": "all_time"}
MATURE = 21


class Both:
    """One history, as ptcards and as Anki count it."""

    def __init__(self, folder: Path, anki: str, now: datetime, made: Maker) -> None:
        moment = Moment(int(now.timestamp() * 1000), OFFSET)
        self.today = study_day(moment)
        self.rows = play(made.events).rows
        with Store.open(folder / "ptcards.db") as store:
            for number in range(2):
                store.library.save([deck(f"deck-{number}", 30)])
            store.log.merge(made.pairs())
        self._environment = {
            **os.environ,
            "PTCARDS_HOME": str(folder),
            "PTCARDS_NOW": now.isoformat(timespec="seconds"),
            "TZ": ZONE,
        }
        package = str(folder / "out.apkg")
        self._run(sys.executable, "-m", "ptcards", "export", "--format", "apkg", "-o", package)
        self.ours = json.loads(self._run(sys.executable, "-m", "ptcards", "stats", "--json"))
        side = Path(__file__).with_name("anki_graphs.py")
        self.anki = json.loads(self._run(anki, str(side), package))

    def _run(self, *command: str) -> str:
        done = subprocess.run(command, env=self._environment, check=True, capture_output=True, text=True)
        return done.stdout


def main() -> None:
    now = datetime.now(UTC).astimezone(timezone(timedelta(minutes=OFFSET)))
    today = study_day(Moment(int(now.timestamp() * 1000), OFFSET))
    made = make_history(3, days=200, today=today)
    with tempfile.TemporaryDirectory() as folder:
        whole = Both(Path(folder), sys.argv[1], now, made)
        compare_answers(whole)
        compare_cards(whole)
    with tempfile.TemporaryDirectory() as folder:
        compare_reviews(Both(Path(folder), sys.argv[1], now, reviews_only(made)))
    print("Anki's statistics and ours agree")  # noqa: T201 - its output


def reviews_only(made: Maker) -> Maker:
    """The same learner, who is taught nothing and repeats nothing on the same day but to drill and to cram."""
    seen: set[tuple[str, int]] = set()
    withdrawn = play(made.events).withdrawn
    events: list[Event] = []
    for event in made.events:
        if event.action in withdrawn:
            continue
        if event.kind in (Kind.DRILLED, Kind.CRAMMED):
            events.append(event)
        elif event.kind == Kind.GRADED and (event.card, event.day) not in seen:
            seen.add((event.card, event.day))
            events.append(event._replace(verdict="fail" if (event.q or 0) < 3 else "pass"))
    # Without what was practised a card has another schedule, and other answers come too early.
    while early := {row.event.id for row in play(events).rows if row.role == "practice"}:
        events = [event for event in events if event.id not in early]
    return Maker(made.chance, events)


def compare_answers(both: Both) -> None:
    ours, anki = both.ours, both.anki
    same("answers today", anki["today"]["answer_count"], ours["today"]["answers"])
    same("seconds today", anki["today"]["answer_millis"] / 1000, round(ours["today"]["seconds"], 3))
    days = Counter({int(day): sum(counts.values()) for day, counts in anki["reviews"]["count"].items()})
    calendar = ours["calendar"]["answers"]
    same("answers a day", [days[ahead] for ahead in range(1 - len(calendar), 1)], calendar)


def compare_cards(both: Both) -> None:
    cards, forecast, anki = both.ours["cards"], both.ours["forecast"], both.anki
    same("intervals", anki["intervals"]["intervals"], cards["intervals"])
    eases = {str(round(float(ease) * 100)): count for ease, count in cards["eases"].items()}
    same("eases", anki["eases"]["eases"], eases)
    counts = anki["card_counts"]["including_inactive"]
    same("cards not seen", counts["newCards"], cards["unseen"])
    mature = sum(count for days, count in cards["intervals"].items() if int(days) >= MATURE)
    same("mature and young cards", (counts["mature"], counts["young"]), (mature, cards["seen"] - mature))
    due = {str(ahead): count for ahead, count in enumerate(forecast["due"]) if count}
    theirs = {day: count for day, count in anki["future_due"]["future_due"].items() if int(day) >= 0}
    same("due days", theirs, due)
    backlog = sum(count for day, count in anki["future_due"]["future_due"].items() if int(day) < 0)
    same("backlog", backlog, forecast["overdue"])
    same("daily load", anki["future_due"]["daily_load"], int(forecast["daily_load"]))


def compare_reviews(both: Both) -> None:
    hours = [(one["total"], one["correct"]) for one in both.anki["hours"]["all_time"]]
    same("hours", hours, [(one["of"], one["hits"]) for one in both.ours["hours"]])
    for span in both.ours["retention"]:
        name, theirs = span["span"], both.anki["true_retention"][ANKIS[span["span"]]]
        learning = _learning(both, SPANS[name])
        for age, early in (("young", learning), ("mature", Counter())):
            found = (theirs[f"{age}_passed"], theirs[f"{age}_failed"])
            expected = (span[age]["hits"] + early[True], span[age]["of"] - span[age]["hits"] + early[False])
            same(f"{age} retention, {name}", found, expected)


def _learning(both: Both, days: int) -> Counter[bool]:
    """Reviews of cards with fewer than two repetitions in a row: Anki has them among the young ones."""
    rows: list[Row] = [row for row in both.rows if row.event.day > both.today - days]
    return Counter((row.event.q or 0) >= 3 for row in rows if row.role == "repetition" and row.n < 2)


def same(what: str, anki: Any, ours: Any) -> None:
    if anki != ours:
        raise SystemExit(f"{what}: Anki has {anki!r}, ptcards {ours!r}")


if __name__ == "__main__":
    main()
