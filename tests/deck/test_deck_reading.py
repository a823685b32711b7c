from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ptcards.deck import nodes
from ptcards.deck.card import Accepts, Card, Deck, Limits, Wrong, deck_to_data, from_data
from ptcards.deck.reading import read_deck, write_deck
from ptcards.errors import DeckError, Problem

HERE = Path("deck.yaml")
WHOLE = Path(__file__).parent / "whole.yaml"


def deck_of(*lines: str) -> str:
    """A deck with one card `a` that is sound but for the given lines, which are its last; they start at line 7."""
    sound = (
        "deck: d\ncards:\n  - id: a\n    question: What?\n    solution: x\n    check: assert answer == 1, 'm'"
    )
    return "\n    ".join([sound, *lines])


def one(card: str) -> str:
    """A deck of one card, on line 3."""
    return f"deck: d\ncards:\n  - {{question: q, solution: x, {card}}}\n"


def problems_in(text: str) -> list[Problem]:
    with pytest.raises(DeckError) as caught:
        read_deck(HERE, text)
    return list(caught.value.problems)


def test_a_deck_says_for_its_cards_how_they_are_to_be_read() -> None:
    text = (
        one("id: a, accepts: text")
        + "  - {id: b, question: B?, solution: b, accepts: text, markup: markdown}\n"
    )
    deck = read_deck(HERE, f"markup: plain\n{text}")[0]
    assert [card.markup for card in deck.cards] == ["plain", "markdown"]
    assert read_deck(HERE, write_deck(deck))[0] == deck


def test_every_key_of_the_format_is_read() -> None:
    deck = read_deck(WHOLE)[0]
    assert (deck.slug, deck.title, deck.language) == ("pytorch-notes", "PyTorch notes, checked", "en")
    assert deck.requires == {"torch": ">=2.4"}
    assert deck.preamble == "import torch\n"
    assert deck.key(deck.cards[0]) == "pytorch-notes/unsqueeze-column"
    assert {one.id: one for one in deck.cards}["unsqueeze-column"] == Card(
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


def test_all_problems_are_reported_at_once_in_the_order_of_the_file() -> None:
    lines = "hint: [one]", "tags: no", "given: |", "  x = 1", "  y = (", "limits: {seconds: 100}"
    found = problems_in(deck_of(*lines) + "\ntitel: x\n")
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
        (["limits: {memory_mb: 1.5}"], 7, "type", "a whole number"),
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
        (["given: |  # a remark", "  x = 1", "", "  y = )", "  z = 2"], 10, "python", ""),
        (["accepts: coed", "given: |", "  x = 1", "  y = (2"], 10, "python", "was never closed"),
    ],
)  # fmt: skip
def test_each_mistake_is_reported_at_its_line(lines: list[str], line: int, kind: str, words: str) -> None:
    (found,) = (problem for problem in problems_in(deck_of(*lines)) if problem.kind == kind)
    assert found.line == line
    assert words in found.message


@pytest.mark.parametrize(
    ("text", "line", "card", "kind", "words"),
    [
        ("markup: plane\n" + one("id: a, accepts: text"), 1, "", "form", "did you mean `plain`"),
        ("format: 2\n" + deck_of(), 1, "", "newer-format", "update ptcards"),
        (one("id: a"), 3, "a", "missing", "literal"),
        (one("id: a, accepts: recall, check: assert x"), 3, "a", "useless", ""),
        (one("id: a, accepts: text, forbid: [loop]"), 3, "a", "useless", "accept code"),
        (one("id: a, accepts: literal, within: {time: 2}"), 3, "a", "useless", "accept code"),
        (one("id: a, check: assert answer, within: {run: f(3)}"), 3, "a", "useless", "`within` limits nothing"),
        (one("id: a, check: assert answer, forbid: [.optim.SGD]"), 3, "a", "form", "a .method"),
        (one("id: a, check: assert answer, within: {time: 2, run: f(}"), 3, "a", "python", "`within.run` is not Python"),
        (one("accepts: text"), 3, "#1", "missing", "id"),
        (one("id: '', accepts: text"), 3, "#1", "form", "use a-z"),
        (one("id: a, accepts: text") + "  - {id: a, question: q, solution: x, accepts: text}", 4, "a", "duplicate-id", "first on line 3"),
    ],
)  # fmt: skip
def test_each_mistake_of_a_deck_or_a_whole_card_is_reported(
    text: str, line: int, card: str, kind: str, words: str
) -> None:
    (found,) = problems_in(text)
    assert (found.line, found.card, found.kind) == (line, card, kind)
    assert words in found.message


