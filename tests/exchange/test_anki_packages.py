from __future__ import annotations

import json
import sqlite3
import struct
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ptcards.deck.card import Accepts, Card
from ptcards.errors import ExchangeError
from ptcards.exchange import anki_in
from ptcards.exchange.incoming import id_of_guid
from ptcards.scheduling.days import date_of
from tests.exchange.homes import Home
from tests.exchange.readers import read_package

FORMS = ("legacy-1", "legacy", "latest")
NOISE = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=30)


@pytest.fixture
def package(data: Path, tmp_path: Path) -> Callable[[str], Path]:
    """A package that Anki made; legacy 1 has the same tables under the older name."""

    def find(form: str) -> Path:
        if form != "legacy-1":
            return data / f"{form}.apkg"
        path = tmp_path / "legacy-1.apkg"
        with zipfile.ZipFile(data / "legacy.apkg") as newer, zipfile.ZipFile(path, "w") as older:
            older.writestr("collection.anki2", newer.read("collection.anki21"))
            older.writestr("media", "{}")
        return path

    return find


@pytest.fixture(scope="session")
def facts() -> list[dict[str, Any]]:
    """What Anki said of the collection that the packages were made of."""
    found: list[dict[str, Any]] = json.loads((Path(__file__).parent / "data" / "facts.json").read_text())
    return found


def card_of(path: Path, guid: str, ending: str = "") -> Card:
    wanted = id_of_guid(guid, "") + ending
    return next(card for one in read_package(path) for card in one.cards if card.id == wanted)


@pytest.mark.parametrize("form", FORMS)
def test_every_card_comes_with_its_deck_its_tags_and_both_sides(
    package: Callable[[str], Path], facts: list[dict[str, Any]], form: str
) -> None:
    decks = {one.deck.title: one.cards for one in read_package(package(form))}
    assert {name: len(cards) for name, cards in decks.items()} == {
        name: sum(fact["deck"] == name for fact in facts) for name in {fact["deck"] for fact in facts}
    }
    cards = [card for deck in decks.values() for card in deck]
    assert {card.accepts for card in cards} == {Accepts.RECALL}
    by_question = {card.question: card for card in cards}
    assert by_question["What does x.T do?"].solution == "It transposes x."
    assert by_question["What does x.T do?"].tags == ("shape", "torch")
    assert by_question["rank"].solution == "number of dimensions"
    assert by_question["number of dimensions"].solution == "rank"
    assert by_question["[library] and OpenCV share arrays."].solution.startswith(
        "NumPy and OpenCV share arrays."
    )
    assert by_question["NumPy and [...] share arrays."].solution.startswith("NumPy and OpenCV share arrays.")
    assert by_question["(picture: a.png)Which axis?"].solution == "1 (sound: b.mp3)\nthe second"
    assert by_question["a < b & c"].solution == "if a:\n    b"


def test_all_three_forms_give_the_same(package: Callable[[str], Path]) -> None:
    found = [
        [(one.deck, one.progress) for one in read_package(package(form), with_progress=True)]
        for form in FORMS
    ]
    assert found[0] == found[1] == found[2]


@pytest.mark.parametrize("form", FORMS)
def test_schedules_and_reviews_are_what_anki_says(
    home: Home, package: Callable[[str], Path], facts: list[dict[str, Any]], form: str
) -> None:
    report = home.take(package(form), with_progress=True)
    assert not report.errors
    store = home.desk.store
    first, suspended, relearning = (
        next(
            key
            for key in home.cards()
            if key.endswith(id_of_guid(fact["guid"], "") + ("-2" if fact["ord"] else ""))
        )
        for fact in facts[:3]
    )
    for key, fact in ((first, facts[0]), (suspended, facts[1])):
        schedule = store.library.schedule(key)
        assert schedule.due_day is not None
        assert date_of(schedule.due_day).isoformat() == fact["due"]
        assert (schedule.interval_days, schedule.ease * 10) == (fact["interval_days"], fact["ease"])
        assert schedule.lapses == fact["lapses"]
        assert schedule.suspended == (fact["queue"] == -1)
    assert store.library.schedule(first).repetitions == 3
    assert store.library.schedule(relearning)[:2] == (0, 1)
    assert date_of(store.library.schedule(relearning).due_day or 0).isoformat() == facts[2]["due"]
    reviews = [past.event for past in store.log.history(first) if past.event.kind == "recorded"]
    assert sorted((event.at, event.q, event.seconds) for event in reviews) == [
        (at, (0, 1, 3, 4, 5)[ease], time / 1000) for at, ease, _, _, _, time, _ in facts[0]["reviews"] if ease
    ]


