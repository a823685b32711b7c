import json
import sqlite3
import struct
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import orjson
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from ptcards.deck.card import Accepts, Markup
from ptcards.errors import ExchangeError
from ptcards.exchange import anki_in
from ptcards.exchange.anki_in import read_package
from ptcards.exchange.incoming import id_of_guid
from ptcards.scheduling.days import date_of
from tests.exchange.homes import DATA, Home

LEGACY, LATEST = DATA / "legacy.apkg", DATA / "latest.apkg"
FACTS: list[dict[str, Any]] = json.loads((DATA / "facts.json").read_text())
"""What Anki said of the collection that the packages were made of."""
SHARED = "NumPy and OpenCV share arrays.\nsee notes"
CARDS = {
    ("Python::Torch", "rank", "number of dimensions", ("words",)),
    ("Python::Torch", "number of dimensions", "rank", ("words",)),
    ("Python::Torch", "What does x.T do?", "It transposes x.", ("shape", "torch")),
    ("Python", "[library] and OpenCV share arrays.", SHARED, ()),
    ("Python", "NumPy and [...] share arrays.", SHARED, ()),
    ("Python", "(picture)Which axis?", "1 (sound: b.mp3)\nthe second", ()),
    ("Default", "a < b & c", "if a:\n    b", ("leech",)),
}
"""Of the same collection deck, question, solution and tags."""


