"""Packages there and back: what ptcards exports as Anki's own library sees it, and the other way round.

python -m tests.exchange.anki_check PYTHON-THAT-HAS-ANKI
"""

import csv
import json
import random
import re
import subprocess
import sys
import tempfile
from html import unescape
from pathlib import Path
from typing import Any

from tests.cli.shell import Shell

SIDE = Path(__file__).with_name("anki_side.py")
RATINGS = (1, 1, 1, 2, 3, 4)
DAYS = ("2026-03-01", "2026-03-02", "2026-03-08", "2026-03-27", "2026-06-02")
ANSWERS = {0: "45543", 1: "33333", 2: "41454", 3: "0", 4: "55555"}
OFFSETS = ("+01:00", "+05:30", "-08:00", "+01:00", "+00:00")


def main() -> None:
    anki_python = sys.argv[1]

    def anki(*words: str) -> Any:
        done = subprocess.run([anki_python, str(SIDE), *words], check=True, capture_output=True, text=True)
        return json.loads(done.stdout) if done.stdout else None

    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        for check in (check_out, check_in, check_there_and_back, check_memory):
            check(Shell(home / check.__name__, now=None), home, anki)
    print("Anki's library and ptcards agree")  # noqa: T201 - its output


def check_out(ptcards: Shell, folder: Path, anki: Any) -> None:
    keys = [card["card"] for card in ptcards("cards", "--json").json]
    for day, offset, turn in zip(DAYS, OFFSETS, range(len(DAYS)), strict=True):
        for card, grades in ANSWERS.items():
            if turn < len(grades):
                ptcards("grade", keys[card], grades[turn], now=f"{day}T09:0{card}:00{offset}")
    ptcards("suspend", keys[1])
    package, text, log = folder / "out.apkg", folder / "out.txt", folder / "out.csv"
    ptcards("export", "--format", "apkg", "-o", package)
    ptcards("export", "--format", "anki-txt", "-o", text)
    ptcards("export", "--format", "csv", "-o", log)
    found = {fact["guid"]: fact for fact in anki("read", str(package), str(package))}
    same("cards", sorted(found), sorted(keys))
    history: dict[str, list[list[int]]] = {key: [] for key in keys}
    with log.open(newline="") as file:
        for row in csv.DictReader(file):
            history[row["card"]].append([RATINGS[int(row["grade"])], int(row["interval_days"])])
    for card in ptcards("cards", "--json").json:
        fact, key = found[card["card"]], card["card"]
        same(f"due of {key}", fact["due"], card["due"])
        if card["due"]:
            same(f"ease of {key}", fact["ease"], round(card["ease"] * 1000))
            same(f"interval of {key}", fact["interval_days"], card["interval_days"])
            same(f"lapses of {key}", fact["lapses"], card["lapses"])
            same(f"repetitions of {key}", fact["reps"], len(history[key]))
        same(f"reviews of {key}", [list(row[1:3]) for row in fact["reviews"]], history[key])
        same(f"suspension of {key}", fact["queue"] == -1, card["state"] == "suspended")
    same("notes of the text file", sorted(fact["guid"] for fact in anki("read", str(text))), sorted(keys))


def check_in(ptcards: Shell, folder: Path, anki: Any) -> None:
    anki("make", str(folder))
    facts = json.loads((folder / "facts.json").read_text())
    for form in ("legacy", "latest"):
        report = ptcards("import", folder / f"{form}.apkg", "--with-progress", "--json").json
        same("decks", sorted(deck["deck"] for deck in report["decks"]), ["default", "python", "python.torch"])
    cards = [card for card in ptcards("cards", "--json").json if card["deck"] != "pytorch-notes"]
    same("number of cards", len(cards), len(facts))
    theirs = [
        (fact["due"], fact["interval_days"], round(fact["ease"] / 1000, 2), fact["lapses"])
        for fact in facts
        if fact["type"] == 2
    ]
    names = ("due", "interval_days", "ease", "lapses")
    ours = [tuple(card[name] for name in names) for card in cards if card["due"]]
    same("cards in review", [one for one in theirs if one not in ours], [])


