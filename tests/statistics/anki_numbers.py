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
from tests.statistics.histories import OFFSET, Maker, Row, make_history, play

ZONE = "Etc/GMT-1"
SPANS = {"today": 1, "7 days": 7, "30 days": 30, "a year": 365, "ever": 10_000}
ANKIS = {"today": "today", "7 days": "week", "30 days": "month", "a year": "year", "ever": "all_time"}
MATURE = 21
NOW = datetime.now(UTC).astimezone(timezone(timedelta(minutes=OFFSET)))
DAY = study_day(Moment(int(NOW.timestamp() * 1000), OFFSET))
GRAPHS = Path(__file__).with_name("anki_graphs.py")


def both(made: Maker) -> tuple[Any, Any]:
    """The figures of one history, as ptcards and as Anki count them."""
    with tempfile.TemporaryDirectory() as folder:
        made.keep(Path(folder, "ptcards.db"))
        package = f"{folder}/out.apkg"
        now = NOW.isoformat(timespec="seconds")
        environment = {**os.environ, "PTCARDS_HOME": folder, "PTCARDS_NOW": now, "TZ": ZONE}

        def run(*command: str | Path) -> str:
            return subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout

        run(sys.executable, "-m", "ptcards", "export", "--format", "apkg", "-o", package)
        ours = run(sys.executable, "-m", "ptcards", "stats", "--json")
        return json.loads(ours), json.loads(run(sys.argv[1], GRAPHS, package))


def main() -> None:
    made = make_history(3, days=200, today=DAY)
    whole = both(made)
    compare_answers(*whole)
    compare_cards(*whole)
    reviews = reviews_only(made)
    compare_reviews(*both(reviews), play(reviews.events).rows)
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


def compare_answers(ours: Any, anki: Any) -> None:
    same("answers today", anki["today"]["answer_count"], ours["today"]["answers"])
    same("seconds today", anki["today"]["answer_millis"] / 1000, round(ours["today"]["seconds"], 3))
    days = Counter({int(day): sum(counts.values()) for day, counts in anki["reviews"]["count"].items()})
    calendar = ours["calendar"]["answers"]
    same("answers a day", [days[ahead] for ahead in range(1 - len(calendar), 1)], calendar)


def compare_cards(ours: Any, anki: Any) -> None:
    cards, forecast = ours["cards"], ours["forecast"]
    same("intervals", anki["intervals"]["intervals"], cards["intervals"])
    eases = {str(round(float(ease) * 100)): count for ease, count in cards["eases"].items()}
    same("eases", anki["eases"]["eases"], eases)
    counts = anki["card_counts"]["including_inactive"]
    same("cards not seen", counts["newCards"], cards["unseen"])
    mature = sum(count for days, count in cards["intervals"].items() if int(days) >= MATURE)
    same("mature and young cards", (counts["mature"], counts["young"]), (mature, cards["seen"] - mature))
    theirs = {int(day): count for day, count in anki["future_due"]["future_due"].items()}
    due = {ahead: count for ahead, count in enumerate(forecast["due"]) if count}
    same("due days", {day: count for day, count in theirs.items() if day >= 0}, due)
    same("backlog", sum(count for day, count in theirs.items() if day < 0), forecast["overdue"])
    same("daily load", anki["future_due"]["daily_load"], int(forecast["daily_load"]))


def compare_reviews(ours: Any, anki: Any, rows: list[Row]) -> None:
    hours = [(one["total"], one["correct"]) for one in anki["hours"]["all_time"]]
    same("hours", hours, [(one["of"], one["hits"]) for one in ours["hours"]])
    for span in ours["retention"]:
        name, days = span["span"], SPANS[span["span"]]
        theirs = anki["true_retention"][ANKIS[name]]
        # Of cards with fewer than two repetitions in a row: Anki has them among the young ones.
        early = [row for row in rows if row.event.day > DAY - days and row.role == "repetition" and row.n < 2]
        learning = Counter(row.passed for row in early)
        for age, more in (("young", learning), ("mature", Counter[bool]())):
            found = (theirs[f"{age}_passed"], theirs[f"{age}_failed"])
            expected = (span[age]["hits"] + more[True], span[age]["of"] - span[age]["hits"] + more[False])
            same(f"{age} retention, {name}", found, expected)


def same(what: str, anki: Any, ours: Any) -> None:
    if anki != ours:
        raise SystemExit(f"{what}: Anki has {anki!r}, ptcards {ours!r}")


if __name__ == "__main__":
    main()