def zipped(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in members.items():
            package.writestr(name, content)
    return path


def altered(folder: Path, *statements: str) -> Path:
    """The legacy package with its collection changed."""
    file = folder / "collection.db"
    with zipfile.ZipFile(LEGACY) as old:
        file.write_bytes(old.read("collection.anki21"))
    with closing(sqlite3.connect(file)) as connection:
        connection.create_collation("unicase", lambda one, other: (one > other) - (one < other))
        for statement in statements:
            connection.execute(statement)
        connection.commit()
    return zipped(folder / "altered.apkg", {"collection.anki21": file.read_bytes()})


def test_every_form_of_package_has_the_same_decks_tags_sides_and_progress(tmp_path: Path) -> None:
    with zipfile.ZipFile(LEGACY) as newer:
        # The same tables under an older name.
        oldest = zipped(tmp_path / "1.apkg", {"collection.anki2": newer.read("collection.anki21")})
    found, *others = (read_package(path, with_progress=True) for path in (LATEST, LEGACY, oldest))
    assert [(one.decks, one.events) for one in others] == [(found.decks, found.events)] * 2
    cards = [(deck.title, card) for deck in found.decks for card in deck.cards]
    assert {card.accepts for _, card in cards} == {Accepts.RECALL}
    assert {(title, card.question, card.solution, card.tags) for title, card in cards} == CARDS
    assert sorted(title for title, _ in cards) == sorted(fact["deck"] for fact in FACTS)


def test_schedules_and_reviews_come_when_asked_for_once_and_are_what_anki_says(
    new_home: Callable[[], Home],
) -> None:
    home, other = new_home(), new_home()
    notes = "\n".join(home.take(LATEST).decks[0].notes)
    assert "--with-progress" in notes
    assert "pictures and sounds, not shown" in notes
    assert not home.logged()
    # What is graded here before counts, where the card is new in Anki.
    new = home.cards("default")[0]
    home.answer(new, 4)
    assert not home.take(LATEST, with_progress=True).errors
    assert home.schedule(new)[:2] == (1, 1)
    first, suspended, relearning = (
        next(key for key in home.cards() if key.endswith(id_of_guid(fact["guid"], "") + "-2" * fact["ord"]))
        for fact in FACTS[:3]
    )
    for key, fact in zip((first, suspended, relearning), FACTS, strict=False):
        schedule = home.schedule(key)
        assert date_of(schedule.due_day or 0).isoformat() == fact["due"]
        assert schedule.suspended == (fact["queue"] == -1)
        if key != relearning:
            assert (schedule.interval_days, schedule.ease * 10) == (fact["interval_days"], fact["ease"])
            assert schedule.lapses == fact["lapses"]
    assert home.schedule(first).repetitions == 3
    assert home.schedule(relearning)[:2] == (0, 1)
    reviews = [one for one in home.logged("recorded") if one.card == first]
    assert sorted((event.at, event.q, event.seconds) for event in reviews) == [
        (at, (0, 1, 3, 4, 5)[ease], time / 1000) for at, ease, _, _, _, time, _ in FACTS[0]["reviews"] if ease
    ]
    before = home.tables()
    assert sum(deck.same for deck in home.take(LEGACY, with_progress=True).decks) == 7
    assert home.tables() == before
    # On another machine they are the same events.
    other.take(LATEST, with_progress=True)
    other.merge(home.export("jsonl"))
    assert other.state() == home.state()


def test_our_own_package_comes_back_with_its_progress(new_home: Callable[[], Home]) -> None:
    one, two = new_home(), new_home()
    key = one.cards()[0]
    for q, days in ((4, 0), (5, 1), (3, 6), (2, 14), (4, 1)):
        one.answer(key, q, days=days)
    two.take(one.export("apkg"), deck="mine", with_progress=True)
    assert two.schedule(f"mine/{id_of_guid(key, 'mine')}")[:5] == one.schedule(key)[:5]
    assert len(two.logged("recorded")) == 5


def notes_in(package: Path, folder: Path) -> set[tuple[Any, ...]]:
    """Guid, note type, fields, number and deck of each card that is not of the built-in deck."""
    with zipfile.ZipFile(package) as opened:
        name = next(name for name in opened.namelist() if name in ("collection.anki21", "collection.anki2"))
        opened.extract(name, folder)
    with closing(sqlite3.connect(folder / name)) as connection:
        models, decks = map(json.loads, connection.execute("SELECT models, decks FROM col").fetchone())
        found = connection.execute(
            "SELECT guid, mid, flds, ord, did FROM notes n JOIN cards c ON c.nid = n.id"
        )
        kinds = {mid: (one["name"], *(form["qfmt"] for form in one["tmpls"])) for mid, one in models.items()}
        return {
            (guid, kinds[str(mid)], fields, position, decks[str(did)]["name"])
            for guid, mid, fields, position, did in found.fetchall()
        }


def test_what_came_from_anki_goes_back_to_the_notes_that_it_came_from(home: Home, tmp_path: Path) -> None:
    home.take(LEGACY)
    home.take(LATEST)
    mine = ("python", "python.torch", "default")
    back = home.export("apkg", decks=mine)
    assert notes_in(back, tmp_path / "back") == notes_in(LEGACY, tmp_path / "there")
    for again in (back, home.export("anki-txt", home.folder / "back.txt", decks=mine)):
        report = home.take(again)
        assert {deck.deck: deck.new + deck.changed for deck in report.decks} == dict.fromkeys(mine, 0)


def test_a_note_marked_in_anki_is_marked_here_and_goes_back_so(home: Home, tmp_path: Path) -> None:
    home.take(altered(tmp_path, "UPDATE notes SET tags = ' marked x '"), with_progress=True)
    (card, *_) = home.desk.store.library.cards(["python"])
    assert (card.tags, card.schedule.marked) == (("x",), True)
    back = home.export("apkg", decks=("python",))
    assert home.counts(back, with_progress=True) == [(0, 0, 3, 0)]


# -- small packages of people: what they show, and where it goes ------------------------------------------------

PEOPLE = DATA / "people"
"""Small packages as people have them."""
MEMORY = "How is memory asked for?"
SHOWN = {
    "signs-of-markdown.apkg": {
        "Text": [
            ("Regex for a dot?", "\\."),
            ("A share in Windows?", "\\\\host\\share"),
            ("How is < written in HTML?", "&lt;"),
            ("A set in LaTeX", "\\(\\{1,2\\}\\)"),
            ("A comment in Python", "# so"),
            ("A prompt", ">>> x"),
            ("Index, then call", "f[0](1)"),
            ("Tildes", "~~a~~"),
            ("A command in backticks", "`date`"),
            ("Two lines of an underlined title", "Title\n===="),
            ("A picture in Markdown", "![a](b.png)"),
            ("A line of minus signs", "---"),
        ]
    },
    "numbers-at-line-starts.apkg": {
        "Numbers": [
            ("Two years", "1914. war begins\n1918. war ends"),
            ("Numbered by hand", "1) one\n2) two"),
        ]
    },
    "reading-and-speech.apkg": {"Front": [("食べる", "たべる to eat"), ("(speech)listen", "たべる")]},
    "cloze-of-two-numbers.apkg": {
        "Cloze of two": [
            ("[...] is the capital of Norway", "Oslo is the capital of Norway"),
            ("[...] is the capital of [...]", "Oslo is the capital of Norway"),
        ]
    },
    "decks-c-and-c++.apkg": {
        "C": [(MEMORY, "malloc")],
        "C++": [(MEMORY, "new")],
        "C#": [(MEMORY, "new, and a collector")],
    },
    "formula.apkg": {"Bio::Zelle": [("What is \\(a_1\\)?", "a number")]},
}  # fmt: skip
"""By file and title of deck, which is else the file's own name: question and answer of each card."""


@pytest.mark.parametrize("name", SHOWN)
def test_a_package_shows_what_it_says(name: str) -> None:
    found = read_package(PEOPLE / name)
    decks = {deck.title: [(card.question, card.solution) for card in deck.cards] for deck in found.decks}
    assert decks == SHOWN[name]
    assert {card.markup for deck in found.decks for card in deck.cards} == {Markup.PLAIN}
    assert len({deck.slug for deck in found.decks}) == len(found.decks)
    assert not found.problems


def test_a_deck_renamed_in_anki_takes_its_history_along(home: Home) -> None:
    (before,) = home.take(PEOPLE / "deck-before-its-renaming.apkg").decks
    key = home.cards(before.deck)[0]
    home.answer(key, 4)
    (after,) = home.take(PEOPLE / "deck-after-its-renaming.apkg").decks
    assert (after.new, after.changed, after.same, after.renamed) == (0, 2, 0, 2)
    assert "moved here from another deck, with their history: 2 cards" in after.notes
    assert home.schedule(f"{after.deck}/{key.partition('/')[2]}").answers == 1
    assert home.desk.store.library.deck(before.deck) is None
    assert home.counts(PEOPLE / "deck-after-its-renaming.apkg") == [(0, 0, 2, 0)]


def test_a_note_goes_out_and_comes_back_as_the_same_under_the_title_of_its_deck(home: Home) -> None:
    home.take(PEOPLE / "formula.apkg")
    back = home.export("apkg", decks=("bio.zelle",))
    (change,) = home.take(back).decks
    assert (change.deck, change.new, change.changed, change.same) == ("bio.zelle", 0, 0, 1)
    (deck,) = read_package(back).decks
    assert {deck.title: [(card.question, card.solution) for card in deck.cards]} == SHOWN["formula.apkg"]
    assert '"guid":"Hq,2:Obsgf"' in orjson.dumps(deck.cards[0].extras).decode()


# -- what is meant to do harm ---------------------------------------------------------------------------------


def refusal(path: Path) -> str:
    with pytest.raises(ExchangeError) as caught:
        read_package(path, with_progress=True)
    return str(caught.value)


def with_a_row_without_end() -> bytes:
    """A database whose schema has a row that says that it is longer than memory."""
    data = bytearray(22_240)
    data[:24] = b"SQLite format 3\0\x10\0\1\1\0@  "
    data[100:118] = b"\r\0\0\0\5\r\x9e\0\x0f}\x0e\xff\x0eU\r\xdc\r\x9e"
    data[3548:3567] = b"\xff" * 19
    return bytes(data)


def test_what_is_no_package_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.apkg"
    latest = LATEST.read_bytes()
    at = latest.rindex(b"PK\x05\x06") + 16
    # The directory is said to begin further on than it does: by so much all offsets in it are put too low.
    low = latest[:at] + struct.pack("<I", struct.unpack_from("<I", latest, at)[0] + 100) + latest[at + 4 :]
    # The first file, `meta`, is said to be packed by bzip2 (12) or LZMA (14).
    at = latest.index(b"PK\x01\x02") + 10
    packed = (latest[:at] + bytes((method, 0)) + latest[at + 2 :] for method in (12, 14))
    for data in (b"PK\x03\x04 not really", latest[:30_000], low, *packed):
        path.write_bytes(data)
        assert "no whole Anki package" in refusal(path)
    for said, members in {
        "no collection in it": {"../../etc/passwd": b"x", "/abs": b"y"},
        "newer than this program reads": {"meta": b"\x08\x09", "collection.anki21b": b""},
        "no whole Anki package": {"meta": b"\xff" * 20, "collection.anki2": b""},
        "damaged": {"collection.anki2": b"SQLite format 3\0" + b"\7" * 4000},
        "more memory than there is": {"collection.anki2": with_a_row_without_end()},
        "cannot be unpacked": {"collection.anki21b": b"no zstd"},
    }.items():
        assert said in refusal(zipped(path, members))


def test_bombs_are_stopped_before_they_grow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(anki_in, "MOST_BYTES", 2**20)
    path, packed = tmp_path / "bomb.apkg", zstandard.ZstdCompressor().compress(bytes(2**22))
    assert len(packed) < 10_000
    assert "more than a deck needs" in refusal(zipped(path, {"collection.anki21b": packed}))
    assert "more than a deck needs" in refusal(zipped(path, {"collection.anki2": bytes(2**22)}))
    # One that lies about its size.
    raw = bytearray(path.read_bytes())
    for signature, place in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = raw.find(signature) + place
        raw[at : at + 4] = struct.pack("<I", 1000)
    path.write_bytes(raw)
    assert refusal(path)


@pytest.mark.parametrize(
    ("statements", "said"),
    [
        (("ALTER TABLE notes RENAME TO n", "CREATE VIEW notes AS SELECT * FROM n"), "its notes is no table"),
        (("DROP TABLE revlog", "CREATE VIRTUAL TABLE revlog USING fts5(a)"), "its revlog is no table"),
        (("DROP TABLE cards",), "damaged"),
        (("UPDATE col SET models = '[1, 2]'",), "damaged"),
        (("UPDATE col SET models = '{'",), "damaged"),
        (("UPDATE col SET crt = 'x'",), "damaged"),
        (("DELETE FROM col",), "empty"),
        (("DELETE FROM cards",), "no card in it"),
    ],
)
def test_a_collection_that_is_not_ankis_is_refused(
    tmp_path: Path, statements: tuple[str, ...], said: str
) -> None:
    assert said in refusal(altered(tmp_path, *statements))


def test_triggers_and_generated_columns_run_nothing(tmp_path: Path) -> None:
    trigger = "CREATE TRIGGER t AFTER INSERT ON notes BEGIN DELETE FROM cards; END"
    path = altered(tmp_path, trigger, "ALTER TABLE notes ADD COLUMN bomb AS (zeroblob(1000000000))")
    assert sum(len(deck.cards) for deck in read_package(path).decks) == 7


def test_a_collection_that_takes_for_ever_or_has_too_many_reviews_is_left(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(anki_in, "MOST_REVIEWS", 2)
    assert "more than 2 reviews" in refusal(LEGACY)
    monkeypatch.setattr(anki_in, "_MOST_STEPS", 3)
    monkeypatch.setattr(anki_in, "_STEP", 1)
    assert "takes too long" in refusal(LEGACY)


def test_odd_rows_are_left_out_and_counted(tmp_path: Path) -> None:
    path = altered(
        tmp_path,
        "UPDATE notes SET flds = replace(hex(zeroblob(60000)), '0', 'x') || char(31) || 'b' WHERE id = (SELECT min(id) FROM notes)",
        "UPDATE notes SET mid = 5 WHERE id = (SELECT max(id) FROM notes)",
        "UPDATE revlog SET time = 'soon'",
        "UPDATE cards SET flags = 2, queue = -2 WHERE id = (SELECT min(c.id) FROM cards c JOIN notes n ON n.id = c.nid "
        "WHERE mid != 5 AND length(flds) < 1000)",
        "UPDATE cards SET due = 9223372036854775807, ivl = -5, factor = -1, mod = -9",
    )
    notes = "\n".join(read_package(path, with_progress=True).notes)
    assert "cards with a coloured flag, which was left out: 1" in notes
    assert "cards that are buried in Anki and are not here: 1" in notes
    assert "deck options, styling" in notes
    assert "longer than 100,000" in notes
    assert "cards whose note type is not in the package, left out: 1" in notes
    assert "reviews that make no sense, left out: " in notes


def test_templates_cannot_be_made_to_write_without_end(tmp_path: Path) -> None:
    form = {"qfmt": "{{F}}" * 5000, "afmt": "{{#F}}" * 5000 + "{{F}}" + "{{/X}}"}
    models = json.dumps({"1": {"name": "n", "flds": [{"name": "F"}], "tmpls": [form]}})
    notes = "UPDATE notes SET mid = 1, flds = replace(hex(zeroblob(40000)), '0', 'x')"
    path = altered(tmp_path, f"UPDATE col SET models = '{models}'", notes)
    assert all(len(card.question) <= 200_000 for deck in read_package(path).decks for card in deck.cards)


@settings(max_examples=30)
@given(st.binary(max_size=200), st.binary(max_size=200))
def test_noise_in_the_place_of_messages_is_refused(tmp_path: Path, meta: bytes, collection: bytes) -> None:
    refusal(zipped(tmp_path / "noise.apkg", {"meta": meta, "collection.anki21b": collection}))


def test_an_import_that_is_refused_writes_nothing(home: Home, tmp_path: Path) -> None:
    path = altered(tmp_path, "DROP TABLE revlog")
    before = home.tables()
    report = home.take(path, with_progress=True)
    assert str(report.errors[0]).startswith(f"{path}:1: its collection is damaged")
    assert home.tables() == before
    assert not list(tmp_path.glob("ptcards-*"))


def test_a_collection_by_itself_is_read_like_a_package(home: Home, tmp_path: Path) -> None:
    file = tmp_path / "collection.anki2"
    with zipfile.ZipFile(LATEST) as package, package.open("collection.anki21b") as packed:
        file.write_bytes(zstandard.ZstdDecompressor().stream_reader(packed).read())
    assert sum(deck.new for deck in home.take(file, with_progress=True).decks) == 7
    with zipfile.ZipFile(LEGACY) as package:
        file.write_bytes(package.read("collection.anki21"))
    for again in (file, LATEST):
        assert sum(deck.same for deck in home.take(again, with_progress=True).decks) == 7
    file.with_name("collection.anki2-wal").write_bytes(b"x")
    assert "close Anki first" in home.take(file).errors[0].message
    assert "no collection of Anki's" in home.take(home.database.rename(tmp_path / "other")).errors[0].message