def test_a_package_imported_twice_and_on_two_machines_makes_the_same_events(
    new_home: Callable[[str], Home], package: Callable[[str], Path]
) -> None:
    one, two = new_home("one"), new_home("two")
    one.take(package("latest"), with_progress=True)
    before = one.tables()
    report = one.take(package("legacy"), with_progress=True)
    assert sum(deck.same for deck in report.decks) == 7
    assert one.tables() == before
    two.take(package("latest"), with_progress=True)
    two.merge(one.export("jsonl"))
    assert two.state() == one.state()


def test_without_being_asked_no_schedule_is_taken_and_the_report_says_so(
    home: Home, package: Callable[[str], Path]
) -> None:
    report = home.take(package("latest"))
    assert not home.state()["events"]
    assert any("--with-progress" in note for note in report.decks[0].notes)
    assert any("pictures and sounds, named" in note for note in report.decks[0].notes)


def test_a_grade_given_here_comes_before_what_anki_says_later(
    home: Home, package: Callable[[str], Path]
) -> None:
    home.take(package("latest"))
    key = next(key for key in home.cards() if not key.startswith("pytorch-notes/"))
    home.answer(key, 4)
    due = home.desk.store.library.schedule(key).due_day
    home.take(package("latest"), with_progress=True)
    assert due is not None
    assert home.desk.store.library.schedule(key).answers == 1


def test_our_own_package_comes_back_with_its_progress(new_home: Callable[[str], Home]) -> None:
    one, two = new_home("one"), new_home("two")
    key = one.cards()[0]
    for q, days in ((4, 0), (5, 1), (3, 6), (2, 14), (4, 1)):
        one.answer(key, q, days=days)
    two.take(one.export("apkg"), deck="mine", with_progress=True)
    mine = two.desk.store.library.schedule(f"mine/{id_of_guid(key, 'mine')}")
    ours = one.desk.store.library.schedule(key)
    assert mine[:5] == ours[:5]
    assert len([event for event in two.state()["events"] if event[4] == "recorded"]) == 5


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


def test_what_came_from_anki_goes_back_to_the_notes_that_it_came_from(
    home: Home, data: Path, tmp_path: Path
) -> None:
    home.take(data / "legacy.apkg")
    home.take(data / "latest.apkg")
    mine = ("python", "python.torch", "default")
    back = home.export("apkg", decks=mine)
    assert notes_in(back, tmp_path / "back") == notes_in(data / "legacy.apkg", tmp_path / "there")
    for again in (back, home.export("anki-txt", home.folder / "back.txt", decks=mine)):
        report = home.take(again)
        assert {deck.deck: deck.new + deck.changed for deck in report.decks} == dict.fromkeys(mine, 0)


def test_a_note_marked_in_anki_is_marked_here_and_goes_back_so(
    home: Home, data: Path, tmp_path: Path
) -> None:
    marked = altered(data / "legacy.apkg", tmp_path / "marked.apkg", "UPDATE notes SET tags = ' marked x '")
    home.take(marked, with_progress=True)
    (card, *_) = home.desk.store.library.cards(["python"])
    assert (card.tags, card.schedule.marked) == (("x",), True)
    report = home.take(home.export("apkg", decks=("python",)), with_progress=True)
    assert {(deck.new, deck.changed) for deck in report.decks} == {(0, 0)}


def test_a_deck_renamed_in_anki_takes_its_history_along(home: Home, data: Path, tmp_path: Path) -> None:
    home.take(data / "legacy.apkg")
    key = next(key for key in home.cards() if key.startswith("python.torch/"))
    home.answer(key, 4)
    rename = "UPDATE col SET decks = replace(decks, 'Torch', 'Light')"
    renamed = altered(data / "legacy.apkg", tmp_path / "renamed.apkg", rename)
    report = home.take(renamed)
    now = key.replace("torch", "light", 1)
    assert home.desk.store.library.schedule(now).answers == 1
    assert key not in home.cards()
    assert home.desk.store.library.deck("python.torch") is None
    assert any("moved here" in note for deck in report.decks for note in deck.notes)
    assert [
        sum(counts)
        for counts in zip(*((deck.new, deck.changed, deck.same) for deck in report.decks), strict=True)
    ] == [0, 3, 4]
    assert sum(deck.same for deck in home.take(renamed).decks) == 7


