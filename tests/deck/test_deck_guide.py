"""What the guide says to authors is true: every example of the guide reads, and the schema is the reader's."""

from __future__ import annotations

import json
import re
import textwrap
from pathlib import Path

import pytest

from ptcards.deck.card import FORMAT, MOST_MEMORY_MB, MOST_SECONDS, Accepts, Markup
from ptcards.deck.reading import CARD as CARD_KEYS
from ptcards.deck.reading import DECK as DECK_KEYS
from ptcards.deck.reading import DOTTED, LANGUAGE, NAME, OLD_ID, WRONG, read_deck
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
    assert {f"`{field.key}`" for field in (*DECK_KEYS, *CARD_KEYS)} <= set(re.findall("`[a-z]+`", rows))


def test_the_schema_is_what_the_reader_takes() -> None:
    schema = json.loads((shipped("decks") / "deck.schema.json").read_text(encoding="utf-8"))
    known = ((schema, DECK_KEYS), (schema["$defs"]["card"], CARD_KEYS), (schema["$defs"]["wrong"], WRONG))
    for part, fields in known:
        said = {key: value["description"] for key, value in part["properties"].items()}
        assert said.keys() == {field.key for field in fields}
        assert all(said.values())
        needed = {field.key: field.required for field in fields if field.required}
        assert {key: f"{text[0].upper()}{text[1:]}." for key, text in needed.items()}.items() <= said.items()
        assert (part["required"], part["additionalProperties"]) == ([*needed], False)
    deck, card, wrong = (part["properties"] for part, _ in known)
    assert deck["format"]["maximum"] == FORMAT
    assert (card["accepts"]["enum"], card["markup"]["enum"]) == ([*Accepts], [*Markup])
    most = {key: value["maximum"] for key, value in card["limits"]["properties"].items()}
    assert most == {"seconds": MOST_SECONDS, "memory_mb": MOST_MEMORY_MB}
    patterns = {
        SLUG: (deck["deck"], card["id"]),
        LANGUAGE: (deck["language"],),
        OLD_ID: (card["was"]["items"],),
        NAME: (card["expects"]["items"],),
        DOTTED: (wrong["raises"],),
    }
    for pattern, places in patterns.items():
        assert {place["pattern"] for place in places} == {f"^({pattern.pattern})$"}
