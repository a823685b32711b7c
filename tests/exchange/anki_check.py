"""Packages there and back: what ptcards exports as Anki's own library sees it, and the other way round.

python anki_check.py PYTHON-THAT-HAS-ANKI
"""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

SIDE = Path(__file__).with_name("anki_side.py")
RATINGS = (1, 1, 1, 2, 3, 4)
DAYS = ("2026-03-01", "2026-03-02", "2026-03-08", "2026-03-27", "2026-06-02")
ANSWERS = {0: "45543", 1: "33333", 2: "41454", 3: "0", 4: "55555"}
OFFSETS = ("+01:00", "+05:30", "-08:00", "+01:00", "+00:00")


class Ptcards:
    """The command line in a home of its own."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def __call__(self, *words: str, now: str | None = None) -> str:
        environment = {**os.environ, "PTCARDS_HOME": str(self.home)}
        environment.pop("PTCARDS_NOW", None)
        if now:
            environment["PTCARDS_NOW"] = now
        command = [sys.executable, "-m", "ptcards", *words]
        return subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout

    def json(self, *words: str) -> Any:
        return json.loads(self(*words, "--json"))


def main() -> None:
    anki_python = sys.argv[1]

    def anki(*words: str) -> Any:
        done = subprocess.run([anki_python, str(SIDE), *words], check=True, capture_output=True, text=True)
        return json.loads(done.stdout) if done.stdout else None

    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        check_out(Ptcards(home / "out"), home, anki)
        check_in(Ptcards(home / "in"), home, anki)
    print("Anki's library and ptcards agree")  # noqa: T201 - its output


def check_out(ptcards: Ptcards, folder: Path, anki: Any) -> None:
    keys = [card["card"] for card in ptcards.json("cards")]
    for day, offset, turn in zip(DAYS, OFFSETS, range(len(DAYS)), strict=True):
        for card, grades in ANSWERS.items():
            if turn < len(grades):
                ptcards("grade", keys[card], grades[turn], now=f"{day}T09:0{card}:00{offset}")
    ptcards("suspend", keys[1])
    package, text, log = folder / "out.apkg", folder / "out.txt", folder / "out.csv"
    ptcards("export", "--format", "apkg", "-o", str(package))
    ptcards("export", "--format", "anki-txt", "-o", str(text))
    ptcards("export", "--format", "csv", "-o", str(log))
    found = {fact["guid"]: fact for fact in anki("read", str(package), str(package))}
    same("cards", sorted(found), sorted(keys))
    history: dict[str, list[list[int]]] = {key: [] for key in keys}
    with log.open(newline="") as file:
        for row in csv.DictReader(file):
            history[row["card"]].append([RATINGS[int(row["grade"])], int(row["interval_days"])])
    for card in ptcards.json("cards"):
        fact, key = found[card["card"]], card["card"]
        same(f"due of {key}", fact["due"], card["due"])
        if card["due"]:
            same(f"ease of {key}", fact["ease"], round(card["ease"] * 1000))
            same(f"interval of {key}", fact["interval_days"], card["interval_days"])
            same(f"lapses of {key}", fact["lapses"], card["lapses"])
            same(f"repetitions of {key}", fact["reps"], len(history[key]))
        same(f"reviews of {key}", [list(row[1:3]) for row in fact["reviews"]], history[key])
        same(f"suspension of {key}", fact["queue"] == -1, card["state"] == "suspended")
    same("notes of the text file", sorted(fact["guid"] for fact in anki("text", str(text))), sorted(keys))


def check_in(ptcards: Ptcards, folder: Path, anki: Any) -> None:
    anki("make", str(folder))
    facts = json.loads((folder / "facts.json").read_text())
    for form in ("legacy", "latest"):
        report = ptcards.json("import", str(folder / f"{form}.apkg"), "--with-progress")
        same("decks", sorted(deck["deck"] for deck in report["decks"]), ["default", "python", "python.torch"])
    cards = [card for card in ptcards.json("cards") if card["deck"] != "pytorch-notes"]
    same("number of cards", len(cards), len(facts))

    def standing(due: str | None, interval: int, ease: float, lapses: int) -> tuple[object, ...]:
        return due or "", interval, round(ease, 2), lapses

    theirs = [
        standing(fact["due"], fact["interval_days"], fact["ease"] / 1000, fact["lapses"])
        for fact in facts
        if fact["type"] == 2
    ]
    ours = [
        standing(card["due"], card["interval_days"], card["ease"], card["lapses"])
        for card in cards
        if card["due"]
    ]
    same("cards in review", [one for one in theirs if one not in ours], [])


def same(what: str, found: object, wanted: object) -> None:
    if found != wanted:
        raise SystemExit(f"{what}: Anki has {found!r}, ptcards {wanted!r}")


if __name__ == "__main__":
    main()