# -- what is meant to do harm ---------------------------------------------------------------------------------


def zipped(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in members.items():
            package.writestr(name, content)
    return path


def altered(package: Path, target: Path, *statements: str) -> Path:
    """The legacy package with its collection changed."""
    file = target.with_suffix(".db")
    with zipfile.ZipFile(package) as old:
        file.write_bytes(old.read("collection.anki21"))
    with closing(sqlite3.connect(file)) as connection:
        connection.create_collation("unicase", lambda one, other: (one > other) - (one < other))
        for statement in statements:
            connection.execute(statement)
        connection.commit()
    return zipped(target, {"collection.anki21": file.read_bytes()})


def refusal(path: Path) -> str:
    with pytest.raises(ExchangeError) as caught:
        read_package(path, with_progress=True)
    return str(caught.value)


def test_what_is_no_package_is_refused(tmp_path: Path, data: Path) -> None:
    path = tmp_path / "x.apkg"
    path.write_bytes(b"PK\x03\x04 not really")
    assert "no whole Anki package" in refusal(path)
    path.write_bytes((data / "legacy.apkg").read_bytes()[:30_000])
    assert "no whole Anki package" in refusal(path)
    assert "no collection in it" in refusal(zipped(path, {"../../etc/passwd": b"x", "/abs": b"y"}))
    assert "newer than this program reads" in refusal(
        zipped(path, {"meta": b"\x08\x09", "collection.anki21b": b""})
    )
    assert "no whole Anki package" in refusal(zipped(path, {"meta": b"\xff" * 20, "collection.anki2": b""}))
    assert "damaged" in refusal(zipped(path, {"collection.anki2": b"SQLite format 3\0" + b"\7" * 4000}))
    assert "cannot be unpacked" in refusal(zipped(path, {"collection.anki21b": b"no zstd"}))


def test_bombs_are_stopped_before_they_grow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(anki_in, "MOST_BYTES", 8 * 2**20)
    path = tmp_path / "bomb.apkg"
    assert "more than a deck needs" in refusal(zipped(path, {"collection.anki2": bytes(2**24)}))
    packed = zstandard.ZstdCompressor().compress(bytes(2**24))
    assert len(packed) < 10_000
    assert "more than a deck needs" in refusal(zipped(path, {"collection.anki21b": packed}))


def test_a_bomb_that_lies_about_its_size_is_stopped_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(anki_in, "MOST_BYTES", 2**20)
    path = zipped(tmp_path / "liar.apkg", {"collection.anki2": bytes(2**22)})
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
        (
            ("ALTER TABLE revlog RENAME TO n", "CREATE VIRTUAL TABLE revlog USING fts5(a)"),
            "its revlog is no table",
        ),
        (("DROP TABLE cards",), "damaged"),
        (("UPDATE col SET models = '[1, 2]'",), "damaged"),
        (("UPDATE col SET models = '{'",), "damaged"),
        (("UPDATE col SET crt = 'x'",), "damaged"),
        (("DELETE FROM col",), "empty"),
        (("DELETE FROM cards",), "no card in it"),
    ],
)
def test_a_collection_that_is_not_ankis_is_refused(
    data: Path, tmp_path: Path, statements: tuple[str, ...], said: str
) -> None:
    assert said in refusal(altered(data / "legacy.apkg", tmp_path / "odd.apkg", *statements))


def test_triggers_and_generated_columns_run_nothing(data: Path, tmp_path: Path) -> None:
    path = altered(
        data / "legacy.apkg",
        tmp_path / "odd.apkg",
        "CREATE TRIGGER t AFTER INSERT ON notes BEGIN DELETE FROM cards; END",
        "ALTER TABLE notes ADD COLUMN bomb AS (zeroblob(1000000000))",
    )
    assert sum(len(one.cards) for one in read_package(path)) == 7


