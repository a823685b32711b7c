import contextlib
import csv
import json
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ptcards.deck.card import Accepts, Card, Markup
from ptcards.deck.nodes import plain_lines
from ptcards.errors import DeckError, UsageError
from ptcards.exchange.incoming import Incoming, id_of_guid, id_of_text, slug_of
from ptcards.exchange.tables import columns_of, read_table
from ptcards.text import SLUG
from tests.exchange.homes import Home


def table(folder: Path, text: str | bytes, name: str = "my cards.csv") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def one(folder: Path, text: str | bytes, name: str = "my cards.csv", **layout: Any) -> Incoming:
    found = read_table(table(folder, text, name), **layout)
    assert len(found.decks) == 1
    return found


def cards(folder: Path, text: str | bytes, name: str = "my cards.csv") -> tuple[Card, ...]:
    return one(folder, text, name).decks[0].cards


def problems(folder: Path, text: str | bytes) -> list[tuple[int, str]]:
    with pytest.raises(DeckError) as caught:
        read_table(table(folder, text))
    return [(problem.line, problem.message) for problem in caught.value.problems]


def test_a_spreadsheet_holds_executable_cards_too(tmp_path: Path) -> None:
    text = (
        "Front,Back,given,check,accepts,hint,explanation,tags,guid\n"
        '"Make `x` a column",x[:\\, None],x = 1,"assert answer, ""a column is asked for""",code,an axis,because,"torch, shape",col\n'
    ).replace("x[:\\, None]", "x.unsqueeze(1)")
    (card,) = cards(tmp_path, text)
    assert card == Card(
        id="col",
        question="Make `x` a column",
        solution="x.unsqueeze(1)",
        given="x = 1",
        check='assert answer, "a column is asked for"',
        markup=Markup.PLAIN,
        hints=("an axis",),
        explanation="because",
        tags=("torch", "shape"),
    )


def test_a_row_without_a_check_is_graded_by_its_learner(tmp_path: Path) -> None:
    (deck,) = one(tmp_path, "question;answer;accepts\nA?;a;\nB?;1;literal\n").decks
    assert [card.accepts for card in deck.cards] == [Accepts.RECALL, Accepts.LITERAL]
    assert (deck.slug, deck.title) == (slug_of("my cards"), "my cards")


def test_ids_come_from_the_guid_else_from_the_first_field_and_stay(tmp_path: Path) -> None:
    before = cards(tmp_path, "question,answer,guid\nWhat is a Tensor?,a,\nB?,b,aB]{3\nC?,c,mine\n")
    after = cards(tmp_path, "question,answer,guid\nOther?,d,mine\nWhat is a Tensor?,A,\nBB?,b,aB]{3\n")
    assert before[0].id.startswith("what-is-a-tensor-")
    assert {card.id for card in before} == {card.id for card in after}


ANKI = """#separator:Semicolon
#html:true
#notetype:Basic
#deck column:1
#tags column:4
#guid column:5
# a comment
Py::Torch;What is <b>x</b>?;"line<br>
two [sound:s.mp3]";t1 t2;gu!d
Py;"# quoted";plain;;g2
"""


def test_ankis_headers_are_understood(tmp_path: Path) -> None:
    found = read_table(table(tmp_path, ANKI, "notes.txt"))
    torch, py = found.decks
    (card,) = torch.cards
    assert (torch.slug, torch.title) == (slug_of("Py::Torch"), "Py::Torch")
    assert (card.question, card.tags, card.accepts) == ("What is x?", ("t1", "t2"), Accepts.RECALL)
    assert "(sound: s.mp3)" in card.solution
    assert py.cards[0].question == "# quoted"
    assert "pictures and sounds, not shown, on the back named: 1" in found.notes


def test_ankis_columns_name_the_fields_and_the_deck_can_be_named(tmp_path: Path) -> None:
    text = "#separator:tab\n#columns:Notes\tBack\tFront\n#tags:all\nn\tb\tf\n"
    found = one(tmp_path, text, "x.txt", deck="named")
    ((card,),) = (deck.cards for deck in found.decks)
    assert (found.decks[0].slug, card.question, card.solution, card.tags) == ("named", "f", "b", ("all",))
    assert any("'Notes' is not used" in note for note in found.notes)


