from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ptcards.deck import nodes
from ptcards.deck.card import Accepts, Card, Limits, Wrong
from ptcards.deck.reading import read_deck, read_deck_text, read_with_sources
from ptcards.deck.writing import write_deck
from ptcards.errors import DeckError, Problem

HERE = Path("deck.yaml")
WHOLE = Path(__file__).parent / "whole.yaml"


def deck_of(*lines: str) -> str:
    """A deck with one card `a` that is sound but for the given lines, which are its last; they start at line 7."""
    return "\n".join(
        [
            "deck: d",
            "cards:",
            "  - id: a",
            "    question: What?",
            "    solution: x",
            "    check: assert answer == 1, 'm'",
        ]
        + [f"    {line}" for line in lines]
    )


def problems_in(text: str) -> list[Problem]:
    with pytest.raises(DeckError) as caught:
        read_deck_text(text, HERE)
    return list(caught.value.problems)


def only_problem_in(text: str) -> Problem:
    (problem,) = problems_in(text)
    return problem


def test_a_deck_says_for_its_cards_how_they_are_to_be_read() -> None:
    cards = "[{id: a, question: A?, solution: a, accepts: text}, {id: b, question: B?, solution: b, accepts: text, markup: markdown}]"
    deck = read_deck_text(f"deck: d\nmarkup: plain\ncards: {cards}", HERE)
    assert [card.markup for card in deck.cards] == ["plain", "markdown"]
    assert read_deck_text(write_deck(deck), HERE) == deck
    assert "did you mean `plain`" in only_problem_in(f"deck: d\nmarkup: plane\ncards: {cards}").message


def test_every_key_of_the_format_is_read() -> None:
    deck = read_deck(WHOLE)
    assert (deck.slug, deck.title, deck.language) == ("pytorch-notes", "PyTorch notes, checked", "en")
    assert deck.requires == {"torch": ">=2.4"}
    assert deck.preamble == "import torch\n"
    card = deck.card("unsqueeze-column")
    assert card == Card(
        id="unsqueeze-column",
        question="`x` holds $n numbers. Give it the shape `($n, 1)`: a column.\n",
        accepts=Accepts.CODE,
        given="x = torch.arange($n)\n",
        starter="",
        check='assert isinstance(answer, torch.Tensor), "a tensor is asked for"\nassert answer.shape == ($n, 1), "the new dimension goes last"\n',
        solution="x.unsqueeze(1)",
        also=("x[:, None]", "x.reshape($n, 1)"),
        wrong=(
            Wrong("x.unsqueeze(0)", "dim 0 puts the new axis first"),
            Wrong("x.unsqueeze(2)", "dim runs from -2 to 1 here", "IndexError"),
        ),
        hints=("Where should the new axis stand?", "unsqueeze takes the position as dim"),
        explanation="",
        tags=("torch", "shape"),
        source="notes, item 13",
        limits=Limits(2.5, 512),
        was=("unsqueeze-old-name", "older-deck/unsqueeze"),
        requires={"cv2": "*", "cuda": "true"},
        expects=("load",),
        vary={"n": ("3", "4", "7")},
        extras={"x-note": {"kept": [1, True, None, "as it is"]}},
    )


def test_a_key_is_the_deck_and_the_card() -> None:
    deck = read_deck(WHOLE)
    assert deck.key(deck.cards[0]) == "pytorch-notes/unsqueeze-column"


def test_all_problems_are_reported_at_once_in_the_order_of_the_file() -> None:
    text = (
        deck_of("hint: [one]", "tags: no", "given: |", "  x = 1", "  y = (", "limits: {seconds: 100}")
        + "\ntitel: x\n"
    )
    found = problems_in(text)
    assert [(problem.line, problem.card, problem.kind) for problem in found] == [
        (7, "a", "unknown-key"),
        (8, "a", "type"),
        (11, "a", "python"),
        (12, "a", "form"),
        (13, "", "unknown-key"),
    ]
    assert "did you mean `hints`?" in found[0].message
    assert str(found[0]).startswith("deck.yaml:7: card 'a': unknown key 'hint'")