def test_a_collection_that_takes_for_ever_is_left(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(anki_in, "_MOST_STEPS", 3)
    monkeypatch.setattr(anki_in, "_STEP", 1)
    assert "takes too long" in refusal(data / "legacy.apkg")


def test_a_collection_whose_reviews_are_too_many_or_cannot_be_read_is_refused_as_such(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(anki_in, "MOST_REVIEWS", 2)
    assert "more than 2 reviews" in refusal(data / "legacy.apkg")
    monkeypatch.setattr(anki_in, "_REVIEWS", "SELECT cid, nothing FROM revlog")
    assert "its collection is damaged" in refusal(data / "legacy.apkg")


def test_odd_rows_are_left_out_and_counted(data: Path, tmp_path: Path) -> None:
    path = altered(
        data / "legacy.apkg",
        tmp_path / "odd.apkg",
        "UPDATE notes SET flds = replace(hex(zeroblob(60000)), '0', 'x') || char(31) || 'b' WHERE id = (SELECT min(id) FROM notes)",
        "UPDATE notes SET mid = 5 WHERE id = (SELECT max(id) FROM notes)",
        "UPDATE revlog SET time = 'soon'",
        "UPDATE cards SET flags = 2, queue = -2 WHERE id = (SELECT min(c.id) FROM cards c JOIN notes n ON n.id = c.nid "
        "WHERE mid != 5 AND length(flds) < 1000)",
        "UPDATE cards SET due = 9223372036854775807, ivl = -5, factor = -1, mod = -9",
    )
    decks = read_package(path, with_progress=True)
    notes = "\n".join(decks[0].notes)
    assert "cards with a coloured flag, which was left out: 1" in notes
    assert "cards that are buried in Anki and are not here: 1" in notes
    assert "deck options, styling" in notes
    assert "longer than 100,000" in notes
    assert "cards whose note type is not in the package, left out: 1" in notes
    assert "reviews that make no sense, left out: " in notes


def test_templates_cannot_be_made_to_write_without_end(data: Path, tmp_path: Path) -> None:
    models = json.dumps(
        {
            "1": {
                "name": "n",
                "flds": [{"name": "F"}],
                "tmpls": [{"qfmt": "{{F}}" * 5000, "afmt": "{{#F}}" * 5000 + "{{F}}" + "{{/X}}"}],
            }
        }
    ).replace("'", "''")
    path = altered(
        data / "legacy.apkg",
        tmp_path / "odd.apkg",
        f"UPDATE col SET models = '{models}'",
        "UPDATE notes SET mid = 1, flds = replace(hex(zeroblob(40000)), '0', 'x')",
    )
    assert all(len(card.question) <= 200_000 for one in read_package(path) for card in one.cards)


def test_a_directory_that_points_before_the_file_is_refused(data: Path, tmp_path: Path) -> None:
    raw = bytearray((data / "latest.apkg").read_bytes())
    end = raw.rindex(b"PK\x05\x06")
    # The directory is said to begin further on than it does: by so much all offsets in it are put too low.
    raw[end + 16 : end + 20] = struct.pack("<I", struct.unpack_from("<I", raw, end + 16)[0] + 100)
    path = tmp_path / "odd.apkg"
    path.write_bytes(raw)
    with pytest.raises(ExchangeError, match="no whole Anki package"):
        read_package(path)


@NOISE
@given(st.binary(max_size=200), st.binary(max_size=200))
def test_noise_in_the_place_of_messages_is_refused(
    data: Path, tmp_path: Path, meta: bytes, collection: bytes
) -> None:
    path = zipped(tmp_path / "noise.apkg", {"meta": meta, "collection.anki21b": collection})
    with pytest.raises(ExchangeError):
        read_package(path)


def test_an_import_that_is_refused_writes_nothing(home: Home, data: Path, tmp_path: Path) -> None:
    path = altered(data / "legacy.apkg", tmp_path / "odd.apkg", "DROP TABLE revlog")
    before = home.tables()
    report = home.take(path, with_progress=True)
    assert str(report.errors[0]).startswith(f"{path}:1: its collection is damaged")
    assert home.tables() == before
    assert not list(tmp_path.glob("ptcards-*"))


@pytest.mark.parametrize("member", ["collection.anki21", "collection.anki21b"])
def test_a_collection_by_itself_is_read_like_a_package(
    home: Home, data: Path, tmp_path: Path, member: str
) -> None:
    with zipfile.ZipFile(data / f"{'latest' if member.endswith('b') else 'legacy'}.apkg") as package:
        raw = package.read(member)
    file = tmp_path / "collection.anki2"
    file.write_bytes(zstandard.ZstdDecompressor().stream_reader(raw).read() if member.endswith("b") else raw)
    assert sum(deck.new for deck in home.take(file, with_progress=True).decks) == 7
    assert sum(deck.same for deck in home.take(data / "latest.apkg", with_progress=True).decks) == 7
    file.with_name("collection.anki2-wal").write_bytes(b"x")
    assert "close Anki first" in home.take(file).errors[0].message
    assert "no collection of Anki's" in home.take(home.database.rename(tmp_path / "other")).errors[0].message