def test_clozes_in_a_file_of_ankis_are_cards_as_they_are_in_a_package(tmp_path: Path) -> None:
    text = "{{c1::NumPy::library}} and {{c2::OpenCV}} share <i>arrays</i>."
    headers = "#separator:tab\n#html:true\n#guid column:1\n#notetype column:2\n"
    rich = cards(tmp_path, f"{headers}gu1\tCloze\t{text}\t\ngu2\tBasic\tA?\ta\n", "a.txt")
    assert [(card.id[-3:], card.question, card.solution) for card in rich[:2]] == [
        ("-c1", "[library] and OpenCV share arrays.", "NumPy and OpenCV share arrays."),
        ("-c2", "NumPy and [...] share arrays.", "NumPy and OpenCV share arrays."),
    ]
    assert rich[0].id == f"{id_of_guid('gu1', 'a')}-c1"
    assert rich[2].question == "A?"
    (plain, _) = cards(tmp_path, "#separator:tab\n{{c1::x}} is {{c2::y}}\tmore\n", "b.txt")
    assert (plain.question, plain.solution) == ("[...] is y", "x is y\n\nmore")
    twice = cards(tmp_path, "#html:false\n{{c1::x}} {{c2::y}}\tone\n{{c1::x}} {{c2::y}}\ttwo\n", "d.txt")
    assert len({card.id for card in twice}) == len({(card.question, card.solution) for card in twice}) == 4
    (kept,) = cards(tmp_path, "question,answer\n{{c1::x}},y\n", "c.csv")
    assert kept.question == "{{c1::x}}"


def test_a_row_that_cannot_be_taken_is_named_with_its_line_and_the_others_come_in(tmp_path: Path) -> None:
    text = 'question,answer,check,accepts\n,a,,\n"two\nlines",,,\nC?,x,assert (,\nD?,d,,maybe\nE?,e,assert e,recall\nF?,f,,code\nG?,g,,,extra\n , ,,\n"H?,h\nI?,i\n'
    found = one(tmp_path, text)
    wanted = {
        2: "`question` is empty",
        5: "`check` is not Python",
        6: "one of code",
        7: "recall",
        8: "no `check`",
        9: "5 fields",
        11: "never closed",
    }
    said = sorted((problem.line, problem.message) for problem in found.problems)
    assert [line for line, _ in said] == [*wanted]
    assert all(wanted[line] in message for line, message in said)
    ((card,),) = (deck.cards for deck in found.decks)
    assert (card.question, card.solution) == ("two\nlines", "(the back is empty)")
    assert "cards with an empty back: 1" in found.notes
    empty = "`question` is empty: ask something; the row is left out"
    assert problems(tmp_path, "question,answer\n,a\n,b\n") == [(2, empty), (3, empty)]


def test_of_many_rows_that_cannot_be_taken_a_hundred_are_listed(tmp_path: Path) -> None:
    found = one(tmp_path, "question,answer\n" + ",a\n" * 150 + "A?,a\n")
    assert [card.question for card in found.decks[0].cards] == ["A?"]
    assert len(found.problems) == 100
    assert found.notes == ("more rows that cannot be taken, left out and not listed: 50",)


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        (b"", 1, "holds no card"),
        (b"question,answer\n", 1, "holds no card"),
        (b"question,meaning\na,b\n", 1, "no column is the solution"),
        (b"question,answer\nA?,a\0\n", 2, "binary"),
        (b"question,answer\nA?," + b"x" * 2**21, 2, "longer than 131,072"),
        (b"question,answer\nA?," + b"x" * 110_000, 2, "longer than 100,000"),
        (b"#separator:comma\n#deck column:0\nA,b\n", 2, "from 1"),
        (b"#separator:long\nA,b\n", 1, "separator"),
    ],
)
def test_what_cannot_be_read_is_named_with_its_line(
    tmp_path: Path, text: bytes, line: int, said: str
) -> None:
    (found,) = problems(tmp_path, text)
    assert found[0] == line
    assert said in found[1]


HEADERS = "#separator:tab\n#html:true\n"


