"""Anki's own library, timed. Runs where `anki` is installed and is asked by `lives.Anki`, a JSON list a line.

python anki_side.py COLLECTION            reads commands from stdin, answers on stdout
python anki_side.py COLLECTION import CSV imports a table and ends: a process to be timed
"""

import csv
import json
import os
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from anki.collection import Card, Collection, ImportCsvRequest
from anki.scheduler.v3 import CardAnswer


class Side:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.collection = Collection(str(path))

    def import_table(self, path: str) -> None:
        metadata = self.collection.get_csv_metadata(path=path, delimiter=None)
        self.collection.import_csv(ImportCsvRequest(path=path, metadata=metadata))

    def build(self, fixture: str) -> None:
        """Notes by Anki's own import; what was answered straight into its tables."""
        with Path(fixture).open() as lines:
            cards, question, answer = next(lines).rstrip("\n").split("\t")
            with tempfile.NamedTemporaryFile("w", suffix=".csv", newline="") as table:
                rows = ((question.format(card), answer.format(card)) for card in range(int(cards)))
                csv.writer(table).writerows(rows)
                table.flush()
                self.import_table(table.name)
            options = self.collection.decks.config_dict_for_deck_id(1)
            options["rev"]["perDay"] = 9999
            self.collection.decks.update_config(options)
            ids, today = sorted(self.collection.find_cards("")), self.collection.sched.today
            self.collection.close()
            log, states, counts = [], {}, [0] * len(ids)
            for line in lines:
                card, moment, ease, last, interval, factor, lapses, ahead = map(int, line.split())
                counts[card] += 1
                log.append((moment, ids[card], -1, ease, interval, last, factor * 10, 9500, 1))
                states[card] = (today + ahead, interval, factor * 10, counts[card], lapses, ids[card])
        with sqlite3.connect(self.path) as connection:
            connection.executemany("INSERT OR IGNORE INTO revlog VALUES (?,?,?,?,?,?,?,?,?)", log)
            question = "UPDATE cards SET type=2, queue=2, due=?, ivl=?, factor=?, reps=?, lapses=? WHERE id=?"
            connection.executemany(question, states.values())
        connection.close()
        self.collection = Collection(str(self.path))

    def reopen(self) -> float:
        self.collection.close()
        return timed(lambda: setattr(self, "collection", Collection(str(self.path))))

    def first(self) -> float:
        """The first card of a sitting, the collection being open."""
        self.reopen()
        return timed(self.collection.sched.get_queued_cards)

    def answers(self, count: int) -> list[float]:
        scheduler = self.collection.sched
        queued, taken = scheduler.get_queued_cards().cards[0], []
        for _ in range(count):
            card = Card(self.collection, backend_card=queued.card)
            card.start_timer()
            start = time.perf_counter()
            made = scheduler.build_answer(card=card, states=queued.states, rating=CardAnswer.GOOD)
            scheduler.answer_card(made)
            queued = scheduler.get_queued_cards().cards[0]
            taken.append((time.perf_counter() - start) * 1000)
        return taken

    def counts(self) -> float:
        return timed(self.collection.sched.deck_due_tree)

    def graphs(self) -> float:
        return timed(lambda: self.collection._backend.graphs(search="", days=365))

    def size(self) -> int:
        self.reopen()
        return self.path.stat().st_size


def timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def main() -> None:
    os.environ.setdefault("TZ", "UTC")
    side = Side(Path(sys.argv[1]))
    if sys.argv[2:]:
        side.import_table(sys.argv[3])
        side.collection.close()
        return
    for line in sys.stdin:
        name, *arguments = json.loads(line)
        found: Any = getattr(side, name)(*arguments)
        print(json.dumps(found), flush=True)
    side.collection.close()


if __name__ == "__main__":
    main()