def check_memory(ptcards: Shell, folder: Path, anki: Any) -> None:
    """What FSRS remembers is the same on both sides, as it came and as either reckons it from the reviews."""
    keys, now = [card["card"] for card in ptcards("cards", "--json").json], dict[str, str]()
    for turn, grades in enumerate(("4415", "4344", "5444", "1411", "4443", "")):
        for key, grade in zip(keys, grades, strict=False):
            ptcards("grade", key, grade, now=f"{now.get(key, DAYS[0])}T09:00:00+00:00")
        # The first answers of each were planned by SM-2.
        (ptcards.home / "config.toml").write_text(f'scheduler = "{"fsrs" if turn else "sm2"}"\n')
        cards = {card["card"]: card for card in ptcards("cards", "--json").json}
        now = {key: card["due"] for key, card in cards.items() if card["due"]}
    package = folder / "remembered.apkg"
    ptcards("export", "--format", "apkg", "-o", package)
    found = anki("memory", str(package), str(folder))
    for key in keys[:4]:
        mine = [cards[key]["stability"], cards[key]["difficulty"], 0.9, 0.154]
        near(f"memory of {key}", found[f"{key} 0"][0], mine)
        near(f"memory of {key}, reckoned", found[f"{key} 0"][1], mine[:2])
    same("memory of a new card", found[f"{keys[4]} 0"][0], [])
    there = remembered(folder / "there.apkg")
    same("cards that remember", len(there), 4)
    for one, key in zip(there, sorted(keys[:4], key=lambda key: cards[key]["stability"]), strict=True):
        near(f"memory of {key}, back", one, [cards[key]["stability"], cards[key]["difficulty"]])
    # Somebody who used SM-2 there, and the same after FSRS was switched on.
    theirs = anki("memory", str(folder / "legacy.apkg"), str(folder))
    reckoned = sorted(own for came, own in theirs.values() if own[0])
    for package in (folder / "legacy.apkg", folder / "there.apkg"):
        # One has no review: here its schedule speaks for it, there nothing before the next answer.
        known = [one for one in remembered(package) if one[0] != 1]
        near("memories", [number for one in known for number in one], [n for one in reckoned for n in one])


def remembered(package: Path) -> list[list[float]]:
    """Stability and difficulty of each card of a package, once it is imported here."""
    home = Shell(Path(tempfile.mkdtemp(dir=package.parent)), now=None)
    (home.home / "config.toml").write_text('scheduler = "fsrs"\n')
    home("import", package, "--with-progress", "--deck", "there")
    every = [card for card in home("cards", "--json").json if card["stability"]]
    return sorted([card["stability"], card["difficulty"]] for card in every)


def near(what: str, found: list[float], wanted: list[float]) -> None:
    if len(found) != len(wanted) or any(
        abs(a - b) > 1e-3 * max(1, b) for a, b in zip(found, wanted, strict=True)
    ):
        raise SystemExit(f"{what}: Anki has {found}, ptcards {wanted}")


PIECES = (
    "a b 1918. 1) \\\\host \\\\. # so|>>> x|~~a~~|`date`|**2 * 3**|![a](b.png)|x[0](1)|---|&lt;b&gt; &amp;lt;|a &lt; b|é ü|漢字|"
    "\\\\(a_1\\\\)|{x} {{ }}|$n|&nbsp;&nbsp;x|[ ] [x]|Title====|1914. war<br>1918. end|< |> |\t|\n|\\u3000x|&#65;|_a_ __init__|https://a.b/a_b"
)
TAGS = "b i u div span p code pre h1 h3 blockquote font center em strong del tt table"


def random_html(chance: random.Random, depth: int = 0) -> str:
    """Tags that are closed, around text of every kind."""
    parts = []
    for _ in range(chance.randrange(1, 4)):
        tag, text = chance.choice(TAGS.split()), chance.choice(PIECES.split("|"))
        if depth < 3 and chance.random() < 0.5:
            inside = random_html(chance, depth + 1)
            cells = f"<tr><td>{inside}</td><td>{text}</td></tr>"
            parts.append(f"<{tag}>{cells if tag == 'table' else inside}</{tag}>")
        else:
            parts.append(text + chance.choice(("", "<br>", " ")))
    return "".join(parts)


def check_there_and_back(ptcards: Shell, folder: Path, anki: Any) -> None:
    """What is shown is what Anki shows; what came from Anki goes back to where it came from."""
    chance = random.Random(13)
    tags = ("", "t u", "a::b", "leech")
    notes: list[tuple[str, str, tuple[str, ...], str]] = [
        (
            chance.choice(("Basic", "Basic", "Basic (and reversed card)", "Filters", "Speech", "Add-on")),
            chance.choice(("Bio::Zelle", "C++", "Words", "C", "Words::More of them")),
            (random_html(chance) + chance.choice(("", " \u98df[\u305f]\u3079\u308b")), random_html(chance)),
            chance.choice(tags),
        )
        for _ in range(400)
    ]
    for _ in range(100):
        asked = " ".join(
            f"{{{{c{chance.choice((1, 2, '1,2'))}::{random_html(chance, 3)}}}}}" for _ in range(2)
        )
        notes.append(("Cloze", "Cloze", (f"{asked} {random_html(chance)}", random_html(chance)), ""))
    hidden = "{{c1::image-occlusion:rect:left=.1:top=.1:width=.1:height=.1}}"
    notes += [("Image Occlusion", "Words", (hidden, '<img src="a.png">', "head", "extra"), "")] * 3
    (folder / "notes.json").write_text(json.dumps(notes))
    anki("notes", str(folder))
    facts, package = json.loads((folder / "facts.json").read_text()), folder / "given.apkg"
    report = ptcards("import", package, "--json").json
    adds_up(report, len(facts))
    slugs = [word for deck in report["decks"] for word in ("--deck", deck["deck"])]
    facts = compare_texts(ptcards, facts)
    compare_notes(ptcards, folder, anki, slugs, package, facts)
    # The same after Anki's decks changed: nothing is new.
    anki("move", str(folder))
    moved, package = json.loads((folder / "facts.json").read_text()), folder / "moved.apkg"
    report = ptcards("import", package, "--json").json
    adds_up(report, len(moved))
    same("new after a move in Anki", sum(deck["new"] for deck in report["decks"]), 0)
    slugs = [word for deck in report["decks"] for word in ("--deck", deck["deck"])]
    compare_notes(ptcards, folder, anki, slugs, package, compare_texts(ptcards, moved))