@pytest.mark.parametrize(
    ("text", "cards_of_it"),
    [
        ("#separator:tab\n# by hand\n#html:false\n#deck column:1\n#tags column:4\nRivers\tLongest?\tVolga\twater europe\n", {("Longest?", "Volga", "water", "europe")}),
        (f"# words\n{HEADERS}front\tback\n# between\n", {("front", "back")}),
        (f'{HEADERS}5" disk\tfloppy\n"Who?\n# so\nin Python"\thash\n# remark\nlast\tone\n', {('5" disk', "floppy"), ("Who? # so in Python", "hash"), ("last", "one")}),
        (f"{HEADERS}#tags column:3\none\t1\t\ntwo\t\tsee picture\n", {("one", "1"), ("two", "(the back is empty)", "see", "picture")}),
        (f"{HEADERS}Which?\t__init__, see https://example.com/a_b and &lt;b&gt;\n", {("Which?", "__init__, see https://example.com/a_b and <b>")}),
        ("question,answer\rone,1\rtwo,2\r", {("one", "1"), ("two", "2")}),
        ("question,answer\none,1\n , \ntwo,2\n", {("one", "1"), ("two", "2")}),
        ("sep=;\nquestion;answer\none;1\n", {("one", "1")}),
        ("question,answer\n\u6f22,1\n".encode("utf-16"), {("\u6f22", "1")}),
        ("cat\tgato\ndog\tperro\n", {("cat", "gato"), ("dog", "perro")}),
        ("#notetype:Basic (and reversed card)\none\t1\n", {("one", "1"), ("1", "one")}),
        ("#notetype column:1\nBasic\ta\tb\nBasic (and reversed card)\tone\t1\n", {("a", "b"), ("one", "1"), ("1", "one")}),
        ('a,b\n1"x,2\n', {("a", "b"), ('1"x', "2")}),
        ("Hund, der;dog\nKatze;cat\n", {("Hund, der", "dog"), ("Katze", "cat")}),
    ],
    ids=range(14),
)  # fmt: skip
def test_files_are_read_as_people_have_them(
    tmp_path: Path, text: str | bytes, cards_of_it: set[tuple[str, ...]]
) -> None:
    found = one(tmp_path, text)
    assert {(card.question, card.solution, *card.tags) for card in found.decks[0].cards} == cards_of_it
    assert {card.markup for card in found.decks[0].cards} == {Markup.PLAIN}
    assert not found.problems


POLISH = "front,back\nżółw,turtle\nźrebię,foal\nłódź,boat\n"


@pytest.mark.parametrize(
    ("raw", "encoding"),
    [
        ("front,back\n café € 5 ,so\nübung,naive\n".encode("cp1252"), "cp1252"),
        ("front,back\nžluťoučký kůň,horse\n".encode("cp1250"), "cp1250"),
        ("front,back\nжэй,yes\n".encode("utf-16-le"), "utf-16-le"),
        ("front,back\nA?,café\n".encode("utf-16-be"), "utf-16-be"),
    ],
)
def test_no_letter_is_lost_in_a_table_that_is_not_utf_8(tmp_path: Path, raw: bytes, encoding: str) -> None:
    found = one(tmp_path, raw)
    rows = [(card.question, card.solution) for card in found.decks[0].cards]
    assert rows == [tuple(line.split(",")) for line in raw.decode(encoding).splitlines()[1:]]
    assert found.notes[0] == f"this is not UTF-8; read as {encoding} (--encoding says otherwise)"


def test_a_row_with_a_broken_byte_is_left_out_of_a_utf_8_table(home: Home, tmp_path: Path) -> None:
    rows = [f"café {n},é{n}".encode() for n in range(9)]
    path = table(tmp_path, b"\n".join([b"front,back", *rows[:4], b"caf\xe9,so", *rows[4:]]), "t.csv")
    report = home.take(path)
    assert report.decks[0].new == 9
    assert [one.line for one in report.errors] == [6]
    assert "not UTF-8 (--encoding says" in report.errors[0].message


