"""What the guide says to authors is true: every example of the guide reads, and the schema is the reader's."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

import pytest

from ptcards.deck.card import FORMAT, Accepts, Card, Limits, Markup
from ptcards.deck.reading import CARD, SCHEMA, read_deck
from ptcards.deck.translation import apply, read_translation, stale_parts
from ptcards.paths import shipped
from ptcards.text import SLUG

GUIDE = (shipped("decks") / "README.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```yaml\n(.*?)^```", GUIDE, re.MULTILINE | re.DOTALL)
CARDS = [example for example in EXAMPLES if example.startswith("- id:")]
WHOLE, TRANSLATION = (example for example in EXAMPLES if example not in CARDS)


@pytest.mark.parametrize("card", CARDS, ids=lambda card: re.findall("id: (.*)", card)[0])
def test_every_card_of_the_guide_reads(card: str) -> None:
    text = "deck: d\npreamble: import torch\ncards:\n" + textwrap.indent(card, "  ")
    assert len(read_deck(Path("guide"), text)[0].cards) == 1


def test_the_deck_and_the_translation_of_the_guide_fit(tmp_path: Path) -> None:
    (tmp_path / "my-tensors.yaml").write_text(WHOLE, encoding="utf-8")
    path = tmp_path / "my-tensors.zh.yaml"
    path.write_text(TRANSLATION, encoding="utf-8")
    deck = read_deck(tmp_path / "my-tensors.yaml")[0]
    translation, sources = read_translation(path)
    assert stale_parts(deck, translation, sources, path) == ()
    assert {one.id: one for one in apply(deck, translation).cards}["unsqueeze-column"].hints[
        1
    ] == "unsqueeze 的参数 dim 就是位置"


def test_the_guide_names_every_key() -> None:
    rows = " ".join(re.findall(r"^\| (`[^|]*) \|", GUIDE, re.MULTILINE))
    assert {f"`{key}`" for part in (SCHEMA, CARD) for key in part["properties"]} <= set(
        re.findall("`[a-z]+`", rows)
    )


def test_the_schema_is_of_this_program() -> None:
    parts = [SCHEMA, *SCHEMA["$defs"].values(), CARD["properties"]["wrong"]["items"]]
    assert all(key["description"] for part in parts for key in part["properties"].values())
    assert all({*part.get("required", ())} <= part["properties"].keys() for part in parts)
    deck, card = SCHEMA["properties"], CARD["properties"]
    assert deck["format"]["maximum"] == FORMAT
    assert (card["accepts"]["enum"], card["markup"]["enum"]) == ([*Accepts], [*Markup])
    assert {*card} == {*Card._fields} - {"extras"}
    assert {*card["limits"]["properties"]} == {*Limits._fields}
    assert {deck["deck"]["pattern"], card["id"]["pattern"]} == {f"^({SLUG.pattern})$"}