@pytest.mark.parametrize(
    ("lines", "line", "kind", "words"),
    [
        (["tags: [a]", "tags: [b]"], 8, "duplicate-key", "first on line 7"),
        (["explanation: no"], 7, "quotes", "put it in quotes: 'no'"),
        (["source: 2.10"], 7, "quotes", "'2.10'"),
        (["source: 12:30"], 7, "quotes", "a number"),
        (["source: 010"], 7, "quotes", "a number"),
        (["source: 1e3"], 7, "quotes", "a number"),
        (["source: 0o17"], 7, "quotes", "a number"),
        (["source: 2024-01-01"], 7, "quotes", "a date"),
        (["source: ~"], 7, "quotes", "nothing"),
        (["source:"], 7, "type", "leave the key out"),
        (["hints: one"], 7, "type", "must be a list"),
        (["hints: [yes]"], 7, "quotes", "an item of `hints`"),
        (["given: [x]"], 7, "type", "must be text"),
        (["accepts: cod"], 7, "form", "did you mean `code`?"),
        (["was: [Old Name]"], 7, "form", "an earlier id"),
        (["was: [a]"], 7, "duplicate-id", "is a card of this deck"),
        (["expects: [2x]"], 7, "form", "Python name"),
        (["limits: {memory_mb: 9000}"], 7, "form", "at most 8192"),
        (["limits: {memory_mb: 1.5}"], 7, "type", "a number"),
        (["limits: {second: 1}"], 7, "unknown-key", "did you mean `seconds`?"),
        (["requires: {torch: 2}"], 7, "quotes", "put it in quotes"),
        (["requires: {torch: newest}"], 7, "form", "'>=2.4'"),
        (["requires: {cuda: please}"], 7, "type", "true or false"),
        (["wrong:", "  - code: y"], 8, "missing", "no `because`"),
        (["wrong:", "  - {code: y, because: z, raises: 'not a name'}"], 8, "form", "IndexError"),
        (["wrong:", "  - {code: y, becuase: z}"], 8, "unknown-key", "did you mean `because`?"),
        (["explanation: &a x"], 7, "anchor", "'&a'"),
        (["explanation: !!str x"], 7, "tag", "tag"),
        (["also: ['(']"], 7, "python", "'(' was never closed"),
        (["wrong:", "  - {code: 'x +', because: z}"], 8, "python", "`wrong[0].code`"),
        (["vary: {n: [1]}"], 7, "vary", "never used"),
        (["explanation: $n and $m", "vary: {n: [1]}"], 7, "vary", "`$m` is not in `vary`"),
        (["explanation: $n costs $5", "vary: {n: [1]}"], 7, "vary", "`$$`"),
        (["given: y = $n", "vary: {n: ['1 +']}"], 7, "python", "`given`"),
        (["given: y = $n", "vary: {n: []}"], 8, "missing", "at least one"),
        (["given: y = $n", "vary: {n: [yes]}"], 8, "quotes", "put it in quotes"),
        (["tags: [a", "also: [b]"], 8, "yaml", "not YAML"),
        (["\ttags: [a]"], 7, "yaml", "tab"),
        (["explanation: a: b"], 7, "yaml", "colon"),
    ],
)  # fmt: skip
def test_each_mistake_is_reported_at_its_line(lines: list[str], line: int, kind: str, words: str) -> None:
    text = deck_of(*lines)
    found = [problem for problem in problems_in(text) if problem.kind == kind]
    assert [problem.line for problem in found] == [line]
    assert words in found[0].message


def test_a_card_without_a_check_is_reported_what_else_it_could_accept() -> None:
    problem = only_problem_in("deck: d\ncards:\n  - {id: a, question: q, solution: x}\n")
    assert (problem.line, problem.kind) == (3, "missing")
    assert "literal" in problem.message


@pytest.mark.parametrize("accepts", ["literal", "text", "recall"])
def test_other_cards_need_no_check(accepts: str) -> None:
    read_deck_text(f"deck: d\ncards:\n  - {{id: a, question: q, solution: x, accepts: {accepts}}}\n", HERE)


def test_a_recall_card_has_no_check() -> None:
    text = "deck: d\ncards:\n  - {id: a, question: q, solution: x, accepts: recall, check: assert x}\n"
    assert only_problem_in(text).kind == "useless"


def test_a_text_solution_is_no_python() -> None:
    text = "deck: d\ncards:\n  - {id: a, question: q, solution: pip install x, accepts: text}\n"
    assert read_deck_text(text, HERE).cards[0].solution == "pip install x"


def test_a_mistake_that_is_a_syntax_error_may_say_so() -> None:
    read_deck_text(deck_of("wrong:", "  - {code: 'x +', because: z, raises: SyntaxError}"), HERE)


def test_a_card_that_does_not_vary_may_have_dollar_signs_anywhere() -> None:
    code = "re.match('^a$', '$b ${c} $$')"
    (card,) = read_deck_text(deck_of(f'also: ["{code}"]', "given: price = '$5'"), HERE).cards
    assert (card.also, card.given) == ((code,), "price = '$5'")


def test_a_second_card_with_an_id_names_the_line_of_the_first() -> None:
    text = deck_of() + "\n  - {id: a, question: q, solution: x, accepts: text}\n"
    problem = only_problem_in(text)
    assert (problem.line, problem.kind) == (7, "duplicate-id")
    assert "first on line 3" in problem.message


def test_a_card_without_an_id_is_called_by_its_place() -> None:
    problem = only_problem_in("deck: d\ncards:\n  - {question: q, solution: x, accepts: text}\n")
    assert (problem.card, problem.kind) == ("#1", "missing")


def test_a_newer_format_says_to_update() -> None:
    problem = only_problem_in("format: 2\n" + deck_of())
    assert problem.kind == "newer-format"
    assert "update ptcards" in problem.message


def test_bad_python_is_reported_at_its_line_in_the_yaml_file() -> None:
    text = deck_of("given: |  # a remark", "  x = 1", "", "  y = )", "  z = 2")
    assert (only_problem_in(text).line, only_problem_in(text).kind) == (10, "python")