def test_an_encoding_that_nothing_shows_is_asked_for_and_can_be_named(home: Home, tmp_path: Path) -> None:
    path = table(tmp_path, POLISH.encode("cp1250"), "t.csv")
    said = [home.take(path, encoding=name).errors[0] for name in (None, "utf-8", "cp12500", "hex")]
    assert [(one.line, one.message[:28]) for one in said[:2]] == [(2, "is binary, or no utf-8 text:")] * 2
    assert "--encoding cp1250" in said[0].message
    assert [one.message[:24] for one in said[2:]] == ["there is no encoding 'cp", "there is no encoding 'he"]
    assert home.take(path, encoding="cp1250").decks[0].new == 3
    found = home.desk.store.library.cards(["t"])
    assert {json.loads(card.content)["question"] for card in found} == {"żółw", "źrebię", "łódź"}


@pytest.mark.parametrize(
    ("text", "words", "header", "found"),
    [
        ("Hund,tier,dog\n", "front,-,back", False, [("Hund", "dog", ())]),
        ("Deutsch,English,kind\nHund,dog,a b\n", "front,back,tags", True, [("Hund", "dog", ("a", "b"))]),
        ("front,back\nHund,dog\n", "back,front", False, [("dog", "Hund", ())]),
        ("dog\tHund\tx\ty\ncat\tKatze\n", "back, Front", False, [("Hund", "dog", ()), ("Katze", "cat", ())]),
        ("#separator:tab\n#tags column:3\nx\tHund\tdog\n", "_,text,answer", False, [("Hund", "dog", ())]),
    ],
)  # fmt: skip
def test_the_user_says_which_columns_there_are(
    tmp_path: Path, text: str, words: str, found: list[tuple[str, str, tuple[str, ...]]], *, header: bool
) -> None:
    (deck,) = one(tmp_path, text, columns=columns_of(words, header=header)).decks
    assert [(card.question, card.solution, card.tags) for card in deck.cards] == found


def test_columns_are_asked_for_only_where_nothing_says_what_they_are(tmp_path: Path) -> None:
    asked, replies = list[str](), iter(("back", "tags,back,front", ""))

    def ask(question: str, otherwise: str) -> str:
        asked.append(question)
        return next(replies) or otherwise

    for text in ("question,answer,more\na,b,c\n", "a,b\n", "#separator:comma\na,b,c\n"):
        one(tmp_path, text, ask=ask)
    with pytest.raises(DeckError, match="no column is the question"):
        one(tmp_path, "a\nb\n", ask=ask)
    assert not asked
    found = one(tmp_path, "x,b,a\n" * 9, ask=ask)
    assert asked[0].count("  x | b | a\n") == 5
    assert asked[1].removeprefix(asked[0]).startswith("\ncolumns 'back': they need a front and a back")
    assert (found.decks[0].cards[0].question, found.decks[0].cards[0].tags) == ("a", ("x",))
    assert found.notes[0].startswith("columns read as tags, solution, question (--columns says otherwise)")
    notes = one(tmp_path, "a,b,x\n").notes
    assert notes[0].startswith("columns read as question, solution, - (--columns says otherwise); the first")
    for words in ("front,bakc", "front,front,back", "front,tags", ""):
        with pytest.raises(UsageError, match="there are question"):
            columns_of(words)


def test_a_text_that_looks_the_same_is_the_same_card(tmp_path: Path) -> None:
    composed, decomposed = (
        cards(tmp_path, f"question,answer\n{word},coffee\n") for word in ("caf\u00e9", "cafe\u0301")
    )
    assert composed[0].id == decomposed[0].id


CELLS = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=30
).filter(lambda text: bool(text.strip()) and unicodedata.is_normalized("NFC", text))


@settings(max_examples=25)
@given(
    st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=6, unique_by=lambda row: row[0]),
    st.sampled_from(",;\t|"),
)
def test_any_text_in_quotes_comes_through(
    tmp_path: Path, rows: list[tuple[str, str]], separator: str
) -> None:
    path = tmp_path / "t.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, delimiter=separator, quoting=csv.QUOTE_ALL)
        writer.writerows([("question", "answer"), *rows])
    (deck,) = read_table(path).decks
    plain = {(plain_lines(question), plain_lines(solution)) for question, solution in rows}
    assert {(card.question, card.solution) for card in deck.cards} == plain