@pytest.mark.parametrize(
    ("text", "solution"),
    [
        (one("id: a, accepts: literal"), "x"),
        (one("id: a, accepts: recall"), "x"),
        (one("id: a, accepts: text").replace("x,", "pip install x,"), "pip install x"),
        (deck_of("wrong:", "  - {code: 'x +', because: z, raises: SyntaxError}"), "x"),
        (deck_of("wrong:", "  - {code: y, because: z, raises: ''}"), "x"),  # as `new` wrote it for a while
    ],
)
def test_not_every_card_needs_a_check_or_holds_python(text: str, solution: str) -> None:
    assert read_deck(HERE, text)[0].cards[0].solution == solution


def test_a_card_that_does_not_vary_may_have_dollar_signs_anywhere() -> None:
    code = "re.match('^a$', '$b ${c} $$')"
    (card,) = read_deck(HERE, deck_of(f'also: ["{code}"]', "given: price = '$5'"))[0].cards
    assert (card.also, card.given) == ((code,), "price = '$5'")


def test_a_number_of_ones_own_may_be_larger_than_64_bits() -> None:
    numbers = f"x-id: {2**62 + 1}\nx-least: {-(2**63)}\nx-n: {'9' * 30}\n"
    deck = read_deck(HERE, f"{numbers}{deck_of()}")[0]
    expected = {"x-id": 2**62 + 1, "x-least": -(2**63), "x-n": 1e30}
    assert from_data(Deck, deck_to_data(deck)).extras == deck.extras == expected


def test_sources_know_the_lines_of_every_field() -> None:
    _, sources = read_deck(WHOLE)
    rows, card = WHOLE.read_text().splitlines(), "unsqueeze-column"
    for where, starts in {
        ("", "preamble", 1): "import torch",
        (card, "", 1): "- id: unsqueeze-column",
        (card, "check", 2): "assert answer.shape",
        (card, "solution", 1): "solution: x.unsqueeze(1)",
        (card, "wrong[1].raises", 1): "raises: IndexError",
        (card, "wrong[7]", 1): "- code: x.unsqueeze(0)",
        ("no-such-card", "", 1): rows[0],
    }.items():
        assert rows[sources.where(*where) - 1].strip().startswith(starts), where


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


def test_values_that_grow_without_end_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    levels = "".join(f"x-{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]\n" for n in range(1, 12))
    laughs, itself = "x-0: &l0 [ha, ha]\n" + levels + deck_of(), "x-a: &a [*a]\n" + deck_of()
    assert {problem.kind for problem in problems_in(laughs)} == {"anchor", "alias", "more"}
    assert {problem.kind for problem in problems_in(itself)} == {"anchor", "alias"}
    monkeypatch.setattr(nodes, "MOST_NODES", 1000)
    assert [problem.kind for problem in problems_in("x-a: [" + "1," * 2000 + "]")] == ["too-big"]


def test_paths_that_hold_no_file_are_distinguished(tmp_path: Path) -> None:
    (tmp_path / "dead").symlink_to(tmp_path / "gone")
    os.mkfifo(tmp_path / "pipe")
    for name, words in {
        "": "is a folder",
        "none": "does not exist",
        "dead": "is a link to",
        "pipe": "not a regular file",
    }.items():
        with pytest.raises(DeckError, match=words) as caught:
            read_deck(tmp_path / name)
        assert [problem.kind for problem in caught.value.problems] == ["unreadable"]


def test_windows_line_ends_and_a_byte_order_mark_change_nothing(tmp_path: Path) -> None:
    path = tmp_path / "deck.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + WHOLE.read_bytes().replace(b"\n", b"\r\n"))
    assert read_deck(path)[0] == read_deck(WHOLE)[0]


_fragments = st.sampled_from(
    ["deck: d\n", "cards:\n", "  - id: a\n", "    question: q\n", "    check: |\n", "      (\n", "    solution: x\n", "    vary: {n: [1]}\n",
     "- ", "? ", ": ", "{", "}", "[", "]", "&a ", "*a", "!t ", "'", '"', "|\n", ">\n", "$n", "\t", "#", "---\n", "<<: ", "x-a: ", "    wrong: [", "%", "@", "\n"]
)  # fmt: skip


BYTES = st.binary(max_size=200).map(lambda data: data.decode("utf-8", "surrogateescape"))


@given(BYTES | st.text(max_size=200) | st.lists(_fragments, max_size=30).map("".join))
def test_hostile_or_scrambled_decks_raise_nothing_but_a_deck_error(text: str) -> None:
    with suppress(DeckError):
        read_deck(HERE, text)