def test_bad_python_is_reported_beside_a_misspelt_kind_of_answer() -> None:
    lines = [
        problem.line for problem in problems_in(deck_of("accepts: coed", "given: |", "  x = 1", "  y = (2"))
    ]
    assert lines == [7, 10]


def test_sources_know_the_lines_of_every_field(tmp_path: Path) -> None:
    _, sources = read_with_sources(WHOLE)
    rows = WHOLE.read_text().splitlines()

    def row(card: str, field: str, line: int = 1) -> str:
        return rows[sources.where(card, field, line) - 1].strip()

    assert row("", "preamble") == "import torch"
    assert row("unsqueeze-column", "") == "- id: unsqueeze-column"
    assert row("unsqueeze-column", "check", 2).startswith("assert answer.shape")
    assert row("unsqueeze-column", "solution") == "solution: x.unsqueeze(1)"
    assert row("unsqueeze-column", "wrong[1].raises") == "raises: IndexError"
    assert row("unsqueeze-column", "wrong[7]") == "- code: x.unsqueeze(0)"
    assert row("no-such-card", "") == rows[0]


def test_no_more_than_a_hundred_problems_are_reported() -> None:
    text = "deck: d\ncards:\n" + "  - {id: a, question: q, solution: x, accepts: text}\n" * 200
    found = problems_in(text)
    assert len(found) == 101
    assert "99 more" in found[-1].message


@pytest.mark.parametrize(
    ("content", "kind", "words"),
    [
        (b"", "type", "empty"),
        (b"- a\n- b\n", "type", "a list"),
        ("deck: d".encode("utf-16"), "not-text", "UTF-16"),
        (b"\x89PNG\r\n\x1a\n\0\0", "not-text", "binary"),
        (b"deck: caf\xe9", "not-text", "0xe9"),
        (b"deck: a\x07b", "not-text", "control character"),
        (b"deck: " + b"a" * 50_000_000, "too-big", "32 MiB"),
        (b"deck: d\nx-a: " + b"[" * 100_000, "too-big", "nested"),
        (b"deck: d\n---\ndeck: e\n", "yaml", "second document"),
    ],
)
def test_a_file_that_is_no_deck_is_reported_for_what_it_is(
    tmp_path: Path, content: bytes, kind: str, words: str
) -> None:
    path = tmp_path / "deck.yaml"
    path.write_bytes(content)
    with pytest.raises(DeckError) as caught:
        read_deck(path)
    assert caught.value.problems[0].kind == kind
    assert words in caught.value.problems[0].message


def test_a_file_of_endless_values_is_refused_before_it_fills_the_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(nodes, "MOST_NODES", 1000)
    assert only_problem_in("x-a: [" + "1," * 2000 + "]").kind == "too-big"


def test_a_billion_laughs_are_not_laughed() -> None:
    levels = "".join(f"x-{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]\n" for n in range(1, 12))
    found = problems_in("x-0: &l0 [ha, ha]\n" + levels + deck_of())
    assert {problem.kind for problem in found} == {"anchor", "alias", "more"}


def test_a_list_that_holds_itself_is_refused() -> None:
    assert {problem.kind for problem in problems_in("x-a: &a [*a]\n" + deck_of())} == {"anchor", "alias"}


def test_paths_that_hold_no_file_are_distinguished(tmp_path: Path) -> None:
    (tmp_path / "dead").symlink_to(tmp_path / "gone")
    os.mkfifo(tmp_path / "pipe")
    said = {}
    for path in (tmp_path, tmp_path / "none", tmp_path / "dead", tmp_path / "pipe"):
        with pytest.raises(DeckError) as caught:
            read_deck(path)
        (problem,) = caught.value.problems
        assert problem.kind == "unreadable"
        said[path.name] = problem.message
    assert "is a folder" in said[tmp_path.name]
    assert "does not exist" in said["none"]
    assert "is a link to" in said["dead"]
    assert "not a regular file" in said["pipe"]


def test_windows_line_ends_and_a_byte_order_mark_change_nothing(tmp_path: Path) -> None:
    path = tmp_path / "deck.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + WHOLE.read_bytes().replace(b"\n", b"\r\n"))
    assert read_deck(path) == read_deck(WHOLE)


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode(errors="replace")))
def test_hostile_bytes_raise_nothing_but_a_deck_error(data: bytes) -> None:
    with suppress(DeckError):
        read_deck_text(data.decode("utf-8", "surrogateescape"), HERE)


_fragments = st.sampled_from(
    ["deck: d\n", "cards:\n", "  - id: a\n", "    question: q\n", "    check: |\n", "      (\n", "    solution: x\n", "    vary: {n: [1]}\n",
     "- ", "? ", ": ", "{", "}", "[", "]", "&a ", "*a", "!t ", "'", '"', "|\n", ">\n", "$n", "\t", "#", "---\n", "<<: ", "x-a: ", "    wrong: [", "%", "@", "\n"]
)  # fmt: skip


@given(st.lists(_fragments, max_size=30).map("".join))
def test_scrambled_decks_raise_nothing_but_a_deck_error(text: str) -> None:
    with suppress(DeckError):
        read_deck_text(text, HERE)