def adds_up(report: Any, cards: int) -> None:
    said = [note for deck in report["decks"] for note in deck["notes"]]
    left = [re.search("^cards .*, left out: ([0-9,]+)$", note) for note in said]
    kinds = ("new", "changed", "same")
    taken = sum(deck[kind] for deck in report["decks"] for kind in kinds)
    same("sum of the report", taken + sum(int(one[1].replace(",", "")) for one in left if one), cards)


def compare_texts(ptcards: Shell, facts: list[Any]) -> list[Any]:
    """What is shown beside what Anki shows; gives the facts of the cards that came in."""
    content = ptcards("export", "--format", "json", "-o", "-").json
    every = [card for deck in content["decks"] for card in deck["cards"] if "x-anki" in card]
    cards = {(card["x-anki"]["guid"], card["x-anki"]["ord"]): card for card in every}
    taken = []
    for fact in facts:
        card = cards.pop((fact["guid"], fact["ord"]), None)
        if card is None:
            is_blank = "Thefrontofthiscardisblank" in bare(fact["question"])
            is_odd = fact["notetype"] in ("Add-on", "Image Occlusion")
            same(f"front of {fact['fields']}", is_blank or is_odd or not bare(fact["question"]), True)
            continue
        taken.append(fact)
        same("front", bare(fact["question"]), "".join(card["question"].split()))
        answer = bare(fact["answer"].partition("<hr id=answer>")[2] or fact["answer"])
        same("back", answer or "(thebackisempty)", "".join(card["solution"].split()))
    same("cards that Anki does not have", cards, {})
    return taken


def compare_notes(
    ptcards: Shell, folder: Path, anki: Any, slugs: list[str], package: Path, facts: list[Any]
) -> None:
    """What goes back out are the notes that came in, of the cards that did."""
    back = folder / "back.apkg"
    ptcards("export", "--format", "apkg", "-o", back, "--force", *slugs)
    ptcards("export", "--format", "anki-txt", "-o", folder / "back.txt", "--force", *slugs)
    said = [(deck["new"], deck["changed"]) for deck in ptcards("import", (back), "--json").json["decks"]]
    same("changed by one's own export", set(said), {(0, 0)})

    def notes_of(found: Any) -> Any:
        # A collection has a "Basic" of its own: what comes in is "Basic+".
        names = ("guid", "ord", "deck", "fields", "tags")
        return sorted([fact["notetype"].rstrip("+"), *(fact[name] for name in names)] for fact in found)

    every = notes_of(anki("read", str(package)))
    same("notes imported over themselves", notes_of(anki("read", str(package), str(back))), every)
    same("notes of the package", notes_of(anki("read", str(back))), notes_of(facts))
    # A text file has no note types: a fresh collection has Anki's own.
    common = [fact for fact in facts if fact["notetype"].startswith(("Basic", "Cloze"))]
    texts = anki("read", str(folder / "back.txt"))
    for fact in texts + common:
        # And a note is in one deck, whatever its cards are.
        fact["deck"] = ""
    same("notes of the text file", notes_of(texts), notes_of(common))


def bare(html: str) -> str:
    """The text of HTML without any blank."""
    html = re.sub(r"\[anki:play[^\]]*\]", "(speech)", html).replace("<rt>", "[").replace("</rt>", "]")
    return "".join(unescape(re.sub(r"<[a-zA-Z/!][^<>]*>", "", html)).split())


def same(what: str, found: object, wanted: object) -> None:
    if isinstance(found, list) and isinstance(wanted, list) and len(found) == len(wanted):
        found, wanted = next(
            ((one, other) for one, other in zip(found, wanted, strict=True) if one != other), (0, 0)
        )
    if found != wanted:
        raise SystemExit(f"{what}: Anki has {found!r:.2000}, ptcards {wanted!r:.2000}")


if __name__ == "__main__":
    main()