def test_a_table_of_nothing_but_decks_is_refused(tmp_path: Path) -> None:
    rows = "".join(f"deck {number}\tq\ta\n" for number in range(10_001))
    said = problems(tmp_path, f"#separator:tab\n#deck column:1\n{rows}")
    assert said == [(10_003, "more than 10,000 decks are named: is it a column of decks?")]


def test_no_grade_moves_where_rows_are_sorted_corrected_doubled_or_get_a_guid(
    home: Home, tmp_path: Path
) -> None:
    def graded(*rows: str, columns: str = "question,answer", replace: bool = False) -> dict[str, int]:
        text = "\n".join((columns, *rows))
        assert not home.take(table(tmp_path, text, "t.csv"), deck="t", replace=replace).errors
        found = home.desk.store.library.cards(["t"])
        said = ((json.loads(card.content), card.schedule.answers) for card in found)
        return {f"{data['question']} {data['solution']}": answers for data, answers in said}

    def key(question: str, solution: str) -> str:
        cards = home.desk.store.library.cards(["t"])
        said = {
            (data["question"], data["solution"]): data["id"]
            for data in map(json.loads, (c.content for c in cards))
        }
        return f"t/{said[question, solution]}"

    graded("A?,a", "B?,b")
    home.answer(key("A?", "a"), 4)
    assert graded("B?,b", "A?,aa") == {"B? b": 0, "A? aa": 1}
    assert graded("A?,other", "A?,aa", "B?,b") == {"A? other": 0, "A? aa": 1, "B? b": 0}
    home.answer(key("A?", "other"), 4)
    home.answer(key("A?", "other"), 4, days=1)
    assert graded("B?,b", "A?,aa", "A?,other") == {"B? b": 0, "A? aa": 1, "A? other": 2}
    assert graded("A?,mended", "B?,b", "A?,aa") == {"A? mended": 2, "A? aa": 1, "B? b": 0}
    assert graded("A?,aa", "B?,b", replace=True) == {"A? aa": 1, "B? b": 0}
    rows = ("A?,aa,one", "B?,b,two")
    assert graded(*rows, columns="question,answer,guid", replace=True) == {"A? aa": 1, "B? b": 0}
    assert graded("A?,1", "B?,b", "A?,2") == {"A? aa": 1, "A? 1": 0, "A? 2": 0, "B? b": 0}


def test_rows_far_from_each_other_are_distinguished_as_neighbours_are(tmp_path: Path) -> None:
    between = "".join(f"between {number},x,\n" for number in range(1_200))
    far = one(tmp_path, f"question,answer,guid\nA?,a,\nB?,b,gb\n{between}A?,a,\nA?,other,\nB?,new,gb\n")
    near = one(tmp_path, f"question,answer,guid\nA?,a,\nB?,b,gb\nA?,a,\nA?,other,\nB?,new,gb\n{between}")
    here, there = ({card.id: card for card in found.decks[0].cards} for found in (far, near))
    assert here == there
    assert len(here) == 1_203
    assert [card.solution for card in far.decks[0].cards[:2]] == ["a", "new"]
    assert sorted(far.notes) == sorted(near.notes)
    assert "rows that repeat an earlier one, of which the last counts: 2" in far.notes
    assert "rows that ask what an earlier one asks and answer otherwise, each a card: 1" in far.notes


@settings(max_examples=25)
@given(
    st.binary(max_size=300)
    | st.text(max_size=200).map(
        lambda text: b"#html:true\n#separator:tab\n" + text.encode("utf-8", "replace")
    )
)
def test_any_bytes_are_a_table_or_refused(tmp_path: Path, text: bytes) -> None:
    with contextlib.suppress(DeckError):
        assert read_table(table(tmp_path, text)).decks


@given(st.text(max_size=80))
def test_every_name_has_a_slug_that_a_deck_may_have(name: str) -> None:
    assert SLUG.fullmatch(slug_of(name))
    assert SLUG.fullmatch(id_of_text(name))
    assert SLUG.fullmatch(id_of_guid(name, "deck"))
